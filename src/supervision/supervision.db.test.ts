import { afterAll, describe, expect, test } from 'vitest'
import type { CaseEvent } from '#case/model.ts'
import type { Service } from '#catalogue/model.ts'
import { seededChance } from '#kernel/chance.ts'
import { type CaseNumber, makeCaseNumber, type Uuid, uuidV7 } from '#kernel/ids.ts'
import { day, dayOf, type Instant, instant, plusMinutes, plusMs } from '#kernel/time.ts'
import { PREFECTURES } from '#place/model.ts'
import { loadPlaces } from '#place/queries.ts'
import { SYSTEM } from '#platform/actor.ts'
import { openCommitter } from '#platform/commit.ts'
import { openDb } from '#platform/db.ts'
import { type Act, storedEvents } from '#platform/events.ts'
import { ProblemError } from '#platform/problem.ts'
import { nextAlarmAt, watchAlarms } from '#supervision/commands/alarms.ts'
import { foldDeltas, promiseProjector, rebuildSupervision, supervisionRows } from '#supervision/commands/fold.ts'
import type { FigureName } from '#supervision/contract.ts'
import { supervisionReactions } from '#supervision/jobs.ts'
import { openSupervisionQueries, supervisedPrefectures } from '#supervision/queries.ts'
import { freshDatabase } from '#test/database.ts'

const database = await freshDatabase()
const db = openDb({ url: database.applicationUrl, connectionsMax: 6, onLost: () => {}, otherwise: SYSTEM })
afterAll(() => db.end())

const places = loadPlaces()
const services = new Map([
  ['id-card-renewal', { id: 'id-card-renewal', title: { zh: '居民身份证换领', en: 'ID card renewal' }, measure: 1, versions: [] } as Service],
])
const committer = openCommitter(db, () => ({ subscriptions: [], projectors: [promiseProjector(services)] }))
const chance = seededChance(5)
const ids = { uuid: (at: Instant) => uuidV7(at, chance.bytes(10)), below: (bound: number) => chance.below(bound) }
const deps = { db, committer, prefectures: PREFECTURES, services, ids }
const queries = openSupervisionQueries({ db, places, services })

const START = instant('2026-03-02T09:00:00+08:00')
const at = (hours: number): Instant => plusMinutes(START, hours * 60)
const act = (now: Instant): Act => ({ at: now, actor: 'officer-1', actorRole: 'station-officer', actorOrgan: '220102010000', onBehalfOf: null, requestId: 'r' })

interface TestCase {
  readonly prefecture: string
  readonly stream: Uuid
  readonly number: CaseNumber
  seq: number
}

async function happens(one: TestCase, hours: number, ...events: readonly unknown[]): Promise<void> {
  const stored = storedEvents(one, one.seq, events as readonly CaseEvent[], act(at(hours)))
  await committer.commit({ events: stored, changes: [] })
  one.seq += stored.length
}

const promised = (hours: number) => ({ slot: null, readyBy: at(hours - 12), withYouBy: at(hours), because: [], provisional: false })

async function submitted(prefecture: string, hours: number, ...more: readonly unknown[]): Promise<TestCase> {
  const number = makeCaseNumber({ prefecture, on: dayOf(at(hours)), random: ids.below(100_000_000) })
  const one = { prefecture, stream: ids.uuid(at(hours)), number, seq: 0 }
  const submission = { type: 'CaseSubmitted', number, service: 'id-card-renewal', organ: '220102010000', issuer: '220102000000' }
  await happens(one, hours, submission, { type: 'CaseReviewed', statutoryDueAt: at(hours + 60 * 24) }, ...more)
  return one
}

const granted = (prefecture: string, hours: number, dueHours: number) =>
  submitted(prefecture, hours, { type: 'CaseAccepted', promised: promised(dueHours) }, { type: 'CaseGranted' }, { type: 'FeeSettled' })

