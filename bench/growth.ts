/** What people look at all day, at few and at many cases over the same sixty days: the median time of each query, large ÷ small. */
import { type Figure, median } from '#bench/figure.ts'
import { type Grown, grow } from '#bench/growth-rows.ts'
import { NOW, type Office } from '#bench/office.ts'
import type { CaseNumber, Uuid } from '#kernel/ids.ts'
import { PREFECTURES } from '#place/model.ts'

export interface GrowthSize {
  readonly small: number
  readonly large: number
  readonly rounds: number
  /** Of each query, in each round. */
  readonly queries: number
}

const LOOKED_UP = 300
const PAGE = 50
const MEASURE = 1

interface Grounds {
  readonly office: Office
  readonly grown: Grown
}

type Query = (grounds: Grounds, i: number) => Promise<number>

/** Each answers how much it found, so that nobody measures an empty page. */
export const QUERIES: Readonly<Record<string, Query>> = {
  'work list of a station': async ({ office, grown }, i) =>
    (await office.caseQueries.rows({ list: 'open-at-organ', organ: at(grown.organs, i) }, undefined, PAGE)).rows.length,
  'case by number': async ({ office, grown }, i) => {
    const { prefecture, number } = at(grown.numbers, i)
    return (await office.caseQueries.findByNumber(prefecture, number as CaseNumber))?.past.length ?? 0
  },
  'a person’s cases': async ({ office, grown }, i) => {
    const { prefecture, id } = at(grown.people, i)
    return (await office.caseQueries.rows({ list: 'of-person', prefecture, personId: id as Uuid }, undefined, PAGE)).rows.length
  },
  'supervision page': async ({ office }) => (await office.supervision.figures(PREFECTURES, { measure: MEASURE }, NOW)).totals.counts.promised ?? 0,
}

const at = <T>(items: readonly T[], i: number): T => items[i % items.length] as T

export interface Growth {
  readonly small: Grounds
  readonly large: Grounds
}

export async function growBoth(small: Office, large: Office, size: GrowthSize, say: (line: string) => void): Promise<Growth> {
  say(`  making ${size.small} and ${size.large} cases …`)
  return {
    small: { office: small, grown: await grow(small, size.small, Math.min(LOOKED_UP, size.small)) },
    large: { office: large, grown: await grow(large, size.large, LOOKED_UP) },
  }
}

/** Small and large in turns, query by query, so that whatever else the machine does hits both. */
export async function compareQueries({ small, large }: Growth, size: GrowthSize, say: (line: string) => void): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const [name, query] of Object.entries(QUERIES)) {
    const ratios: number[] = []
    const milliseconds: number[] = []
    for (let i = 0; i < LOOKED_UP; i += 1) for (const grounds of [small, large]) await query(grounds, i)
    for (let round = 0; round < size.rounds; round += 1) {
      const taken: Record<'small' | 'large', number[]> = { small: [], large: [] }
      for (let i = 0; i < size.queries; i += 1) {
        taken.small.push(await millisecondsOf(() => query(small, i)))
        taken.large.push(await millisecondsOf(() => query(large, i)))
      }
      ratios.push(median(taken.large) / median(taken.small))
      milliseconds.push(median(taken.large))
    }
    say(`  ${name}: ${median(ratios).toFixed(2)}, ${median(milliseconds).toFixed(2)} ms`)
    figures.push(
      { name: `${name}: at ${size.large} cases ÷ at ${size.small}`, unit: 'ratio', rounds: ratios, reach: { most: 1.5 } },
      { name: `${name} at ${size.large} cases`, unit: 'ms', rounds: milliseconds },
    )
  }
  return figures
}

async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly Plans?: readonly Plan[]
}

const sequential = (plan: Plan): string[] => [
  ...(plan['Node Type'] === 'Seq Scan' && plan['Relation Name'] !== undefined ? [plan['Relation Name']] : []),
  ...(plan.Plans ?? []).flatMap(sequential),
]

/** The tables that the query reads from end to end, by the server's own plan. */
export async function tablesReadWhole(grounds: Grounds, name: string): Promise<readonly string[]> {
  const query = QUERIES[name] as Query
  const pieces = await grounds.office.listen(() => query(grounds, 0))
  const plans = await Promise.all(
    pieces.map(async ({ text, values }) => {
      const { rows } = await grounds.office.owner.query<{ 'QUERY PLAN': readonly { readonly Plan: Plan }[] }>(`explain (format json) ${text}`, [...values])
      return rows[0]?.['QUERY PLAN'][0]?.Plan as Plan
    }),
  )
  return plans.flatMap(sequential)
}
