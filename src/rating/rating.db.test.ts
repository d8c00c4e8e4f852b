/** What is said of a case, who learns of it, and what becomes of a bad rating. */
import { describe, expect, test } from 'vitest'
import type { Actor } from '#account/model.ts'
import type { CaseRecord } from '#case/commands.ts'
import { type Uuid, uuid } from '#kernel/ids.ts'
import { type Instant, instant, plusMs } from '#kernel/time.ts'
import { actingAs, type DbActor } from '#platform/actor.ts'
import type { Followers } from '#platform/commit.ts'
import type { Act } from '#platform/events.ts'
import type { Answer } from '#platform/once.ts'
import { openRatings, type Said, type Typed } from '#rating/commands.ts'
import type { RatingsReply } from '#rating/contract.ts'
import { ratingReactions } from '#rating/jobs.ts'
import { openRatingQueries, ratingScope } from '#rating/queries.ts'
import { SHIPPED_SETTINGS } from '#rating/rules.ts'
import { FRIDAY_MORNING, openWindows, STATION } from '#test/windows.ts'

const followers: { current: Followers } = { current: { subscriptions: [], projectors: [] } }
const windows = await openWindows(() => followers.current)
const { db, committer, ids, places, services, sealer, calendar, cases, queries: caseQueries, resident, renewalForm, submitted, once } = windows
const settings = SHIPPED_SETTINGS
const ratings = openRatings({ db, committer, ids, places, calendar, settings, cases, caseQueries })
const queries = openRatingQueries({ db, sealer, places, services, settings })
const reactions = ratingReactions(ratings)
followers.current = { subscriptions: reactions, projectors: [] }

const COUNTY = '220102000000'
const FOREIGN = '222401500100'
const NOON = instant('2026-02-13T14:00:00+08:00')
const DUE = instant('2026-03-12T23:59:59.999+08:00')

type Who = Actor & { readonly db: DbActor }
const who = (role: Actor['role'], id: string, organ: string | null): Who => ({
  ...{ id, role, organ, personId: null },
  db: { id, role, organ, personId: null, purpose: null },
})
const taker = who('station-officer', `station-officer:${STATION}:1`, STATION)
const colleague = who('station-officer', `station-officer:${STATION}:2`, STATION)
const stranger = who('station-officer', `station-officer:${FOREIGN}:1`, FOREIGN)
const chief = who('supervisor', `supervisor:${STATION}:1`, STATION)
const county = who('supervisor', `supervisor:${COUNTY}:1`, COUNTY)

const actOf = ({ id, role, organ }: Pick<Actor, 'id' | 'role' | 'organ'>, at: Instant): Act => ({
  ...{ at, actor: id, actorRole: role, actorOrgan: organ, onBehalfOf: null, requestId: 'r' },
})
const said = (more: Partial<Said> = {}): Said => ({ channel: 'window', level: 5, indicators: {}, comment: '', ...more })
const rater = (personId: string): Act => actOf({ id: `resident:${personId}`, role: 'resident', organ: null }, NOON)

async function applied(): Promise<{ readonly record: CaseRecord; readonly personId: Uuid }> {
  const { person } = await resident()
  return { record: await submitted(renewalForm(person)), personId: person.id as Uuid }
}
const give = (one: { record: CaseRecord; personId: Uuid }, what: Said, named = true, act = rater(one.personId)): Promise<Answer> =>
  ratings.give(one.record, what, named ? one.personId : null, act, once(what, NOON, act.actor))

const listOf = (actor: Who, list: 'all' | 'open' | 'overdue' | 'late' | 'kept' = 'all', now = NOON): Promise<RatingsReply> =>
  actingAs(actor.db, () => queries.list(ratingScope(places, actor), { list, limit: 200 }, now))
const figuresOf = (actor: Who, now = NOON) => actingAs(actor.db, () => queries.figures(ratingScope(places, actor), now))
const rectify = (actor: Who, id: string, typed: Typed, at = NOON): Promise<Answer> =>
  actingAs(actor.db, () => ratings.rectify({ prefecture: '2224', stream: uuid(id) }, typed, actor, actOf(actor, at), once(typed, at, actor.id)))
const codeOf = (answer: Answer): string => (JSON.parse(answer.body) as { refusals: { code: string }[] }).refusals[0]?.code ?? ''

const record = { type: 'Record', measure: '已向本人道歉，窗口增设了叫号提示。' } as const
const close = { type: 'Close', result: 'put-right', explanation: '本人认可。' } as const