const told = (dueHours: number) => ({ type: 'PromiseRevised', to: promised(dueHours), cause: 'capacity' })
const ALL = { measure: 1, from: day('2026-02-01'), to: day('2026-04-30') }
const FIGURES: readonly FigureName[] = [
  'accepted',
  'promised',
  'revised',
  'broken',
  'kept',
  'kept-as-told',
  'broken-told',
  'broken-silently',
  'in-progress',
  'waiting-for-fee',
  'withdrawn',
]

async function numbersBehind(prefecture: '2201' | '2224', on: string, outcome: FigureName, now: Instant, limit = 2): Promise<string[]> {
  const numbers: string[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await queries.casesBehind(PREFECTURES, { measure: 1, prefecture, day: day(on), outcome, limit, cursor }, now)
    numbers.push(...page.items.map(({ number }) => number))
    if (page.next === null) return numbers
    cursor = page.next
  }
}

/** Every figure of the table has exactly its cases behind it. */
async function expectCasesBehind(now: Instant): Promise<void> {
  const { rows } = await queries.figures(PREFECTURES, ALL, now)
  for (const { prefecture, day: on, counts } of rows) {
    for (const figure of FIGURES) {
      const count = figure === 'broken' ? (counts['broken-told'] ?? 0) + (counts['broken-silently'] ?? 0) : counts[figure]
      const numbers = await numbersBehind(prefecture as '2201', on, figure, now)
      expect(new Set(numbers).size, `${prefecture} ${on} ${figure}`).toBe(count)
      expect(numbers.length).toBe(count)
    }
  }
}

const cases: TestCase[] = []

