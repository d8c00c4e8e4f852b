import { afterAll, describe, expect, test } from 'vitest'
import { calendarReply } from '#calendar/contract.ts'
import { openCalendar } from '#calendar/queries.ts'
import { calendarRoutes } from '#calendar/routes.ts'
import { serviceReply, servicesReply, settingsReply } from '#catalogue/contract.ts'
import { openReviewSettings } from '#catalogue/queries.ts'
import { catalogueRoutes } from '#catalogue/routes.ts'
import { instant } from '#kernel/time.ts'
import { PREFECTURES } from '#place/model.ts'
import { known } from '#platform/facts.ts'
import { mountRoutes, openHttp, type Principal } from '#platform/http.ts'
import { openLog } from '#platform/log.ts'
import { openMetrics } from '#platform/metrics.ts'
import { describeApi } from '#platform/openapi.ts'
import { promiseProjector } from '#supervision/commands/fold.ts'
import { replayForSettings } from '#supervision/commands/replay.ts'
import { alarmsReply, behindReply, figuresReply, parkedReply, replayReply } from '#supervision/contract.ts'
import { openSupervisionQueries } from '#supervision/queries.ts'
import { supervisionRoutes } from '#supervision/routes.ts'
import { testReadings } from '#test/readings.ts'
import { FRIDAY_MORNING, openWindows } from '#test/windows.ts'

const windows = await openWindows(() => ({ subscriptions: [], projectors: [promiseProjector(windows.services)] }))
const { db, committer, ids, places, services, sealer, cases, queries: caseQueries } = windows
const organs = [...places.organs.values()]
const department = organs.find(({ level }) => level === 'province')!.code
const yanbian = organs.find(({ level, prefecture }) => level === 'prefecture' && prefecture === '2224')!.code
const changchun = organs.find(({ level, prefecture }) => level === 'prefecture' && prefecture === '2201')!.code
const people: Record<string, Principal> = {
  department: { id: 'supervisor:1', role: 'supervisor', organ: department, personId: null },
  yanbian: { id: 'supervisor:2', role: 'supervisor', organ: yanbian, personId: null },
  changchun: { id: 'supervisor:3', role: 'supervisor', organ: changchun, personId: null },
  administrator: { id: 'administrator:1', role: 'administrator', organ: department, personId: null },
  operator: { id: 'administrator:2', role: 'administrator', organ: department, personId: null },
  officer: { id: 'officer:1', role: 'station-officer', organ: '220102500100', personId: null },
}
const calendar = await openCalendar(db)
const settings = await openReviewSettings(db)
const deps = {
  db,
  committer,
  ids,
  places,
  services,
  sealer,
  cases,
  caseQueries,
  prefectures: PREFECTURES,
  photoFact: (digest: string) => known({ digest, checks: [] }),
}
const app = await openHttp({
  log: openLog('silent'),
  metrics: openMetrics(),
  now: () => instant('2026-02-14T12:00:00+08:00'),
  authenticate: async (request) => people[String(request.headers['x-test-as'])] ?? null,
})
await describeApi(app)
mountRoutes(app, [
  ...supervisionRoutes({ queries: openSupervisionQueries({ db, places, services }), places, readings: testReadings(db), replays: deps }),
  ...calendarRoutes({
    db,
    committer,
    calendar,
    mayImport: (principal) => principal?.role === 'administrator',
    movedDates: async () => ({ promises: 0, statutory: 0, dates: [] }),
  }),
  ...catalogueRoutes({ db, committer, services, settings, replayFact: replayForSettings, photoStandards: ['2004'] }),
])
afterAll(() => app.close())

const get = (url: string, as?: string) => app.inject({ method: 'GET', url, headers: as ? { 'x-test-as': as } : {} })
let keys = 0
const send = (method: 'POST' | 'PUT', url: string, payload: object, as: string) =>
  app.inject({ method, url, payload, headers: { 'x-test-as': as, authorization: 'Bearer of-a-program', 'idempotency-key': `route-key-${++keys}` } })