/** Everything due by now, at the instant at which it fell due. */
async function tick(now: Instant): Promise<void> {
  const { rows } = await db.run<{ prefecture: string; stream: Uuid; seq: number; reaction: string; type: string; due_at: Instant }>({
    text: 'select prefecture, stream, seq, reaction, type, due_at from outbox where due_at <= $1::timestamptz order by due_at',
    values: [now],
  })
  for (const { due_at, ...row } of rows) {
    const done = {
      text: 'delete from outbox where prefecture = $1 and stream = $2 and seq = $3::int and reaction = $4',
      values: [row.prefecture, row.stream, row.seq, row.reaction],
    }
    await reactions.find(({ name }) => name === row.reaction)?.handle({ ...row, at: instant(due_at), attempts: 1, done })
  }
}

const eventsOf = async (id: string): Promise<readonly string[]> =>
  (await db.run<{ type: string }>({ text: 'select type from events where stream = $1::uuid order by seq', values: [id] })).rows.map(({ type }) => type)

describe('rating', () => {
  test('once for a case and a channel, also when two come at once; only that channel’s indicators are kept', async () => {
    const one = await applied()
    const answers = await Promise.all([
      give(one, said({ level: 4, indicators: { attitude: 5, platform: 1 }, comment: '<b>谢谢</b> & "再见"' })),
      give(one, said({ level: 4, indicators: { attitude: 5, platform: 1 }, comment: '<b>谢谢</b> & "再见"' })),
    ])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409])
    expect(codeOf(await give(one, said({ level: 1 })))).toBe('rated-already')
    expect(codeOf(await give(one, said({ channel: 'online' })))).toBe('not-that-channel')
    const own = await queries.ofCase(one.record, NOON)
    // What was typed comes back as it was typed.
    expect(own.ratings).toMatchObject([{ channel: 'window', level: 4, comment: '<b>谢谢</b> & "再见"', state: 'none' }])
    expect(own.channels).toMatchObject([{ channel: 'window', canBeRated: false }])
    const number = one.record.state.submission?.number
    const shown = (await listOf(colleague)).items.find(({ caseNumber }) => caseNumber === number)
    expect(shown).toMatchObject({ indicators: { attitude: 5 }, organ: STATION, named: true })
    const { rows } = await db.run<{ bodies: string }>({ text: "select string_agg(body, '') as bodies from events where type = 'RatingGiven'", values: [] })
    expect(rows[0]?.bodies).not.toContain('谢谢')
  })

  test('the same form twice gets the first answer', async () => {
    const one = await applied()
    const what = said({ level: 3 })
    const twice = await Promise.all(
      [1, 2].map(() => ratings.give(one.record, what, one.personId, rater(one.personId), once(what, NOON, 'twice', 'rating-double-tap'))),
    )
    expect(twice[0]).toEqual(twice[1])
    expect(twice[0]?.status).toBe(201)
  })
})

describe('without a name', () => {
  test('the rated organ learns neither who nor which case; whoever supervises it from above learns the case', async () => {
    const one = await applied()
    expect((await give(one, said({ level: 2, comment: '等太久' }), false)).status).toBe(201)
    const number = one.record.state.submission?.number
    const about = async (actor: Who) => (await listOf(actor, 'open')).items.find(({ comment }) => comment === '等太久')
    for (const actor of [taker, colleague, chief]) {
      const shown = await about(actor)
      expect(shown).toMatchObject({ named: false, caseNumber: null, ratedOn: '2026-02-13' })
      expect(JSON.stringify(shown)).not.toContain(one.personId)
      const { rows } = await actingAs(actor.db, () =>
        db.run({ text: 'select * from rating_authors where case_id = $1::uuid', values: [one.record.key.stream] }),
      )
      expect(rows).toEqual([])
      const seen = await actingAs(actor.db, () => db.run({ text: 'select * from events where stream = $1::uuid', values: [shown?.id] }))
      expect(seen.rows).toEqual([])
    }
    expect(await about(county)).toMatchObject({ caseNumber: number })
    expect(await about(stranger)).toBeUndefined()
    const { rows } = await db.run<{ actor: string; person: string | null }>({
      text: `select e.actor, a.person_id as person from rating_authors a join events e on e.prefecture = a.prefecture and e.stream = a.rating_id where a.case_id = $1::uuid`,
      values: [one.record.key.stream],
    })
    expect(rows.every(({ actor, person }) => actor === 'anonymous' && person === null)).toBe(true)
  })
})

