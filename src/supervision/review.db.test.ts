import { describe, expect, test } from 'vitest'
import { importNotice, previewNotice } from '#calendar/commands.ts'
import type { HolidayNotice } from '#calendar/model.ts'
import { openCalendar, viewYear } from '#calendar/queries.ts'
import { shippedNotices } from '#calendar/rules.ts'
import { changeReviewSettings, REPLAY_GOOD_DAYS } from '#catalogue/commands.ts'
import type { Check, ServiceVersion } from '#catalogue/model.ts'
import { FIRST_REVIEW_SETTINGS, openReviewSettings } from '#catalogue/queries.ts'
import { getVersion } from '#catalogue/rules.ts'
import type { Uuid } from '#kernel/ids.ts'
import { cents } from '#kernel/money.ts'
import { day, type Instant, instant, plusMinutes } from '#kernel/time.ts'
import { PREFECTURES } from '#place/model.ts'
import type { Followers } from '#platform/commit.ts'
import type { Act } from '#platform/events.ts'
import { known } from '#platform/facts.ts'
import { type Once, openOnce } from '#platform/once.ts'
import type { OutboxItem, Reaction } from '#platform/outbox.ts'
import { ProblemError } from '#platform/problem.ts'
import { movedDates } from '#supervision/commands/calendar.ts'
import { promiseProjector, rebuildSupervision } from '#supervision/commands/fold.ts'
import { replayForSettings, requestReplay } from '#supervision/commands/replay.ts'
import { supervisionReactions } from '#supervision/jobs.ts'
import { openSupervisionQueries } from '#supervision/queries.ts'
import { FRIDAY_MORNING, officer, openWindows } from '#test/windows.ts'

const followers: { current: Followers } = { current: { subscriptions: [], projectors: [] } }
const windows = await openWindows(() => followers.current)
const { db, committer, ids, places, services, sealer, cases, queries: caseQueries, resident, renewalForm, submitted } = windows

const photoAsked: string[] = []
const doubtful: Check = { id: 'photo', result: 'refer', sentence: { zh: '拿不准', en: 'in doubt' }, basis: 'GA 461-2004', wayOut: null }
const deps = {
  ...{ db, committer, ids, places, services, sealer, cases, caseQueries, prefectures: PREFECTURES },
  photoFact: (digest: string) => {
    photoAsked.push(digest)
    return known({ digest, checks: [doubtful] })
  },
}
const reactions = supervisionReactions(deps)
followers.current = { subscriptions: reactions, projectors: [promiseProjector(services)] }
const queries = openSupervisionQueries({ db, places, services })

const administrator = (at: Instant): Act => ({ at, actor: 'administrator:1', actorRole: 'administrator', actorOrgan: null, onBehalfOf: null, requestId: 'r' })
let keys = 0
const once = (body: unknown, at: Instant, key = `review-key-${++keys}`): Once => openOnce('administrator:1', key, '/api/v1/test', body, at)

/** Does what the outbox holds, as the outbox would. */
async function react(all: readonly Reaction[] = reactions): Promise<number> {
  const { rows } = await db.run<{ prefecture: string; stream: Uuid; seq: number; reaction: string; type: string; due_at: Instant }>({
    text: 'select prefecture, stream, seq, reaction, type, due_at from outbox order by due_at',
    values: [],
  })
  for (const { due_at: at, ...row } of rows) {
    const done = {
      text: 'delete from outbox where prefecture = $1 and stream = $2 and seq = $3::int and reaction = $4',
      values: [row.prefecture, row.stream, row.seq, row.reaction],
    }
    const item: OutboxItem = { ...row, at, attempts: 1, done }
    await all.find(({ name }) => name === row.reaction)?.handle(item)
  }
  return rows.length
}

/** Pays at the window: the card is ordered. */
async function ordered(at: Instant, more: object = {}) {
  const record = await submitted(renewalForm((await resident()).person, more), at)
  const paid = await cases.apply(
    record.key,
    { type: 'SettleFee', settlement: { how: 'paid', means: 'cash', receiptNumber: 'A0001', amount: cents(2000) } },
    officer(at),
  )
  if (paid.kind !== 'done') throw new Error(`not paid: ${paid.kind}`)
  return paid
}

const shipped = shippedNotices.find(({ year }) => year === 2026) as HolidayNotice
/** The notice of 2026 with the Monday after 清明 off as well, made up on the Saturday before. */
const amended: HolidayNotice = {
  ...shipped,
  source: '国办发明电〔2026〕99号',
  holidays: shipped.holidays.map((holiday) =>
    holiday.off.includes(day('2026-04-05'))
      ? { ...holiday, off: [...holiday.off, day('2026-04-07')], makeUp: [...holiday.makeUp, day('2026-03-28')] }
      : holiday,
  ),
}