describe('supervision over HTTP', () => {
  test('figures and the cases behind them, each within the jurisdiction', async () => {
    const { person } = await windows.resident()
    const { state } = await windows.submitted(windows.renewalForm(person), FRIDAY_MORNING)
    const whole = figuresReply.parse((await get('/api/v1/supervision/promises?from=2026-02-13&to=2026-02-28', 'department')).json())
    expect(whole.totals.counts).toMatchObject({ accepted: 1, promised: 1, 'waiting-for-fee': 1 })
    expect(whole.rows.map(({ prefecture, prefectureName }) => [prefecture, prefectureName.zh])).toContainEqual(['2224', '延边朝鲜族自治州'])
    const on = whole.rows.find(({ counts }) => counts.promised === 1)?.day
    expect(figuresReply.parse((await get('/api/v1/supervision/promises?from=2026-02-13&to=2026-02-28', 'yanbian')).json()).rows).toEqual(whole.rows)
    expect(figuresReply.parse((await get('/api/v1/supervision/promises?from=2026-02-13&to=2026-02-28', 'changchun')).json()).rows).toEqual([])
    const url = `/api/v1/supervision/promises/cases?prefecture=2224&day=${on}&outcome=waiting-for-fee`
    const behind = behindReply.parse((await get(url, 'yanbian')).json())
    expect(behind.items.map(({ number, title }) => [number, title.zh])).toEqual([[state.submission?.number, '居民身份证换领']])
    expect(JSON.stringify(behind)).not.toContain(person.name)
    expect((await get(url, 'changchun')).statusCode).toBe(404)
    expect(alarmsReply.parse((await get('/api/v1/supervision/alarms', 'department')).json()).items).toEqual([])
  })

  test.each([
    ['/api/v1/supervision/promises', 'officer', 404],
    ['/api/v1/supervision/promises', undefined, 401],
    ['/api/v1/supervision/alarms', 'administrator', 404],
    ['/api/v1/supervision/promises?from=2026-02-30', 'department', 422],
    ['/api/v1/supervision/promises?from=2026-02-20&to=2026-02-10', 'department', 422],
    ['/api/v1/supervision/promises?from=2020-01-01&to=2026-02-10', 'department', 422],
    ['/api/v1/supervision/promises?measure=13', 'department', 422],
    ['/api/v1/supervision/promises/cases?prefecture=2201&day=2026-02-13&outcome=better', 'department', 422],
    ['/api/v1/supervision/promises/cases?prefecture=2201&day=2026-02-13&cursor=bm8', 'department', 422],
    ['/api/v1/review-replays/0190c0de-0000-7000-8000-000000000000', 'administrator', 404],
    ['/api/v1/review-replays/1', 'administrator', 422],
    ['/api/v1/review-settings', 'officer', 404],
    ['/api/v1/services/driving-licence', undefined, 404],
    ['/api/v1/calendar/1800', undefined, 422],
  ])('%s as %s is answered %i', async (url, as, status) => {
    const response = await get(url, as)
    expect(response.statusCode).toBe(status)
    expect(response.headers['content-type']).toContain('application/problem+json')
  })

  test('a replay and the settings that rest on it', async () => {
    const { validFrom: _, ...inForce } = settings.on('2026-02-14' as never)
    const body = { settings: { ...inForce, sampleShare: 300 }, from: '2026-02-13', to: '2026-02-14' }
    const asked = await send('POST', '/api/v1/review-replays', body, 'administrator')
    expect([asked.statusCode, asked.headers.location]).toEqual([202, `/api/v1/review-replays/${asked.json().id}`])
    expect(replayReply.parse((await get(asked.headers.location as string, 'department')).json())).toMatchObject({ finishedAt: null, casesRead: 0 })
    const change = { validFrom: '2026-02-20', settings: body.settings, replay: asked.json().id }
    const early = await send('PUT', '/api/v1/review-settings', change, 'administrator')
    expect([early.statusCode, early.json().refusals[0].code]).toEqual([409, 'replay-unfinished'])
    expect(settingsReply.parse((await get('/api/v1/review-settings', 'administrator')).json()).inForce.settings.sampleShare).toBe(200)
    expect((await send('POST', '/api/v1/review-replays', body, 'officer')).statusCode).toBe(404)
    expect(
      Object.keys(
        (await send('PUT', '/api/v1/review-settings', { ...change, settings: { ...body.settings, sampleShare: 10_001 } }, 'administrator')).json().fields,
      ),
    ).toEqual(['settings.sampleShare'])
  })
})

describe('the catalogue and the calendar over HTTP', () => {
  test('tell anybody what can be applied for, at what fee, within what time', async () => {
    const { items } = servicesReply.parse((await get('/api/v1/services')).json())
    expect(items.map(({ id }) => id)).toEqual([...services.keys()].sort())
    const renewal = items.find(({ id }) => id === 'id-card-renewal')?.version
    expect(renewal?.fees.map(({ reason, amountCents }) => [reason, amountCents])).toEqual([
      ['expiry', 2000],
      ['item-changed', 2000],
      ['damaged', 4000],
      ['agency-error', 0],
    ])
    expect(items.find(({ id }) => id === 'id-card-replacement')?.version.fees).toMatchObject([{ reason: null, amountCents: 4000 }])
    expect(renewal?.limits.statutory).toMatchObject({ amount: 60, unit: 'natural-day', basis: '居民身份证法 12' })
    expect(servicesReply.parse((await get('/api/v1/services?on=2021-05-06')).json()).items).toEqual([])
    const one = serviceReply.parse((await get('/api/v1/services/id-card-renewal')).json())
    expect((one.form as { properties: object }).properties).toHaveProperty('identityNumber')
    expect(one.versions.length).toBe(services.get('id-card-renewal')?.versions.length)
  })

  test('the year, and an import by nobody but an administrator', async () => {
    const year = calendarReply.parse((await get('/api/v1/calendar/2026')).json())
    expect(year).toMatchObject({ published: true, workingDays: 248 })
    expect(year.days.length).toBe(365)
    expect(calendarReply.parse((await get('/api/v1/calendar/2027')).json())).toMatchObject({
      published: false,
      sentence: { en: expect.stringContaining('provisional') },
    })
    const notice = { year: 2027, source: '测试通知', holidays: [{ name: { zh: '元旦', en: 'New Year’s Day' }, off: ['2027-01-01', '2027-02-30'] }] }
    expect((await send('POST', '/api/v1/calendar/notices', { notice }, 'officer')).statusCode).toBe(404)
    const refused = await send('POST', '/api/v1/calendar/notices', { dryRun: true, notice }, 'administrator')
    expect([refused.statusCode, Object.keys(refused.json().fields)]).toEqual([422, ['notice.holidays.0']])
  })

  test('are described for programs', async () => {
    const document = (await get('/api/openapi.json')).json()
    for (const path of [
      '/api/v1/supervision/promises',
      '/api/v1/supervision/promises/cases',
      '/api/v1/supervision/alarms',
      '/api/v1/services/{id}',
      '/api/v1/calendar/notices',
      '/api/v1/review-replays/{id}',
      '/api/v1/review-settings',
    ])
      expect(document.paths, path).toHaveProperty([path])
  })
})