describe('promised versus kept', () => {
  test('is exact before anything is folded, and the same after', async () => {
    // Day 1 (2026-03-03 09:00): four cases of 长春, one of 延边.
    for (let i = 0; i < 4; i++) cases.push(await granted('2201', 0, 24))
    cases.push(await granted('2224', 1, 48))
    const unpaid = await submitted('2201', 1, { type: 'CaseAccepted', promised: promised(24) }, { type: 'CaseGranted' })
    const referred = await submitted('2201', 2, { type: 'CaseReferred', dueAt: at(10) })
    cases.push(unpaid, referred)
    const [first, second, third] = cases as [TestCase, TestCase, TestCase]
    await happens(first, 20, { type: 'CardDispatched' })
    await happens(first, 23, { type: 'CardArrived' })
    await happens(second, 20, told(72))
    await happens(second, 60, { type: 'CardArrived' })
    await happens(third, 12, { type: 'CaseWithdrawn' })

    const now = at(61)
    const before = await queries.figures(PREFECTURES, ALL, now)
    expect(before.totals.counts).toEqual({
      ...{ accepted: 6, promised: 6, revised: 1, kept: 1, 'kept-as-told': 1, 'broken-told': 0, 'broken-silently': 2 },
      ...{ 'in-progress': 0, 'waiting-for-fee': 1, withdrawn: 1 },
    })
    await expectCasesBehind(now)
    await foldDeltas(deps, now)
    expect((await db.run({ text: 'select * from supervision_deltas', values: [] })).rows).toEqual([])
    expect(await queries.figures(PREFECTURES, ALL, now)).toEqual(before)
    await expectCasesBehind(now)
    expect(before.rows.map(({ prefecture, day: on, counts }) => [prefecture, on, counts.promised, counts.accepted])).toEqual([
      ['2201', '2026-03-02', 0, 5],
      ['2201', '2026-03-03', 5, 0],
      ['2224', '2026-03-02', 0, 1],
      ['2224', '2026-03-04', 1, 0],
    ])
  })

  test('goes on exactly: what happens after the fold, and what only passes', async () => {
    const fresh = await granted('2201', 62, 90)
    cases.push(fresh)
    const now = at(63)
    expect((await queries.figures(PREFECTURES, ALL, now)).totals.counts['in-progress']).toBe(1)
    await foldDeltas(deps, now)
    const passed = await queries.figures(PREFECTURES, ALL, at(91))
    expect(passed.totals.counts).toMatchObject({ 'in-progress': 0, 'broken-silently': 3 })
    await expectCasesBehind(at(91))
    await foldDeltas(deps, at(91))
    expect(await queries.figures(PREFECTURES, ALL, at(91))).toEqual(passed)
    const paid = cases.find(({ seq }) => seq === 4) as TestCase
    await happens(paid, 92, { type: 'FeeSettled' }, { ...told(120), cause: 'fee-settled-later' })
    await expectCasesBehind(at(93))
    expect((await queries.figures(PREFECTURES, ALL, at(93))).totals.counts).toMatchObject({ 'waiting-for-fee': 0, 'in-progress': 1 })
  })

  test('two workers that fold at once count nothing twice, and the rebuild agrees', async () => {
    for (let i = 0; i < 30; i++) {
      const one = await granted(i % 2 ? '2201' : '2224', 95, 100 + i)
      cases.push(one)
      if (i % 3 === 0) await happens(one, 96, told(140))
    }
    const now = at(115)
    const expected = await queries.figures(PREFECTURES, ALL, now)
    await Promise.all([foldDeltas(deps, now), foldDeltas(deps, now), foldDeltas(deps, now)])
    await foldDeltas(deps, now)
    expect(await queries.figures(PREFECTURES, ALL, now)).toEqual(expected)
    expect(await rebuildSupervision(deps, now)).toEqual({ cases: cases.length, differingCases: [], differences: [] })
  })

  test('the rebuild finds a figure and a case that were tampered with', async () => {
    await db.run({ text: "update promise_rollup set kept = kept + 2 where prefecture = '2201' and day = '2026-03-03'", values: [] })
    await db.run({ text: 'update supervised_cases set revisions = revisions + 1 where number = $1', values: [cases[0]?.number] })
    const report = await rebuildSupervision(deps, at(115))
    expect(report.differingCases).toEqual([cases[0]?.number])
    expect(report.differences.map(({ prefecture, day: on, counts }) => [prefecture, on, counts.kept])).toContainEqual(['2201', '2026-03-03', 2])
    await db.run({ text: "update promise_rollup set kept = kept - 2 where prefecture = '2201' and day = '2026-03-03'", values: [] })
    await db.run({ text: 'update supervised_cases set revisions = revisions - 1 where number = $1', values: [cases[0]?.number] })
  })

  test('rows for loading in bulk are those that the fold writes', async () => {
    const { rows } = await db.run<{ prefecture: string; stream: Uuid; seq: number; type: string; at: Instant; body: string }>({
      text: 'select prefecture, stream, seq, type, at, body from events order by prefecture, stream, seq',
      values: [],
    })
    const bulk = supervisionRows(rows as never, services, at(115))
    const { rows: kept } = await db.run<{ number: string; counted_as: string }>({
      text: 'select number, counted_as from supervised_cases order by number',
      values: [],
    })
    const loaded = bulk.supervised_cases
      .map((row) => ({ number: row.number, counted_as: row.counted_as }))
      .sort((a, b) => (String(a.number) < String(b.number) ? -1 : 1))
    expect(loaded).toEqual(kept)
    expect(bulk.promise_rollup.length).toBe((await db.run({ text: 'select 1 from promise_rollup where accepted > 0 or promised > 0', values: [] })).rows.length)
  })
})