describe('a bad rating', () => {
  test('is put right by others than whom it is about, with a call-back, and its result is counted', async () => {
    const before = await figuresOf(county)
    const one = await applied()
    const answer = await give(one, said({ level: 1, comment: '态度差' }))
    expect(JSON.parse(answer.body)).toEqual({ channel: 'window', level: 1, named: true, rectifyBy: DUE })
    const { id } = (await listOf(chief, 'open')).items.find(({ comment }) => comment === '态度差') ?? { id: '' }
    // Neither may close it, nor is anything of it there for others.
    expect((await rectify(stranger, id, record)).status).toBe(404)
    expect((await rectify(colleague, id, close)).status).toBe(404)
    expect((await rectify(taker, id, { type: 'CallBack', reached: true, satisfied: true, note: '打过了' })).status).toBe(404)
    expect((await rectify({ ...chief, id: taker.id }, id, close)).status).toBe(404)
    expect(codeOf(await rectify(chief, id, close))).toBe('no-measure')
    expect((await rectify(chief, id, { type: 'Assign', handler: colleague.id })).status).toBe(200)
    const [first, second] = await Promise.all([rectify(colleague, id, record), rectify(colleague, id, record)])
    expect([first.status, second.status]).toEqual([200, 200])
    expect(codeOf(await rectify(chief, id, close))).toBe('no-call-back')
    expect((await rectify(colleague, id, { type: 'CallBack', reached: true, satisfied: true, note: '本人满意 <i>' })).status).toBe(200)
    expect(JSON.parse((await rectify(chief, id, close)).body)).toMatchObject({ state: 'closed', late: false })
    expect(codeOf(await rectify(chief, id, close))).toBe('closed-already')
    expect((await listOf(chief, 'kept')).items.find((item) => item.id === id)).toMatchObject({
      ...{ measure: record.measure, callNote: '本人满意 <i>', satisfied: true, result: 'put-right', handler: colleague.id },
    })
    const after = await figuresOf(county)
    expect(after.totals.rated - before.totals.rated).toBe(1)
    expect((after.totals.levels['1'] ?? 0) - (before.totals.levels['1'] ?? 0)).toBe(1)
    expect(after.totals.kept - before.totals.kept).toBe(1)
    expect((await queries.ofCase(one.record, NOON)).ratings).toMatchObject([{ state: 'closed', explanation: close.explanation }])
    expect(await eventsOf(id)).toEqual([
      ...['RatingGiven', 'RectificationOpened', 'RectificationAssigned', 'RectificationRecorded', 'RectificationRecorded', 'RatingCalledBack'],
      'RectificationClosed',
    ])
  })

  test('is warned of and overdue by the clock, once each, and closed late', async () => {
    const one = await applied()
    await give(one, said({ level: 2, comment: '没有人叫号' }), false)
    const { id } = (await listOf(chief, 'open')).items.find(({ comment }) => comment === '没有人叫号') ?? { id: '' }
    await tick(instant('2026-03-09T00:00:00+08:00'))
    expect(await eventsOf(id)).toEqual(['RatingGiven', 'RectificationOpened', 'RectificationWarned'])
    await tick(DUE)
    expect((await listOf(chief, 'overdue', DUE)).items).toEqual([])
    const late = plusMs(DUE, 1)
    await tick(late)
    await tick(late)
    expect((await eventsOf(id)).filter((type) => type === 'RectificationOverdue')).toHaveLength(1)
    expect((await listOf(chief, 'overdue', late)).items.some((item) => item.id === id)).toBe(true)
    expect((await figuresOf(county, late)).totals.overdue).toBeGreaterThan(0)
    await rectify(colleague, id, record, late)
    expect(JSON.parse((await rectify(chief, id, close, late)).body)).toMatchObject({ state: 'closed', late: true })
    expect((await listOf(chief, 'late', late)).items.map((item) => item.id)).toContain(id)
    expect((await listOf(chief, 'overdue', late)).items.some((item) => item.id === id)).toBe(false)
  })
})

test('whoever works elsewhere, or reads no ratings, finds nothing', () => {
  for (const role of ['factory-worker', 'dispatcher', 'auditor', 'administrator', 'referral-reviewer'] as const) {
    expect(() => ratingScope(places, who(role, 'x:1', COUNTY))).toThrow()
  }
  expect(() => ratingScope(places, null)).toThrow()
  expect(FRIDAY_MORNING < NOON).toBe(true)
})
