import type { Division, Organ, Places } from '#place/model.ts'
import { lineOf } from '#place/rules/divisions.ts'
import { organsUnder, superiorsOf } from '#place/rules/organs.ts'

/** What a typed word can hit: Chinese anywhere in the name, pinyin or its initials from the start of a syllable, the code from its start. */
interface Named {
  readonly code: string
  readonly name: { readonly zh: string; readonly en: string }
  readonly pinyin: string
}

/** Full-width to half-width, lower case, ü and ū… to v and plain, apostrophes out. */
const fold = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll('ü', 'v').replace(/['’]/g, '')

/** Lower is better; undefined when the word doesn't hit. */
type Rank = (named: Named) => number | undefined

function rankBy(word: string): Rank {
  if (/^\d+$/.test(word)) return (named) => (named.code.startsWith(word) ? named.code.length : undefined)
  if (/^[a-z]+$/.test(word)) return rankByLatin(word)
  return (named) => {
    const at = named.name.zh.indexOf(word)
    return at < 0 ? undefined : at === 0 ? 0 : 2
  }
}

function rankByLatin(word: string): Rank {
  const english = new RegExp(`\\b${word}`, 'i')
  return (named) => {
    const syllables = named.pinyin.split(' ')
    for (let start = 0; start < syllables.length; start += 1) {
      if (syllables[start]?.[0] !== word[0]) continue
      const rest = syllables.slice(start)
      if (rest.join('').startsWith(word)) return start === 0 ? 0 : 3
      const initials = rest.map((syllable) => syllable[0]).join('')
      if (initials.startsWith(word)) return start === 0 ? 1 : 4
    }
    return english.test(named.name.en) ? 3 : undefined
  }
}

/** The last word must hit the place itself; the words before may hit it or what it lies in (`延吉 进学`, `yanji jx`). */
function search<Value extends Named>(values: Iterable<Value>, text: string, limit: number, above: (value: Value) => readonly Named[]): readonly Value[] {
  const words = fold(text)
    .split(/[\s,，、]+/)
    .filter((word) => word !== '')
    .map(rankBy)
  const last = words.pop()
  if (last === undefined) return []
  const hits: { readonly value: Value; readonly rank: number }[] = []
  for (const value of values) {
    const rank = last(value)
    if (rank === undefined) continue
    if (words.every((word) => [value, ...above(value)].some((named) => word(named) !== undefined))) hits.push({ value, rank })
  }
  return hits
    .toSorted((a, b) => a.rank - b.rank || a.value.code.length - b.value.code.length || a.value.code.localeCompare(b.value.code))
    .slice(0, limit)
    .map((hit) => hit.value)
}

/** For type-ahead: Chinese, pinyin, initials, English or code; best first. Counties before townships of the same rank. */
export const searchDivisions = (places: Places, text: string, limit = 10): readonly Division[] =>
  search(places.divisions.values(), text, limit, (division) => lineOf(places, division.code).slice(0, -1))

/** The same among police organs, `under` one of them when given. */
export const searchOrgans = (places: Places, text: string, limit = 10, under?: string): readonly Organ[] =>
  search(under === undefined ? places.organs.values() : organsUnder(places, under), text, limit, (organ) => [
    ...superiorsOf(places, organ.code).slice(1),
    ...organ.serves.flatMap((township) => lineOf(places, township)),
  ])