describe('alarms', () => {
  const open = async (now: Instant) => (await queries.alarms(PREFECTURES, { state: 'open', limit: 200 }, now)).items
  const about = async (kind: string, now: Instant) => (await open(now)).filter((alarm) => alarm.kind === kind).map((alarm) => alarm.about)

  test('are raised once before a promise breaks, and cleared by themselves', async () => {
    const late = await granted('2201', 200, 300)
    const dispatched = await granted('2201', 200, 300)
    await happens(dispatched, 210, { type: 'CardDispatched' })
    const watch = async (now: Instant) => {
      await foldDeltas(deps, now)
      await watchAlarms(deps, now)
    }
    await watch(at(275))
    expect(await about('promise-at-risk', at(275))).not.toContain(late.number)
    await Promise.all([watch(at(277)), watch(at(277))])
    await watch(at(278))
    expect((await about('promise-at-risk', at(278))).filter((number) => number === late.number)).toEqual([late.number])
    expect(await about('promise-at-risk', at(278))).not.toContain(dispatched.number)
    const alarm = (await open(at(278))).find((one) => one.about === late.number)
    expect(alarm).toMatchObject({ raisedAt: at(277), dueAt: at(300), prefecture: '2201' })
    expect(alarm?.sentence.zh).toContain('请催发办件')

    await happens(late, 279, told(400))
    await watch(at(280))
    expect(await about('promise-at-risk', at(280))).not.toContain(late.number)
    await watch(at(401))
    expect(await about('promise-broken', at(401))).toContain(late.number)
    expect(await about('promise-broken', at(401))).toContain(dispatched.number)
    await happens(late, 402, { type: 'CardDispatched' }, { type: 'CardArrived' })
    await watch(at(403))
    expect(await about('promise-broken', at(403))).not.toContain(late.number)
    const cleared = (await queries.alarms(PREFECTURES, { state: 'cleared', limit: 200 }, at(403))).items.filter((one) => one.about === late.number)
    expect(cleared.map(({ kind, clearedAt }) => [kind, clearedAt])).toEqual([
      ['promise-broken', at(403)],
      ['promise-at-risk', at(280)],
    ])
  })

  test('say when the next one is due, so that a clock that steps stops there', async () => {
    const [start, due] = [500, 700]
    await granted('2224', start, due)
    await foldDeltas(deps, at(start))
    const coming: Instant[] = []
    for (let now = at(start); ; ) {
      const next = await nextAlarmAt(deps, now)
      if (!next || next > at(due + 1)) break
      expect(next > now).toBe(true)
      coming.push(next)
      now = next
    }
    expect(coming).toContain(plusMs(at(due - 24), 1))
    expect(coming).toContain(plusMs(at(due), 1))
    await foldDeltas(deps, plusMs(at(due - 24), 1))
    await watchAlarms(deps, plusMs(at(due - 24), 1))
    expect((await open(at(due))).filter(({ kind, dueAt }) => kind === 'promise-at-risk' && dueAt === at(due))).toHaveLength(1)
  })

  test('tell of overdue referrals, near limits and reactions that gave up', async () => {
    const referred = cases[6] as TestCase
    expect(await about('referral-overdue', at(403))).toEqual([referred.number])
    await happens(referred, 404, { type: 'MaterialsRequested' })
    await db.run({
      text: "insert into outbox (prefecture, stream, seq, reaction, type, due_at, parked) values ('2201', $1, 1, 'delivery.send', 'CardFinished', $2, true)",
      values: [referred.stream, at(400)],
    })
    await foldDeltas(deps, at(405))
    await watchAlarms(deps, at(405))
    expect(await about('referral-overdue', at(405))).toEqual([])
    expect(await about('outbox-parked', at(405))).toEqual(['delivery.send'])
    expect(await about('statutory-limit-near', at(405))).toEqual([])
    await db.run({ text: 'delete from outbox', values: [] })
    const near = at(51 * 24)
    await watchAlarms(deps, near)
    expect(await about('outbox-parked', near)).toEqual([])
    expect(await about('statutory-limit-near', near)).toContain(referred.number)
  })

  test('a leaf that waits for the evidence log for long is an alarm until it is sealed', async () => {
    const leaf = (age: string) => ({
      text: `insert into log_pending (prefecture, kind, stream, seq, leaves, since) values ('2201', 'event', gen_random_uuid(), 1, sha256('x'), now() - $1::interval)`,
      values: [age],
    })
    const raised = async (hours: number): Promise<readonly string[]> => {
      await watchAlarms(deps, at(hours))
      return about('log-not-sealed', at(hours))
    }
    await db.run(leaf('1 minute'))
    expect(await raised(51 * 24 + 1)).toEqual([])
    await db.run(leaf('1 hour'))
    expect(await raised(51 * 24 + 2)).toEqual(['2201'])
    await db.run({ text: "delete from log_pending where since < now() - interval '10 minutes'", values: [] })
    expect(await raised(51 * 24 + 3)).toEqual([])
  })

  test('of the factory are raised from its event, once, and go when the half-day is over', async () => {
    const batch = { prefecture: '2200', stream: ids.uuid(at(1300)) }
    const sentence = { zh: '请调度：产能不足。', en: 'Find capacity.' }
    const raised = { type: 'CapacityAlarmRaised', slot: { day: '2026-04-27', half: 'am' }, cause: 'capacity', capacity: 600, demand: 900, sentence }
    await committer.commit({ events: storedEvents(batch, 0, [{ type: 'BatchPlanned' }, raised], act(at(1300))), changes: [] })
    const done = { text: 'delete from outbox where stream = $1::uuid', values: [batch.stream] }
    const item = { ...batch, seq: 2, reaction: 'supervision.capacity-alarm', type: 'CapacityAlarmRaised', at: at(1300), attempts: 1, done }
    const [reaction] = supervisionReactions(deps as never)
    await reaction?.handle(item)
    await reaction?.handle(item)
    const [alarm, ...more] = (await open(at(1300))).filter(({ kind }) => kind === 'capacity')
    expect(more).toEqual([])
    expect(alarm).toMatchObject({ prefecture: '2200', about: '2026-04-27 am capacity', dueAt: instant('2026-04-27T12:00:00+08:00'), sentence })
    expect((await queries.alarms(['2201'], { state: 'open', limit: 200 }, at(1300))).items.some(({ kind }) => kind === 'capacity')).toBe(false)
    await watchAlarms(deps, instant('2026-04-27T12:00:00+08:00'))
    expect(await about('capacity', at(1300))).toHaveLength(1)
    await watchAlarms(deps, instant('2026-04-27T12:00:00.001+08:00'))
    expect(await about('capacity', at(1400))).toEqual([])
  })

  test('pages go on where they ended', async () => {
    const whole = (await open(at(51 * 24))).map(({ id }) => id)
    const paged: string[] = []
    for (let cursor: string | undefined; ; ) {
      const page = await queries.alarms(PREFECTURES, { state: 'open', limit: 3, cursor }, at(51 * 24))
      paged.push(...page.items.map(({ id }) => id))
      if (page.next === null) break
      cursor = page.next
    }
    expect(paged).toEqual(whole)
    expect(whole.length).toBeGreaterThan(6)
    await expect(queries.alarms(PREFECTURES, { state: 'open', limit: 3, cursor: 'bm9uc2Vuc2U' }, at(1))).rejects.toThrow(ProblemError)
  })
})

test('a supervisor sees the own prefecture, the department all, a station none', () => {
  const actor = (organ: string | null, role: 'supervisor' | 'station-officer' = 'supervisor') => ({ id: 'x', role, organ, personId: null })
  const organs = [...places.organs.values()]
  const department = organs.find(({ level }) => level === 'province')!.code
  const bureau = organs.find(({ level, prefecture }) => level === 'prefecture' && prefecture === '2224')!.code
  const station = organs.find(({ level }) => level === 'station')!.code
  expect(supervisedPrefectures(places, actor(department))).toEqual(PREFECTURES)
  expect(supervisedPrefectures(places, actor(bureau))).toEqual(['2224'])
  for (const nobody of [null, actor(null), actor(station), actor(bureau, 'station-officer'), actor('000000000000')]) {
    expect(() => supervisedPrefectures(places, nobody)).toThrow(ProblemError)
  }
})
