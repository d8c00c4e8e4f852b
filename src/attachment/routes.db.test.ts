import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { SHIPPED_RETENTION } from '#account/rules/retention.ts'
import { forgetUnnamed, openPhotos } from '#attachment/commands.ts'
import { photoUploadReply } from '#attachment/contract.ts'
import { openPhotoAnalyser } from '#attachment/jobs.ts'
import { openPhotoQueries } from '#attachment/queries.ts'
import { photoRoutes } from '#attachment/routes.ts'
import { uuidV7 } from '#kernel/ids.ts'
import { instant } from '#kernel/time.ts'
import { loadPlaces } from '#place/queries.ts'
import { SYSTEM } from '#platform/actor.ts'
import { openCommitter } from '#platform/commit.ts'
import { openDb } from '#platform/db.ts'
import { storedEvents } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { mountRoutes, openHttp, type Principal } from '#platform/http.ts'
import { openLog } from '#platform/log.ts'
import { openMetrics } from '#platform/metrics.ts'
import { openSealer } from '#platform/sealed.ts'
import { portraitJpeg } from '#sim/portrait.ts'
import { freshDatabase } from '#test/database.ts'
import { testKeys } from '#test/keys.ts'
import { testReadings } from '#test/readings.ts'

const at = instant('2026-02-13T11:59:00+08:00')
const systemAct = { at, actor: 'system:test', actorRole: 'system', actorOrgan: null, onBehalfOf: null, requestId: 'test' }
const database = await freshDatabase()
const db = openDb({ url: database.applicationUrl, connectionsMax: 6, onLost: () => {}, otherwise: SYSTEM })
const sealer = openSealer(testKeys())
const analyser = openPhotoAnalyser()
const places = loadPlaces()
const stations = [...places.organs.values()].filter((organ) => organ.level === 'station')
const station = stations.find((organ) => organ.prefecture === '2201')
const neighbour = stations.find((organ) => organ.prefecture === '2201' && organ !== station)
if (!station || !neighbour) throw new Error('no stations in 长春')

const standardVersion = () => '2004'
const photos = openPhotos({ db, committer: openCommitter(db), sealer, analyse: analyser.analyse, standardVersion })
const queries = openPhotoQueries({ db, sealer, standardVersion, readings: testReadings(db) })
const officers: Record<string, Principal> = {
  here: { id: 'officer-1', role: 'station-officer', organ: station.code, personId: null },
  next: { id: 'officer-2', role: 'station-officer', organ: neighbour.code, personId: null },
  maker: { id: 'worker-1', role: 'factory-worker', organ: station.code, personId: null },
}
const app = await openHttp({
  log: openLog('silent'),
  metrics: openMetrics(),
  now: () => at,
  authenticate: async (request) => officers[String(request.headers['x-test-officer'])] ?? null,
})
mountRoutes(app, photoRoutes({ photos, queries, places }))
let good: Buffer
beforeAll(async () => {
  good = await portraitJpeg(1)
})
afterAll(async () => {
  await app.close()
  await analyser.close()
  await db.end()
})

/** No browser sends it by itself, so that nobody's page can make somebody else's browser call. */
const PROGRAM = { authorization: 'Bearer of-a-program' }
let keys = 0
const newKey = (): string => {
  keys += 1
  return `key-${String(keys).padStart(8, '0')}`
}
const upload = (payload: Buffer, officer = 'here', key = newKey(), type = 'image/jpeg') =>
  app.inject({
    method: 'POST',
    url: '/api/v1/photos',
    headers: { 'content-type': type, 'idempotency-key': key, 'x-test-officer': officer, ...PROGRAM },
    payload,
  })
const read = (digest: string, officer: string) =>
  app.inject({ method: 'GET', url: `/api/v1/photos/${digest}`, headers: { 'x-test-officer': officer, ...PROGRAM } })
const form = (bytes: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from('--b\r\ncontent-disposition: form-data; name="photo"; filename="a.jpg"\r\ncontent-type: image/jpeg\r\n\r\n'),
    bytes,
    Buffer.from('\r\n--b--\r\n'),
  ])
