import { expect, test } from 'vitest'
import { loadPlaces } from '#place/queries.ts'
import { organsUnder } from '#place/rules/organs.ts'
import { jurisdictionPrefix } from '#platform/actor.ts'

/** The database knows no places: it goes by the digits, which must say the same as the tree of organs. */
test('an organ’s jurisdiction by its digits is that of the organs under it', () => {
  const places = loadPlaces()
  const codes = [...places.organs.keys()]
  for (const code of codes) {
    const prefix = jurisdictionPrefix(code)
    const byDigits = codes.filter((other) => other.startsWith(prefix))
    const byTree = organsUnder(places, code).map((organ) => organ.code)
    expect(byDigits.toSorted(), code).toEqual(byTree.toSorted())
  }
})
