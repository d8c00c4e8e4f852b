/** Numbers, phones, names and addresses that went through every flow stand nowhere in the open. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findRunning } from '#scripts/postgres.ts'
import { dumped, type Played, playCanaries } from '#test/canaries/play.ts'
import { canary, inFolder, openWatch } from '#test/canaries/scan.ts'
import { type Product, startProduct } from '#test/product.ts'

/** `npm run night` has a thousand. */
const COUNT = Number(process.env.YITANG_CANARIES ?? 10)
const TIMEOUT_MS = Math.max(600_000, COUNT * 10_000)
const PLANTED = canary(900_000)

const folder = mkdtempSync(join(tmpdir(), 'yitang-canaries-'))
chmodSync(folder, 0o711)
const watch = openWatch()
let product: Product
let owner: pg.Client
let played: Played

beforeAll(async () => {
  // A server of its own, whose files are looked through to the last byte.
  product = await startProduct({ DATABASE_URL: '', YITANG_DATA: folder, YITANG_NOW: '2026-02-13T09:00:00+08:00', YITANG_PEOPLE: '0' })
  // On a busy machine the server may take its time to answer.
  let running = await findRunning(folder)
  while (running === undefined) running = await findRunning(folder)
  owner = new pg.Client({ connectionString: running.url })
  owner.on('error', () => undefined)
  await owner.connect()
  played = await playCanaries(product, owner, watch, COUNT)
}, TIMEOUT_MS)

afterAll(async () => {
  await product?.stop()
  rmSync(folder, { recursive: true, force: true })
})

test(
  'the flows did what they were to do: accepted, collected, refused in every way, and failed',
  () => {
    for (const status of [200, 201, 400, 401, 404, 409, 415, 422, 500])
      expect(played.statuses[status] ?? 0, `answers ${status}: ${JSON.stringify(played.statuses)}`).toBeGreaterThan(0)
    expect(watch.size).toBeGreaterThan(COUNT * 4)
  },
  TIMEOUT_MS,
)

test(
  'lists and views of every role show numbers, names, phones and addresses masked',
  () => {
    expect(played.shown.filter(({ status }) => status === 200).length, JSON.stringify(played.shown.map(({ page, status }) => [page, status]))).toBeGreaterThan(
      30,
    )
    expect(played.shown.filter(({ text }) => text.includes('龘*')).length).toBeGreaterThan(5)
    expect(played.shown.flatMap(({ page, text }) => watch.inText(text).map((found) => `${page}: ${found}`))).toEqual([])
  },
  TIMEOUT_MS,
)

test(
  'nothing in what a refusal or a fault was answered with',
  () => {
    expect(played.refused.flatMap((text) => watch.inText(text).map((found) => `${found}: ${text.slice(0, 300)}`))).toEqual([])
  },
  TIMEOUT_MS,
)

test(
  'nothing in a header, and so in no address that an answer leads to',
  () => {
    expect(played.headers.flatMap((text) => watch.inText(text).map((found) => `${found}: ${text.slice(0, 300)}`))).toEqual([])
  },
  TIMEOUT_MS,
)

test(
  'nothing in the metrics',
  async () => {
    const metrics = await (await fetch(`${product.url}/metrics`)).text()
    expect(metrics).toContain('yitang')
    expect(watch.inText(metrics)).toEqual([])
  },
  TIMEOUT_MS,
)

test(
  'nothing in the log, which has a line for every request',
  () => {
    const lines = product.output().split('\n')
    expect(lines.length).toBeGreaterThan(COUNT * 20)
    expect(lines.filter((line) => watch.inText(line).length > 0)).toEqual([])
  },
  TIMEOUT_MS,
)

test(
  'nothing in a dump of every table',
  async () => {
    const dump = await dumped(owner)
    expect(dump.get('public.events')?.length).toBeGreaterThan(1_000)
    expect(
      [...dump].flatMap(([table, text]) =>
        watch.inText(text).map((found) => `${table}: ${found} in ${text.slice(Math.max(0, text.indexOf(found) - 200), text.indexOf(found) + 100)}`),
      ),
    ).toEqual([])
  },
  TIMEOUT_MS,
)

test(
  'nothing in the files of the database and its write-ahead log; what is planted there is found',
  async () => {
    await owner.query("insert into settings (prefecture, name, value, changed_at, changed_by) values ('2200', 'planted', $1, now(), 'test')", [
      JSON.stringify({ name: PLANTED.name, phone: PLANTED.phone }),
    ])
    await owner.query('checkpoint')
    const before = inFolder(watch, folder)
    expect(before).toEqual({})
    watch.add(PLANTED.phone, PLANTED.name)
    const found = Object.entries(inFolder(watch, folder))
    expect(found.some(([path]) => path.includes('pg_wal'))).toBe(true)
    expect(found.some(([path]) => path.includes(`${join('postgres', 'base')}`))).toBe(true)
    expect(new Set(found.flatMap(([, secrets]) => secrets))).toEqual(new Set([PLANTED.phone, PLANTED.name]))
    expect([...(await dumped(owner))].flatMap(([table, text]) => watch.inText(text).map(() => table))).toContain('public.settings')
  },
  TIMEOUT_MS,
)