const rows = async (table: string): Promise<number> =>
  (await db.run<{ n: number }>({ text: `select count(*) as n from ${table}`, values: [] })).rows[0]?.n ?? -1

describe('uploading a photo', () => {
  it('answers its digest, findings and measures, as the contract says', async () => {
    const response = await upload(good)
    expect(response.statusCode).toBe(201)
    const reply = photoUploadReply.parse(response.json())
    expect(reply.worst).toBe('pass')
    expect(response.headers.location).toBe(`/api/v1/photos/${reply.digest}`)
  })

  it('keeps the same bytes once, however often, by whom and in which form they come', async () => {
    const bytes = await portraitJpeg(2)
    const before = await rows('attachments')
    const answers = await Promise.all([
      upload(bytes),
      upload(bytes),
      upload(bytes, 'next'),
      upload(form(bytes), 'here', newKey(), 'multipart/form-data; boundary=b'),
    ])
    expect(answers.map((answer) => answer.statusCode)).toEqual([201, 201, 201, 201])
    // Once more when it is surely there: what was kept says the same, byte for byte.
    answers.push(await upload(bytes))
    expect(new Set(answers.map((answer) => answer.body)).size).toBe(1)
    expect(await rows('attachments')).toBe(before + 1)
  })

  it('keeps one picture once, whatever else the files say that hold it', async () => {
    const bytes = await portraitJpeg(9)
    const remark = Buffer.concat([bytes.subarray(0, 2), Buffer.from([0xff, 0xfe, 0, 8]), Buffer.from('remark'), bytes.subarray(2)])
    const [plain, told] = [await upload(bytes), await upload(remark)]
    expect(told.statusCode).toBe(201)
    expect(told.json().digest).toBe(plain.json().digest)
    expect(told.json().sourceDigest).not.toBe(plain.json().sourceDigest)
    expect((await read(plain.json().digest, 'here')).json().base64).not.toContain(Buffer.from('remark').toString('base64'))
  })

  it('gives the first answer again for the same key, also when both come at once, and refuses the key for another file', async () => {
    const [bytes, other, key] = [await portraitJpeg(3), await portraitJpeg(4), newKey()]
    const [first, second] = await Promise.all([upload(bytes, 'here', key), upload(bytes, 'here', key)])
    expect([first.statusCode, second.statusCode]).toEqual([201, 201])
    expect(second.body).toBe(first.body)
    expect((await upload(other, 'here', key)).json().type).toBe('/problems/idempotency-key-reused')
    const formKey = newKey()
    await upload(form(bytes), 'here', formKey, 'multipart/form-data; boundary=b')
    expect((await upload(form(other), 'here', formKey, 'multipart/form-data; boundary=b')).statusCode).toBe(422)
  })

  it('keeps a photo that fails the standard, with its findings, so that the window sees them all', async () => {
    const response = await upload(await portraitJpeg(5, { background: [90, 140, 210], shiftX: 40 }))
    expect(response.statusCode).toBe(201)
    const failed = response.json().findings.filter((finding: { result: string }) => finding.result === 'fail')
    expect(failed.map((finding: { check: string }) => finding.check)).toEqual(['background', 'centring'])
  })

  it('keeps nothing of what is no JPEG, and says what to do', async () => {
    const before = await rows('attachments')
    const response = await upload(Buffer.from('this is not a photo'))
    expect(response.statusCode).toBe(422)
    expect(response.json().fields.photo.zh).toContain('JPEG')
    expect((await upload(good.subarray(0, 3000))).statusCode).toBe(422)
    expect(await rows('attachments')).toBe(before)
  })

  it('is for officers at a counter, with an idempotency key', async () => {
    expect((await upload(good, 'nobody')).statusCode).toBe(401)
    expect((await upload(good, 'maker')).statusCode).toBe(404)
    const keyless = await app.inject({
      method: 'POST',
      url: '/api/v1/photos',
      headers: { 'content-type': 'image/jpeg', 'x-test-officer': 'here', ...PROGRAM },
      payload: good,
    })
    expect(keyless.json().type).toBe('/problems/idempotency-key-missing')
    const typed = await app.inject({
      method: 'POST',
      url: '/api/v1/photos',
      headers: { 'content-type': 'application/json', 'x-test-officer': 'here', 'idempotency-key': newKey(), ...PROGRAM },
      payload: '{}',
    })
    expect(typed.statusCode).toBe(415)
  })
})

