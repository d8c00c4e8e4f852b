import type { Sentence } from '#kernel/language.ts'
import type { Day, Instant } from '#kernel/time.ts'
import {
  type CaseKey,
  type CountedCase,
  type FigureKey,
  OUTCOMES,
  type Outcome,
  type PendingEvents,
  type PromiseCounts,
  type PromiseFigure,
  type SupervisedCase,
} from '#supervision/model.ts'
import { foldSupervised, outcomeAt } from '#supervision/rules/promise.ts'

export const NO_COUNTS: PromiseCounts = {
  accepted: 0,
  promised: 0,
  revised: 0,
  kept: 0,
  'kept-as-told': 0,
  'broken-told': 0,
  'broken-silently': 0,
  'in-progress': 0,
  'waiting-for-fee': 0,
  withdrawn: 0,
}

export const COUNTS = Object.keys(NO_COUNTS) as (keyof PromiseCounts)[]

const combined = (a: PromiseCounts, b: PromiseCounts, sign: 1 | -1 = 1): PromiseCounts =>
  Object.fromEntries(COUNTS.map((name) => [name, a[name] + sign * b[name]])) as unknown as PromiseCounts

export const addCounts = (a: PromiseCounts, b: PromiseCounts): PromiseCounts => combined(a, b)

const isNothing = (counts: PromiseCounts): boolean => COUNTS.every((name) => counts[name] === 0)

/** What one case adds to the figures. */
export function contributionOf(prefecture: string, supervised: SupervisedCase, countedAs: Outcome | null): readonly PromiseFigure[] {
  const { measure, acceptedOn, promisedOn } = supervised
  if (!promisedOn || !countedAs) return []
  const promised = { ...NO_COUNTS, promised: 1, revised: supervised.revisions > 0 ? 1 : 0, [countedAs]: 1 }
  return [
    { prefecture, measure, day: promisedOn, counts: promised },
    ...(acceptedOn ? [{ prefecture, measure, day: acceptedOn, counts: { ...NO_COUNTS, accepted: 1 } }] : []),
  ]
}

const keyOf = ({ prefecture, measure, day }: FigureKey): string => `${prefecture} ${measure} ${day}`

/** Adds up figures by key; what cancels out is left out. In the order of prefecture, measure and day. */
export function summedFigures(plus: Iterable<PromiseFigure>, minus: Iterable<PromiseFigure> = []): readonly PromiseFigure[] {
  const sums = new Map<string, PromiseFigure>()
  const add = (figure: PromiseFigure, sign: 1 | -1): void => {
    const key = keyOf(figure)
    sums.set(key, { ...figure, counts: combined(sums.get(key)?.counts ?? NO_COUNTS, figure.counts, sign) })
  }
  for (const figure of plus) add(figure, 1)
  for (const figure of minus) add(figure, -1)
  return [...sums.entries()]
    .filter(([, { counts }]) => !isNothing(counts))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, figure]) => figure)
}

/** One step of the fold: the cases as they are now, and by how much the rollup changes. */
export interface Folded {
  readonly before: readonly CountedCase[]
  readonly after: readonly CountedCase[]
  readonly change: readonly PromiseFigure[]
}

const idOf = ({ prefecture, id }: CaseKey): string => `${prefecture} ${id}`

/**
 * Folds pending events into the cases that they are about, as of `now`. Events of one case are taken in the order of `seq`.
 * @param counted the cases as the rollup counts them; `pending` may be about others, which begin with it
 */
export function foldPending(counted: readonly CountedCase[], pending: readonly PendingEvents[], now: Instant): Folded {
  const before = new Map(counted.map((one) => [idOf(one), one]))
  const after = new Map<string, CountedCase>()
  for (const { prefecture, id, seq, events } of pending.toSorted((a, b) => a.seq - b.seq)) {
    const key = idOf({ prefecture, id })
    const known = after.get(key) ?? before.get(key)
    const supervised = foldSupervised(events, known?.supervised)
    if (supervised) after.set(key, { prefecture, id, version: seq, supervised, countedAs: outcomeAt(supervised, now) })
  }
  return foldedOf(
    counted.filter((one) => after.has(idOf(one))),
    [...after.values()],
  )
}

