import { afterAll, expect, test } from 'vitest'
import { signedHeaders } from '#partners/signature.ts'
import type { Principal } from '#platform/http.ts'
import { freshDatabase } from '#test/database.ts'
import { openProductionWorld } from '#test/production.ts'

const world = await openProductionWorld(await freshDatabase(), { startAt: '2026-02-13T09:00:00+08:00', lines: { '1': 60 } })
afterAll(() => world.close())

const worker: Principal = { id: 'w1', role: 'factory-worker', organ: '220000700000', personId: null }
const dispatcher: Principal = { ...worker, id: 'd1', role: 'dispatcher' }
const officer: Principal = { ...worker, id: 'o1', role: 'station-officer' }
let keys = 0

interface Call {
  readonly as?: Principal
  readonly body?: unknown
  readonly key?: string
  readonly headers?: Record<string, string>
}

async function call(method: 'GET' | 'POST', path: string, { as, body, key, headers }: Call = {}) {
  keys += 1
  const reply = await fetch(new URL(path, world.url()), {
    method,
    headers: {
      ...(as && { 'x-test-principal': JSON.stringify(as), authorization: 'Bearer of-a-program' }),
      ...(method === 'POST' && { 'content-type': 'application/json', 'idempotency-key': key ?? `test-key-${keys}` }),
      ...headers,
    },
    ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
  })
  const text = await reply.text()
  return { status: reply.status, text, body: JSON.parse(text), etag: reply.headers.get('etag') }
}

const API = '/api/v1/production'
const BOX = { prefix: 'JL26', first: 100, count: 20, note: 'box 7' }

test('blanks are received once, however often the box is scanned', async () => {
  const first = await call('POST', `${API}/blanks`, { as: worker, body: BOX, key: 'box-7-first' })
  expect([first.status, first.body]).toEqual([201, { first: 'JL2600000100', last: 'JL2600000119', count: 20 }])
  expect((await call('POST', `${API}/blanks`, { as: worker, body: BOX, key: 'box-7-first' })).text).toBe(first.text)
  const again = await call('POST', `${API}/blanks`, { as: worker, body: { ...BOX, first: 119 }, key: 'box-7-again' })
  expect([again.status, again.body.refusals[0].code]).toEqual([409, 'serials-received'])
  expect((await call('POST', `${API}/blanks`, { as: worker, body: { ...BOX, first: 119 }, key: 'box-7-again' })).text).toBe(again.text)
  expect((await call('GET', `${API}/blanks/tally`, { as: dispatcher })).body).toMatchObject({ ledger: { received: 20 }, balanced: true, agrees: true })
})

test('who may not read or work is answered as if there were nothing', async () => {
  expect((await call('GET', `${API}/batches`)).status).toBe(401)
  expect((await call('GET', `${API}/batches`, { as: officer })).status).toBe(404)
  expect((await call('POST', `${API}/blanks`, { as: dispatcher, body: { ...BOX, first: 900 } })).status).toBe(404)
  expect((await call('POST', `${API}/lines/1/stop`, { as: dispatcher, body: { reason: 'no' } })).status).toBe(404)
})

test('wrong input names each field', async () => {
  const reply = await call('POST', `${API}/blanks`, { as: worker, body: { prefix: 'jl-', first: -1, count: 0, note: '' } })
  expect([reply.status, Object.keys(reply.body.fields).sort()]).toEqual([422, ['count', 'first', 'note', 'prefix']])
  expect((await call('GET', `${API}/batches/2026-02-30am`, { as: worker })).status).toBe(422)
  expect((await call('GET', `${API}/orders/22010000000000000`, { as: worker })).status).toBe(422)
})

test('a batch is read with its cards by cursor, and each card by its case number', async () => {
  for (let n = 0; n < 5; n += 1) {
    await world.advanceTo(`2026-02-13T09:0${n + 1}:00+08:00`)
    await world.apply()
  }
  await world.settle()
  const first = await call('GET', `${API}/batches/2026-02-13pm?limit=3`, { as: worker })
  expect(first.body).toMatchObject({ batch: { status: 'planned', capacity: 60, cards: { queued: 5 } } })
  const rest = await call('GET', `${API}/batches/2026-02-13pm?limit=3&cursor=${first.body.next}`, { as: worker })
  expect([first.body.cards.length, rest.body.cards.length, rest.body.next]).toEqual([3, 2, null])
  const accepted = [...first.body.cards, ...rest.body.cards].map((card) => card.acceptedAt)
  expect(accepted).toEqual([...accepted].sort())
  const one = await call('GET', `${API}/orders/${first.body.cards[0].caseNumber}`, { as: worker })
  expect(one.body).toEqual(first.body.cards[0])
  expect(one.etag).toBe(`"${one.body.version}"`)
  const { rows } = await world.db.run<{ whose: string | null }>({
    text: `select c.number as whose from readings r join cases c on c.prefecture = r.prefecture and c.person_id = r.person_id where r.case_number = $1`,
    values: [one.body.caseNumber],
  })
  expect(rows).toEqual([{ whose: one.body.caseNumber }])
  expect((await call('GET', `${API}/batches/2026-02-13pm?cursor=nonsense`, { as: worker })).status).toBe(422)
  expect((await call('GET', `${API}/batches/2026-02-20am`, { as: worker })).status).toBe(404)
  expect((await call('GET', `${API}/load?slots=2`, { as: worker })).body.slots).toEqual([
    { slot: { day: '2026-02-13', half: 'pm' }, capacity: 60, load: 5 },
    { slot: { day: '2026-02-14', half: 'am' }, capacity: 60, load: 0 },
  ])
})