describe('a holiday notice', () => {
  const calendarDeps = {
    db,
    committer,
    movedDates: (...args: Parameters<typeof movedDates> extends [unknown, ...infer Rest] ? Rest : never) => movedDates(deps, ...args),
  }

  test('first shows the days and the cases that it moves, and then moves exactly those, with old, new and reason', async () => {
    const holder = await openCalendar(db)
    const other = await openCalendar(db)
    // Paid on Friday the 3rd of April after noon: made on the morning of Tuesday the 7th, which is now to be off.
    const touched = await ordered(instant('2026-04-03T15:00:00+08:00'))
    const [slot, withYouBy] = [touched.state.promised?.slot, touched.state.promised?.withYouBy]
    expect(slot).toEqual({ day: '2026-04-07', half: 'am' })
    const untouched = await ordered(instant('2026-04-03T09:00:00+08:00'), {
      handover: { by: 'mail', recipient: '王测试', phone: '13900000000', township: '220102001', address: '测试路 1 号' },
    })
    const now = instant('2026-04-03T16:00:00+08:00')

    const preview = await previewNotice(calendarDeps, amended, now)
    expect(preview.days.map((changed) => [changed.day, changed.workingBefore, changed.workingAfter])).toEqual([
      ['2026-03-28', false, true],
      ['2026-04-07', true, false],
    ])
    expect(preview).toMatchObject({ imported: false, promises: 1, replaces: shipped.source })
    expect(preview.dates).toContainEqual({
      prefecture: touched.key.prefecture,
      number: touched.state.submission?.number,
      what: 'promise',
      before: withYouBy,
      after: '2026-04-09T15:59:59.999Z',
    })
    expect(holder.current().notices.find(({ year }) => year === 2026)?.source).toBe(shipped.source)

    const key = 'import-key-1'
    const answer = await importNotice(calendarDeps, amended, administrator(now), once(amended, now, key))
    expect(await importNotice(calendarDeps, amended, administrator(now), once(amended, now, key))).toEqual(answer)
    expect(JSON.parse(answer.body)).toMatchObject({ ...preview, imported: true })
    await other.refresh()
    expect(viewYear(other.current(), 2026).days.find((one) => one.day === '2026-04-07')).toMatchObject({ working: false, kind: 'holiday', provisional: false })

    expect(await react()).toBe(1)
    const after = await caseQueries.findByKey(touched.key)
    expect(after?.past.at(-1)?.event).toMatchObject({
      type: 'PromiseRevised',
      cause: 'calendar-notice',
      from: { withYouBy },
      to: { withYouBy: '2026-04-09T15:59:59.999Z' },
    })
    expect(JSON.stringify(after?.past.at(-1)?.event)).toContain('国办发明电〔2026〕99号')
    expect((await caseQueries.findByKey(untouched.key))?.state.version).toBe(untouched.state.version)
    // Done again, as after a crash, it changes nothing more.
    await db.run({
      text: "insert into outbox (prefecture, stream, seq, reaction, type, due_at) select prefecture, stream, seq, 'supervision.rederive', type, at from events where type = 'CalendarNoticeImported'",
      values: [],
    })
    expect(await react()).toBe(1)
    expect((await caseQueries.findByKey(touched.key))?.state.version).toBe(after?.state.version)
    // Told in time, so it is no broken promise; and the rollup agrees with the events.
    const { totals } = await queries.figures(PREFECTURES, { measure: 1, from: day('2026-04-01'), to: day('2026-04-30') }, instant('2026-04-09T12:00:00+08:00'))
    expect(totals.counts).toMatchObject({ promised: 2, revised: 1, 'in-progress': 1, 'broken-silently': 1 })
    expect((await rebuildSupervision(deps, now)).differences).toEqual([])
  })

  test('the same notice again changes nothing, and two at once are two versions', async () => {
    const now = instant('2026-04-03T17:00:00+08:00')
    const again = JSON.parse((await importNotice(calendarDeps, amended, administrator(now), once(amended, now))).body)
    expect(again).toMatchObject({ imported: false, days: [], promises: 0 })
    const renamed = (source: string): HolidayNotice => ({ ...amended, source, holidays: shipped.holidays })
    await Promise.all([
      importNotice(calendarDeps, renamed('甲号通知'), administrator(now), once(1, now)),
      importNotice(calendarDeps, amended, administrator(now), once(2, now)),
    ])
    const { rows } = await db.run<{ seq: number }>({ text: "select seq from events where type = 'CalendarNoticeImported' order by seq", values: [] })
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, i) => i + 1))
  })

  test('a notice that is not in order is refused, naming the holiday', async () => {
    const wrong = { ...amended, holidays: amended.holidays.map((holiday, i) => (i === 1 ? { ...holiday, off: holiday.off.slice(2) } : holiday)) }
    const error = await previewNotice(calendarDeps, wrong, FRIDAY_MORNING).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ProblemError)
    expect(Object.keys((error as ProblemError).problem.fields ?? {})).toEqual(['notice.holidays.1'])
  })
})

