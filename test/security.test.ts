/** The security page claims only what is there: every requirement once, and every test that it names exists. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '#scripts/children.ts'
import { type Catalogue, evidenceOf, readCatalogue } from '#scripts/security.ts'

/** Section of ASVS 5.0.0 → its requirements of levels 1 and 2. */
const SECTIONS: Readonly<Record<string, string>> = {
  '1.1': '1-2',
  '1.2': '1-9',
  '1.3': '1-11',
  '1.4': '1-3',
  '1.5': '1-2',
  '2.1': '1-3',
  '2.2': '1-3',
  '2.3': '1-4',
  '2.4': '1',
  '3.2': '1-2',
  '3.3': '1-4',
  '3.4': '1-6',
  '3.5': '1-5',
  '3.7': '1-2',
  '4.1': '1-3',
  '4.2': '1',
  '4.3': '1-2',
  '4.4': '1-4',
  '5.1': '1',
  '5.2': '1-3',
  '5.3': '1-2',
  '5.4': '1-3',
  '6.1': '1-3',
  '6.2': '1-12',
  '6.3': '1-4',
  '6.4': '1-4',
  '6.5': '1-5',
  '6.6': '1-3',
  '6.8': '1-4',
  '7.1': '1-3',
  '7.2': '1-4',
  '7.3': '1-2',
  '7.4': '1-5',
  '7.5': '1-2',
  '7.6': '1-2',
  '8.1': '1-2',
  '8.2': '1-3',
  '8.3': '1',
  '8.4': '1',
  '9.1': '1-3',
  '9.2': '1-4',
  '10.1': '1-2',
  '10.2': '1-2',
  '10.3': '1-4',
  '10.4': '1-11',
  '10.5': '1-5',
  '10.6': '1-2',
  '10.7': '1-3',
  '11.1': '1-2',
  '11.2': '1-3',
  '11.3': '1-3',
  '11.4': '1-4',
  '11.5': '1',
  '11.6': '1',
  '12.1': '1-3',
  '12.2': '1-2',
  '12.3': '1-4',
  '13.1': '1',
  '13.2': '1-5',
  '13.3': '1-2',
  '13.4': '1-5',
  '14.1': '1-2',
  '14.2': '1-4',
  '14.3': '1-3',
  '15.1': '1-3',
  '15.2': '1-3',
  '15.3': '1-7',
  '16.1': '1',
  '16.2': '1-5',
  '16.3': '1-4',
  '16.4': '1-3',
  '16.5': '1-3',
  '17.1': '1',
  '17.2': '1-4',
  '17.3': '1-2',
}
const LEVEL_1 = new Set(
  '1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1 2.1.1 2.2.1 2.2.2 2.3.1 3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 3.5.1 3.5.2 3.5.3 4.1.1 4.4.1 5.2.1 5.2.2 5.3.1 5.3.2 6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2 7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2 8.1.1 8.2.1 8.2.2 8.3.1 9.1.1 9.1.2 9.1.3 9.2.1 10.4.1 10.4.2 10.4.3 10.4.4 10.4.5 11.3.1 11.3.2 11.4.1 12.1.1 12.2.1 12.2.2 13.4.1 14.2.1 14.3.1 15.1.1 15.2.1 15.3.1'.split(
    ' ',
  ),
)

const ASVS = Object.entries(SECTIONS).flatMap(([section, numbers]) =>
  numbers.split(' ').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, index) => `V${section}.${from + index}`)
  }),
)

/** What is wrong with a catalogue: what is missing, twice, unknown; claimed without evidence, or with evidence that isn't there. */
function* wrongIn({ rows }: Catalogue, ids: readonly (string | number)[] | undefined, read = textOf): Generator<string> {
  const found = rows.map(({ id }) => id)
  for (const id of ids ?? []) if (!found.includes(id)) yield `${id} is missing`
  for (const [index, id] of found.entries()) {
    if (ids !== undefined && !ids.includes(id)) yield `${id} is unknown`
    if (found.indexOf(id) !== index) yield `${id} stands twice`
  }
  for (const { id, state, why, shown = [] } of rows) {
    if (state === 'met' && shown.length === 0) yield `${id} is met, and nothing shows it`
    if (state !== 'met' && !why) yield `${id} is ${state}, and nobody knows why`
    for (const one of shown) {
      const { path, title } = evidenceOf(one)
      const text = read(path)
      if (text === undefined) yield `${id}: there is no ${path}`
      else if (title !== undefined && !text.includes(title)) yield `${id}: ${path} has no test “${title}”`
      else if (title === undefined && !/\.md$|\.test\.ts$/.test(path)) yield `${id}: ${path} shows nothing`
    }
  }
}

const textOf = (path: string): string | undefined => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined)

describe('the catalogues', () => {
  it('name every requirement of levels 1 and 2 once, with the tests that show it', () => {
    expect(ASVS).toHaveLength(253)
    const asvs = readCatalogue('asvs')
    expect([...wrongIn(asvs, ASVS)]).toEqual([])
    expect(asvs.rows.filter(({ id, level }) => (level === 1) !== LEVEL_1.has(String(id).slice(1)))).toEqual([])
  })

  it('name every item of the checklist once', () => {
    expect([
      ...wrongIn(
        readCatalogue('checklist'),
        Array.from({ length: 44 }, (_, index) => index + 1),
      ),
    ]).toEqual([])
  })

  it('name for every threat what plays it', () => {
    const threats = readCatalogue('threats')
    expect([...wrongIn(threats, undefined)]).toEqual([])
    expect(threats.rows.length).toBeGreaterThan(15)
  })
})

describe('the judge notices', () => {
  const row = { id: 'V1.1.1', title: 'x', state: 'met', shown: ['src/a.test.ts › it works'] } as const
  const judged = (rows: Catalogue['rows'], ids: readonly string[] = ['V1.1.1'], text: string | undefined = 'it works') => [
    ...wrongIn({ source: '', rows }, ids, () => text),
  ]

  it.each([
    ['what is missing', judged([row], ['V1.1.1', 'V1.1.2']), 'V1.1.2 is missing'],
    ['what is twice', judged([row, row]), 'V1.1.1 stands twice'],
    ['what is unknown', judged([row], []), 'V1.1.1 is unknown'],
    ['a claim without evidence', judged([{ ...row, shown: [] }]), 'V1.1.1 is met, and nothing shows it'],
    ['a gap without a reason', judged([{ ...row, state: 'not met' }]), 'V1.1.1 is not met, and nobody knows why'],
    ['a title that is not there', judged([row], ['V1.1.1'], 'something else'), 'V1.1.1: src/a.test.ts has no test “it works”'],
  ])('%s', (_, found, wanted) => expect(found).toEqual([wanted]))

  it('a file that is not there', () => expect([...wrongIn({ source: '', rows: [row] }, ['V1.1.1'])]).toEqual(['V1.1.1: there is no src/a.test.ts']))
  it('nothing, where all is well', () => expect(judged([row])).toEqual([]))
})