test('a worker spoils a card on the line, fails a finished one, and the version guards both', async () => {
  await world.advanceTo('2026-02-13T13:00:00+08:00')
  const { body } = await call('GET', `${API}/batches/2026-02-13pm`, { as: worker })
  const last = body.cards.at(-1)
  const spoiled = await call('POST', `${API}/orders/${last.caseNumber}/spoil`, { as: worker, body: { serial: last.serial, note: 'bent' } })
  expect([spoiled.status, spoiled.body.status, spoiled.body.remakes, spoiled.body.serial === last.serial]).toEqual([200, 'on-line', 1, false])
  const wrong = await call('POST', `${API}/orders/${last.caseNumber}/spoil`, { as: worker, body: { serial: last.serial, note: 'bent' } })
  expect([wrong.status, wrong.body.refusals[0].code]).toEqual([409, 'other-card'])
  await world.advanceTo('2026-02-13T14:30:00+08:00')
  const done = await call('GET', `${API}/orders/${last.caseNumber}`, { as: worker })
  expect(done.body.status).toBe('finished')
  const path = `${API}/orders/${last.caseNumber}/quality`
  expect((await call('POST', path, { as: worker, body: { reason: 'scratched' }, headers: { 'if-match': '"1"' } })).status).toBe(412)
  const failed = await call('POST', path, { as: worker, body: { reason: 'scratched' }, headers: { 'if-match': done.etag as string } })
  expect([failed.status, failed.body.remakes]).toEqual([200, 2])
  await world.advanceTo('2026-02-13T17:00:00+08:00')
  expect((await call('GET', `${API}/orders/${last.caseNumber}`, { as: worker })).body).toMatchObject({ status: 'finished', remakes: 2 })
  const blanks = await call('GET', `${API}/blanks?state=spoiled&limit=1`, { as: worker })
  expect([blanks.body.blanks.length, blanks.body.next === null]).toEqual([1, false])
  const { serial } = blanks.body.blanks[0]
  expect((await call('POST', `${API}/blanks/${serial}/destroy`, { as: worker, body: { witness: '赵见证', note: 'shredded' } })).body).toEqual({
    serial,
    state: 'destroyed',
  })
  expect((await call('GET', `${API}/blanks/tally`, { as: worker })).body).toMatchObject({
    balanced: true,
    agrees: true,
    ledger: { made: 5, spoiled: 1, destroyed: 1 },
  })
})

test('a card that came back with a defect is made again, and its people are told', async () => {
  const { body } = await call('GET', `${API}/batches/2026-02-13pm`, { as: worker })
  const [card] = body.cards
  const remade = await call('POST', `${API}/orders/${card.caseNumber}/remake`, { as: worker, body: { note: 'the chip is dead' } })
  expect([remade.status, remade.body.status, remade.body.slot]).toEqual([200, 'queued', { day: '2026-02-14', half: 'am' }])
})

test('a line is stopped and resumed by a person, and its controller obeys', async () => {
  const stop = await call('POST', `${API}/lines/1/stop`, { as: worker, body: { reason: 'cleaning', expectedBackAt: '2026-02-13T18:00:00+08:00' } })
  expect(stop.body).toEqual({ line: '1', state: 'stopped' })
  expect((await call('POST', `${API}/lines/1/stop`, { as: worker, body: { reason: 'cleaning' } })).body.refusals[0].code).toBe('line-state')
  expect((await call('POST', `${API}/lines/9/stop`, { as: worker, body: { reason: 'cleaning' } })).body.refusals[0].code).toBe('line-unknown')
  await world.advanceTo('2026-02-13T17:30:00+08:00')
  expect((await call('GET', `${API}/lines`, { as: worker })).body.lines).toMatchObject([{ line: '1', state: 'stopped', reason: 'cleaning' }])
  expect((await call('POST', `${API}/lines/1/resume`, { as: worker })).status).toBe(200)
  await world.advanceTo('2026-02-13T17:40:00+08:00')
  expect((await call('GET', `${API}/lines`, { as: worker })).body.lines).toMatchObject([{ line: '1', state: 'working', stoppedAt: null }])
  await world.standIn().setFault({ fault: 'down' })
  await world.apply()
  await world.advanceTo('2026-02-14T08:31:00+08:00')
  expect((await call('POST', `${API}/lines/1/take-off`, { as: worker })).status).toBe(503)
})

test('a report that is not signed by the line controller is nobody’s', async () => {
  const path = '/partners/card-line/reports'
  const body = { report: 'forged-1', line: '1', entries: [{ kind: 'stopped', at: world.clock.now(), reason: 'forged' }] }
  expect((await call('POST', path, { body })).status).toBe(404)
  const signed = (secret: string) => signedHeaders({ partner: 'card-line', secret }, world.clock.now(), { path, body })
  expect((await call('POST', path, { body, headers: signed('guessed') })).status).toBe(404)
  expect((await call('POST', path, { body, headers: signed(world.secret) })).body).toEqual({ taken: 1, ignored: 0, seenBefore: false })
  expect((await call('POST', path, { body, headers: signed(world.secret) })).body).toMatchObject({ seenBefore: true })
})