const { validFrom: _, ...first } = FIRST_REVIEW_SETTINGS
const FROM_TO = { from: day('2026-05-11'), to: day('2026-05-12'), limit: 1000 }
const MONDAY = instant('2026-05-11T09:00:00+08:00')

async function replay(
  settings: typeof first,
  more: object = {},
  with_: Partial<typeof deps> & { candidateVersion?: (id: string) => ServiceVersion | undefined } = {},
  at = plusMinutes(MONDAY, 2000),
) {
  const body = { settings, ...FROM_TO, ...more }
  const answer = await requestReplay({ ...deps, ...with_ }, body, administrator(at), once(body, at))
  const { id } = JSON.parse(answer.body) as { id: Uuid }
  await react(supervisionReactions({ ...deps, ...with_ }))
  const found = await queries.findReplay(id, { limit: 500 })
  if (!found) throw new Error('no replay')
  return found
}

describe('a replay', () => {
  const numbers: Record<string, string> = {}

  test('shows whose outcome would differ, and why; and changes nothing', async () => {
    for (let i = 0; i < 3; i++) await submitted(renewalForm((await resident()).person), plusMinutes(MONDAY, i))
    const exempt = await submitted(
      renewalForm((await resident()).person, { fingerprints: { how: 'exempted', reason: 'fingers-missing', note: '双手手指缺失' } }),
      MONDAY,
    )
    const credit = await submitted(renewalForm((await resident({ flags: ['credit-record'] })).person), MONDAY)
    numbers.exempt = exempt.state.submission?.number as string
    numbers.credit = credit.state.submission?.number as string
    expect([exempt.state.status, credit.state.status]).toEqual(['reviewing', 'reviewing'])
    const before = (await db.run<{ n: number }>({ text: "select count(*)::int as n from events where type like 'Case%'", values: [] })).rows

    const same = await replay(first)
    expect(same).toMatchObject({
      casesRead: 5,
      complete: true,
      differing: 0,
      outcomes: { pass: { pass: 3, refer: 0, fail: 0 }, refer: { pass: 0, refer: 2, fail: 0 } },
      cases: [],
    })
    const other = await replay({ ...first, referFingerprintExemption: false })
    expect(other.outcomes).toEqual({ pass: { pass: 3, refer: 0, fail: 0 }, refer: { pass: 1, refer: 1, fail: 0 } })
    expect(other.cases).toEqual([
      { number: numbers.exempt, service: 'id-card-renewal', before: 'refer', after: 'pass', checks: [{ id: 'fingerprints', before: 'refer', after: 'pass' }] },
    ])
    expect((await db.run<{ n: number }>({ text: "select count(*)::int as n from events where type like 'Case%'", values: [] })).rows).toEqual(before)
  })

  test('records whose sealed facts were opened, by whom', async () => {
    const { id } = await replay(first)
    const { rows } = await db.run<{ type: string; body: string; on_behalf_of: string | null }>({
      text: 'select type, body, on_behalf_of from events where stream = $1 order by seq',
      values: [id],
    })
    expect(rows.map(({ type }) => type)).toEqual(['ReviewReplayRequested', 'ReviewFactsOpened', 'ReviewReplayFinished'])
    expect(rows[1]?.on_behalf_of).toBe('administrator:1')
    expect((JSON.parse(rows[1]?.body ?? '') as { numbers: string[] }).numbers).toContain(numbers.credit)
  })

  test('judges the photo again only where the standard is another', async () => {
    photoAsked.length = 0
    await replay(first)
    expect(photoAsked).toEqual([])
    const stricter = await replay({ ...first, photoStandard: '2019' })
    expect(photoAsked.length).toBe(5)
    expect(stricter.outcomes.pass).toEqual({ pass: 0, refer: 3, fail: 0 })
    expect(stricter.cases.every(({ checks }) => checks.some(({ id, after }) => id === 'photo' && after === 'refer'))).toBe(true)
  })

  test('tries another version of a service, too', async () => {
    const pinned = getVersion(services.get('id-card-renewal')!, day('2021-05-07'))
    const nobody: ServiceVersion = { ...pinned, conditions: [{ id: 'nobody', check: () => ({ ...doubtful, id: 'nobody', result: 'fail' }) }] }
    const found = await replay(first, {}, { candidateVersion: (id) => (id === 'id-card-renewal' ? nobody : undefined) })
    expect(found.outcomes).toEqual({ pass: { pass: 0, refer: 0, fail: 3 }, refer: { pass: 0, refer: 0, fail: 2 } })
  })

  test('reads only the days that were asked for, and says when its limit ended it', async () => {
    expect(await replay(first, { from: day('2026-05-12'), to: day('2026-05-13') })).toMatchObject({ casesRead: 0, complete: true })
    const limited = await replay({ ...first, referCreditRecord: false, referFingerprintExemption: false }, { limit: 4 })
    expect(limited).toMatchObject({ casesRead: 4, complete: false })
    const whole = await replay({ ...first, referCreditRecord: false, referFingerprintExemption: false })
    expect(whole.cases.length).toBe(2)
    const page = await queries.findReplay(whole.id as Uuid, { limit: 1 })
    expect([page?.cases.length, page?.next]).toEqual([1, page?.cases[0]?.number])
    expect((await queries.findReplay(whole.id as Uuid, { limit: 1, cursor: page?.next ?? undefined }))?.cases[0]?.number).toBe(whole.cases[1]?.number)
  })
})