describe('what gave up', () => {
  const list = async (as = 'administrator') => parkedReply.parse((await get('/api/v1/operations/parked', as)).json()).reactions
  const take = (reaction: string, reason: string, as: string, version?: string, key = `take-key-${++keys}`) =>
    app.inject({
      method: 'POST',
      url: `/api/v1/operations/parked/${reaction}/take-up`,
      payload: { reason },
      headers: { 'x-test-as': as, authorization: 'Bearer of-a-program', 'idempotency-key': key, ...(version && { 'if-match': `"${version}"` }) },
    })
  const park = (prefecture: string, stream: string, seq: number, reaction: string) =>
    db.run({
      text: `insert into outbox (prefecture, stream, seq, reaction, type, due_at, attempts, last_error, parked)
        values ($1, $2, $3, $4, 'CardFinished', '2026-02-14T03:00:00Z', 11, 'Error: the courier did not take the order', true)`,
      values: [prefecture, stream, seq, reaction],
    })

  test('is listed for the system administrator alone: whose case, since when, why', async () => {
    const { person } = await windows.resident()
    const { state, key } = await windows.submitted(windows.renewalForm(person), FRIDAY_MORNING)
    await park(key.prefecture, key.stream, 900, 'delivery.send')
    await park('2224', '019c0000-0000-7000-8000-0000000000aa', 1, 'production.order')
    const listed = await list()
    expect(listed.map(({ prefecture, reaction, items }) => [prefecture, reaction, items.length])).toContainEqual(['2224', 'production.order', 1])
    const delivery = listed.find(({ reaction }) => reaction === 'delivery.send')
    expect(delivery?.items).toEqual([
      {
        ...{ caseNumber: state.submission?.number, type: 'CardFinished', attempts: 11 },
        ...{ error: 'Error: the courier did not take the order', since: '2026-02-14T03:00:00.000Z' },
      },
    ])
    for (const as of ['department', 'officer']) expect((await get('/api/v1/operations/parked', as)).statusCode).toBe(404)
    expect((await take('2224/production.order', '已修复', 'department')).statusCode).toBe(404)
  })

  test('is taken up again once by two operators at once, with the reason on record, and not where it is no longer what was seen', async () => {
    await park('2224', '019c0000-0000-7000-8000-0000000000aa', 2, 'production.order')
    const seen = (await list()).find(({ reaction }) => reaction === 'production.order')
    await park('2224', '019c0000-0000-7000-8000-0000000000ab', 1, 'production.order')
    expect((await take('2224/production.order', '接口已修复', 'administrator', seen?.version)).statusCode).toBe(412)
    expect((await take('2224/production.order', '', 'administrator')).statusCode).toBe(422)
    const both = await Promise.all(['administrator', 'operator'].map((as) => take('2224/production.order', '接口已修复', as, undefined, 'take-up-the-same')))
    expect(both.map(({ statusCode }) => statusCode)).toEqual([200, 200])
    expect(both.map((answer) => answer.json().takenUp).toSorted()).toEqual([0, 3])
    const winner = both.findIndex((answer) => answer.json().takenUp === 3)
    const again = await take('2224/production.order', '接口已修复', ['administrator', 'operator'][winner] as string, undefined, 'take-up-the-same')
    expect(again.body).toBe(both[winner]?.body)
    const { rows } = await db.run<{ actor: string; body: string }>({ text: "select actor, body from events where type = 'ParkedTakenUp'", values: [] })
    expect(
      rows.map(({ actor, body }) => [actor, (JSON.parse(body) as { reason: string; items: [] }).reason, (JSON.parse(body) as { items: [] }).items.length]),
    ).toEqual([[`administrator:${winner + 1}`, '接口已修复', 3]])
    const { rows: left } = await db.run({ text: "select attempts, due_at from outbox where reaction = 'production.order' and not parked", values: [] })
    expect(left).toHaveLength(3)
    expect(new Set(left.map((row) => JSON.stringify(row))).size).toBe(1)
    expect((await list()).map(({ reaction }) => reaction)).toEqual(['delivery.send'])
  })
})