describe('reading a photo', () => {
  it('gives the bytes back to an officer of the organ that received it, and to nobody else', async () => {
    const bytes = await portraitJpeg(6)
    const { digest } = (await upload(bytes)).json()
    const response = await read(digest, 'here')
    const kept = Buffer.from(response.json().base64, 'base64')
    expect(createHash('sha256').update(kept).digest('hex')).toBe(digest)
    // What is kept is known when it comes again, and not written anew once more.
    expect((await upload(kept)).json().digest).toBe(digest)
    expect(response.headers['cache-control']).toBe('no-store')
    expect((await read(digest, 'next')).statusCode).toBe(404)
    expect((await read(digest, 'maker')).statusCode).toBe(404)
    expect((await read('0'.repeat(64), 'here')).statusCode).toBe(404)
  })

  it('finds no face in the clear in the database', async () => {
    const bytes = await portraitJpeg(7)
    const { digest } = (await upload(bytes)).json()
    const row = (await db.run<{ sealed: string }>({ text: 'select sealed from attachments where digest = $1', values: [digest] })).rows[0]
    expect(row?.sealed).not.toContain(bytes.toString('base64').slice(0, 60))
  })
})

describe('the fact that a review asks for', () => {
  const factOf = async (digest: string, prefecture = '2201') => (await gather(db, { photo: photos.photoFact(prefecture, digest, '2004') })).photo

  it('is one passing check for a good photo, and every finding that is open for another', async () => {
    const { digest } = (await upload(good)).json()
    expect((await factOf(digest))?.checks).toMatchObject([{ id: 'photo', result: 'pass', wayOut: null }])
    const poor = (await upload(await portraitJpeg(8, { headScale: 1.3 }))).json()
    const checks = (await factOf(poor.digest))?.checks ?? []
    expect(checks.find((check) => check.id === 'photo-face-width')).toMatchObject({ result: 'fail', basis: 'GA 461-2004' })
    expect(checks.every((check) => check.result !== 'pass' && check.wayOut !== null)).toBe(true)
  })

  it('is null for a photo that nobody uploaded, or only in another prefecture', async () => {
    const { digest } = (await upload(good)).json()
    expect(await factOf('f'.repeat(64))).toBeNull()
    expect(await factOf(digest, '2224')).toBeNull()
  })
})

test('a photo that no case names goes after a month; one that a case names stays', async () => {
  const [used, unused] = await Promise.all([portraitJpeg(31), portraitJpeg(32)].map(async (bytes) => (await upload(await bytes)).json().digest as string))
  const count = async (table: string, digest: unknown) =>
    (await db.run<{ n: number }>({ text: `select count(*)::int as n from ${table} where digest = $1`, values: [digest] })).rows[0]?.n
  const stream = uuidV7(at, new Uint8Array(10))
  const named = { type: 'CaseSubmitted', photoDigest: used }
  await openCommitter(db).commit({ events: storedEvents({ prefecture: '2201', stream }, 0, [named], systemAct), changes: [] })
  const deps = { db, committer: openCommitter(db), prefectures: ['2201'], retention: SHIPPED_RETENTION }
  await forgetUnnamed(deps, instant('2026-03-15T03:00:00+08:00'))
  expect(await count('attachments', unused)).toBe(1)
  await forgetUnnamed(deps, instant('2026-03-17T03:00:00+08:00'))
  for (const table of ['attachments', 'photo_analyses', 'attachment_uploads']) {
    expect(await count(table, unused)).toBe(0)
    expect(await count(table, used)).toBe(1)
  }
  const { rows } = await db.run<{ body: string }>({ text: "select body from events where type = 'RecordsDeleted' order by at, seq", values: [] })
  expect(rows.map(({ body }) => JSON.parse(body))).toMatchObject([{ kind: 'photos-unnamed', basis: expect.stringContaining('个人信息保护法') }])
  // What has gone may come again.
  expect((await upload(await portraitJpeg(32))).statusCode).toBe(201)
})