describe('settings of the review', () => {
  const settingsDeps = { db, committer, replayFact: replayForSettings, photoStandards: ['2004'] }
  const at = plusMinutes(MONDAY, 3000)
  const change = async (body: { validFrom: string; settings: typeof first; replay: string }, now = at) => {
    const answer = await changeReviewSettings(
      settingsDeps,
      { ...body, validFrom: day(body.validFrom), replay: body.replay as Uuid },
      administrator(now),
      once(body, now),
    )
    return { status: answer.status, body: JSON.parse(answer.body) as { refusals?: { code: string }[]; versions: { validFrom: string }[] } }
  }
  const settings = { ...first, referCreditRecord: false }

  test('take force only after a recent replay of exactly these, from today on', async () => {
    const { id } = await replay(settings)
    const code = async (...given: Parameters<typeof change>) => (await change(...given)).body.refusals?.[0]?.code
    const good = { validFrom: '2026-05-14', settings, replay: id }
    expect(await code({ ...good, replay: '0190c0de-0000-7000-8000-000000000000' })).toBe('replay-unknown')
    expect(await code({ ...good, settings: { ...settings, sampleShare: 201 } })).toBe('replay-of-other-settings')
    expect(await code({ ...good, validFrom: '2026-06-14' }, plusMinutes(at, (REPLAY_GOOD_DAYS + 1) * 24 * 60))).toBe('replay-too-old')
    await expect(change({ ...good, validFrom: '2026-05-12' })).rejects.toThrow(ProblemError)
    await expect(change({ ...good, settings: { ...settings, photoStandard: '1999' } })).rejects.toThrow(ProblemError)

    const [holder, other] = [await openReviewSettings(db), await openReviewSettings(db)]
    expect((await change(good)).status).toBe(200)
    await other.refresh()
    expect([other.on(day('2026-05-13')).referCreditRecord, other.on(day('2026-05-14')).referCreditRecord]).toEqual([true, false])
    expect(holder.on(day('2026-05-14')).referCreditRecord).toBe(true)
    const { rows } = await db.run<{ body: string }>({ text: "select body from events where type = 'ReviewSettingsChanged'", values: [] })
    expect(rows.map(({ body }) => JSON.parse(body))).toEqual([{ from: FIRST_REVIEW_SETTINGS, to: { ...settings, validFrom: '2026-05-14' }, replay: id }])
  })

  test('that have reviewed somebody are never rewritten', async () => {
    const { id } = await replay(settings)
    const today = { validFrom: '2026-05-14', settings, replay: id }
    expect((await change(today, instant('2026-05-14T09:00:00+08:00'))).body.refusals?.[0]?.code).toBe('day-in-force')
    expect((await change({ ...today, validFrom: '2026-05-15' }, instant('2026-05-14T09:00:00+08:00'))).body.versions.map(({ validFrom }) => validFrom)).toEqual(
      ['2021-05-07', '2026-05-14', '2026-05-15'],
    )
  })
})