/** Cases whose promise has passed since they were counted. */
export const foldLapsed = (counted: readonly CountedCase[], now: Instant): Folded =>
  foldedOf(
    counted,
    counted.map((one) => ({ ...one, countedAs: outcomeAt(one.supervised, now) })),
  )

const contributions = (cases: readonly CountedCase[]): readonly PromiseFigure[] =>
  cases.flatMap(({ prefecture, supervised, countedAs }) => contributionOf(prefecture, supervised, countedAs))

const foldedOf = (before: readonly CountedCase[], after: readonly CountedCase[]): Folded => ({
  before,
  after,
  change: summedFigures(contributions(after), contributions(before)),
})

/** Everything counted from scratch: what a rebuild compares the rollup with. */
export const recount = (cases: readonly CountedCase[]): readonly PromiseFigure[] => summedFigures(contributions(cases))

interface Reading {
  readonly rollup: readonly PromiseFigure[]
  readonly pending: readonly PendingEvents[]
  /** The cases of `pending`, as the rollup counts them. */
  readonly counted: readonly CountedCase[]
  /** Cases counted as in progress whose day has passed. */
  readonly lapsed: readonly CountedCase[]
}

export interface FigureRange {
  readonly measure: number
  readonly from: Day
  readonly to: Day
  readonly prefectures: readonly string[]
}

/** The rollup, with what is not folded into it yet: exact at `now`. */
export function figuresAt({ rollup, pending, counted, lapsed }: Reading, now: Instant, range: FigureRange): readonly PromiseFigure[] {
  const folded = foldPending(counted, pending, now)
  const touched = new Set(folded.after.map(idOf))
  const passed = foldLapsed(
    lapsed.filter((one) => !touched.has(idOf(one))),
    now,
  )
  const { measure, from, to, prefectures } = range
  return summedFigures([...rollup, ...folded.change, ...passed.change]).filter(
    (figure) => figure.measure === measure && figure.day >= from && figure.day <= to && prefectures.includes(figure.prefecture),
  )
}

export const totalOf = (figures: readonly PromiseFigure[]): PromiseCounts => figures.reduce((sum, { counts }) => addCounts(sum, counts), NO_COUNTS)

/**
 * The share of promises whose day has come that were kept, in 1/10000; null while none has.
 * A person who was told a new day in time and had it then did not wait in vain, but was not served on the promised day: `firstTime` tells the two apart.
 */
export function keptShare(counts: PromiseCounts): { readonly kept: number; readonly firstTime: number } | null {
  const decided = counts.kept + counts['kept-as-told'] + counts['broken-told'] + counts['broken-silently']
  if (decided === 0) return null
  const share = (part: number): number => Math.floor((part * 10_000) / decided)
  return { kept: share(counts.kept + counts['kept-as-told']), firstTime: share(counts.kept) }
}

/** What the figures leave out, said beside them. */
export const LEAVES_OUT: readonly Sentence[] = [
  {
    zh: '当场办结、没有承诺日期的事项（丢失申报、撤销申报、拾获招领）不计入。',
    en: 'Services done at the counter that promise no day (loss report, its withdrawal, found-card notice) are left out.',
  },
  {
    zh: '还在人工核查、没有受理的申请没有承诺，不计入；它们另有核查时限和提醒。',
    en: 'Applications still with a reviewer have no promise yet and are left out; their own limit and alarm are apart.',
  },
  {
    zh: '尚未缴费的，承诺从缴费时起算，单列为“待缴费”，不算违约。',
    en: 'Where the fee is unpaid the promise counts from its payment; such cases stand apart as waiting for the fee and break no promise.',
  },
]

export const outcomeIsBroken = (outcome: Outcome): boolean => outcome === 'broken-told' || outcome === 'broken-silently'

export const isOutcome = (text: string): text is Outcome => (OUTCOMES as readonly string[]).includes(text)
