import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ParcelRow } from '#delivery/model.ts'
import { type Instant, instant } from '#kernel/time.ts'
import { TRACKING_PATH } from '#partners/courier/protocol.ts'
import { signedHeaders } from '#partners/signature.ts'
import { stationsOf } from '#place/rules/organs.ts'
import { gather } from '#platform/facts.ts'
import { freshDatabase } from '#test/database.ts'
import { type DeliveryWorld, type OpenCase, openDeliveryWorld } from '#test/delivery.ts'

const STATION = '220102500100'
const OTHER_STATION = '220102500200'
const TOWNSHIP = '222401100'

let world: DeliveryWorld
let first: OpenCase
let second: OpenCase
beforeAll(async () => {
  world = await openDeliveryWorld(await freshDatabase(), { startAt: '2026-03-02T09:00:00+08:00' })
  first = await world.apply(TOWNSHIP, STATION, { by: 'station', organ: STATION })
  second = await world.apply(TOWNSHIP, STATION, { by: 'mail', recipient: '王测试', phone: '14000000001', township: TOWNSHIP, address: '延吉市测试路1号' })
  await world.advanceTo('2026-03-02T15:00:00+08:00')
  await world.finish(first, 'JL00000001')
  await world.finish(second, 'JL00000002')
  await world.advanceTo('2026-03-02T16:00:00+08:00')
}, 60_000)
afterAll(() => world.close())

const dispatcher = { id: 'd-1', role: 'dispatcher', organ: '220000700000', personId: null }
const officer = { id: 'o-1', role: 'station-officer', organ: STATION, personId: null }
const stranger = { id: 'o-2', role: 'station-officer', organ: OTHER_STATION, personId: null }
const supervisor = (organ: string) => ({ id: 's-1', role: 'supervisor', organ, personId: null })

async function call(principal: object | null, path: string, body?: object, key?: string) {
  const answer = await fetch(`${world.url()}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      'content-type': 'application/json',
      ...(principal && { 'x-test-principal': JSON.stringify(principal), authorization: 'Bearer of-a-program' }),
      ...(key && { 'idempotency-key': key }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, any> }
}

const parcelOf = async (one: OpenCase): Promise<ParcelRow> => (await world.parcels(one.key))[0] as ParcelRow

describe('the dispatcher', () => {
  test('sees the day’s manifest by route and stop, without a word about a person', async () => {
    const { status, body } = await call(dispatcher, '/api/v1/delivery/manifests?day=2026-03-02')
    expect(status).toBe(200)
    expect(body).toMatchObject({ day: '2026-03-02', count: 2 })
    expect(body.routes.map(({ route }: { route: string }) => route)).toEqual(['mail-2224', 'run-220102'])
    expect(body.routes[1].stops[0]).toMatchObject({ organ: STATION, parcels: [{ caseNumber: first.number, serial: 'JL00000001' }] })
    expect(JSON.stringify(body)).not.toMatch(/测试路|王测试|14000000001|deliveryCode/)
    expect((await call(dispatcher, '/api/v1/delivery/manifests?day=2026-03-02&route=mail-2224')).body.count).toBe(1)
    expect((await call(dispatcher, '/api/v1/delivery/manifests?day=2026-03-03')).body.count).toBe(0)
  })

  test('a day that does not exist is answered by its field', async () => {
    const { status, body } = await call(dispatcher, '/api/v1/delivery/manifests?day=2026-02-30')
    expect(status).toBe(422)
    expect(body.fields.day.zh).toContain('日期')
  })

  test('pages through a list without missing or repeating one', async () => {
    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await call(dispatcher, `/api/v1/delivery/parcels?list=handed-to-courier&limit=1${cursor}`)
      seen.push(...body.parcels.map(({ caseNumber }: { caseNumber: string }) => caseNumber))
      cursor = body.next === null ? '' : `&cursor=${encodeURIComponent(body.next)}`
    } while (cursor !== '')
    expect(seen.toSorted()).toEqual([first.number, second.number].toSorted())
  })

  test('declares a parcel lost, once for one key, and never twice', async () => {
    const { prefecture, id } = await parcelOf(second)
    const path = `/api/v1/delivery/parcels/${prefecture}/${id}/declare-lost`
    const asked = { note: '寄递公司三次查找未果' }
    const done = await call(dispatcher, path, asked, 'declare-0001')
    expect(done).toMatchObject({ status: 200, body: { status: 'lost' } })
    expect(await call(dispatcher, path, asked, 'declare-0001')).toEqual(done)
    const again = await call(dispatcher, path, asked, 'declare-0002')
    expect(again.status).toBe(409)
    expect(again.body.refusals[0]).toMatchObject({ code: 'not-under-way' })
    expect((await call(dispatcher, path, { note: '另一个说明' }, 'declare-0001')).status).toBe(422)
    expect((await call(dispatcher, path, asked)).status).toBe(400)
    await world.advanceTo('2026-03-02T16:01:00+08:00')
    expect(world.remakes).toHaveLength(1)
    const troubled = await call(dispatcher, '/api/v1/delivery/parcels?list=troubled')
    expect(troubled.body.parcels).toMatchObject([{ caseNumber: second.number, status: 'lost' }])
  })

  test('can’t send again what is under way', async () => {
    const { prefecture, id } = await parcelOf(first)
    const { status, body } = await call(dispatcher, `/api/v1/delivery/parcels/${prefecture}/${id}/resend`, {}, 'resend-0001')
    expect(status).toBe(409)
    expect(body.refusals[0].code).toBe('nothing-to-resend')
  })
})

describe('who may see what', () => {
  test('a station sees what comes to it; another station and nobody see nothing', async () => {
    const { prefecture, id } = await parcelOf(first)
    const path = `/api/v1/delivery/parcels/${prefecture}/${id}`
    expect((await call(officer, path)).status).toBe(200)
    expect((await call(stranger, path)).status).toBe(404)
    expect((await call(null, path)).status).toBe(401)
    expect((await call(supervisor('222400000000'), path)).status).toBe(200)
    expect((await call(supervisor('220200000000'), path)).status).toBe(404)
    // Whose parcel it is stands with the reading, so that it appears on their page.
    const { rows } = await world.db.run<{ outcome: string; whose: string }>({
      text: `select r.outcome, r.person_id::text as whose from readings r join cases c on c.prefecture = r.prefecture and c.person_id = r.person_id
        where r.what = 'parcel' and r.case_number = $1 and c.number = $1 order by r.id`,
      values: [first.number],
    })
    expect(rows.map(({ outcome }) => outcome)).toEqual(['shown', 'shown'])
    expect(new Set(rows.map(({ whose }) => whose)).size).toBe(1)
    expect((await call(officer, '/api/v1/delivery/parcels?list=handed-to-courier')).body.parcels).toMatchObject([{ caseNumber: first.number }])
    expect((await call(stranger, '/api/v1/delivery/parcels?list=handed-to-courier')).body.parcels).toEqual([])
    expect((await call({ ...officer, role: 'resident', organ: null, personId: 'p' }, '/api/v1/delivery/parcels')).status).toBe(404)
  })

  test('only the dispatcher works on parcels', async () => {
    const { prefecture, id } = await parcelOf(first)
    for (const principal of [officer, stranger, supervisor('220000000000')]) {
      const path = `/api/v1/delivery/parcels/${prefecture}/${id}/declare-lost`
      expect((await call(principal, path, { note: '没有权限的人' }, `other-${principal.id}-${principal.organ}`)).status).toBe(404)
    }
  })

  test('the station’s list of cards to collect, when one has arrived', async () => {
    expect((await call(officer, '/api/v1/delivery/collections')).body.parcels).toEqual([])
    await world.advanceTo('2026-03-03T11:00:00+08:00')
    expect((await call(officer, '/api/v1/delivery/collections')).body.parcels).toMatchObject([{ caseNumber: first.number, status: 'arrived-at-station' }])
    expect((await call(stranger, '/api/v1/delivery/collections')).body.parcels).toEqual([])
    expect((await call(dispatcher, '/api/v1/delivery/collections')).body.parcels).toEqual([])
    const { prefecture, id } = await parcelOf(first)
    const history = (await call(officer, `/api/v1/delivery/parcels/${prefecture}/${id}`)).body.history.map(({ what }: { what: string }) => what)
    expect(history).toEqual(['ParcelPrepared', 'ParcelHandedToCourier', 'collected', 'moved', 'moved', 'out-for-delivery', 'signed'])
  })
})

test('anybody may ask what mail costs and how long it takes', async () => {
  const { status, body } = await call(null, '/api/v1/delivery/terms')
  expect(status).toBe(200)
  expect(body.postage).toMatchObject({ inProvince: { cents: 1200 }, outOfProvince: { cents: 1500 } })
  expect(body.days.map(({ naturalDays }: { naturalDays: number }) => naturalDays)).toEqual([1, 2, 2])
})

describe('the courier’s reports', () => {
  const report = async (number: number) => {
    const { prefecture, id, waybill } = await parcelOf(first)
    return {
      reference: `${prefecture}.${id}`,
      waybill,
      number,
      state: 'SIGNED',
      happenedAt: world.clock.now(),
      place: '派出所',
      deliveryCode: null,
      oldCard: 'none',
    }
  }
  const send = async (body: object, { secret = world.secret, at = world.clock.now() as Instant, key = 'courier-test-1' } = {}) => {
    const answer = await fetch(`${world.url()}${TRACKING_PATH}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': key,
        ...signedHeaders({ partner: 'courier', secret }, at, { path: TRACKING_PATH, body }),
      },
      body: JSON.stringify(body),
    })
    return answer.status
  }

  test('must be signed, fresh and about a parcel of ours', async () => {
    expect(await send(await report(50), { secret: 'of somebody else' })).toBe(401)
    expect(await send(await report(50), { at: instant('2026-03-02T08:00:00+08:00') })).toBe(401)
    expect(await send({ ...(await report(50)), reference: '2224.019c5a00-0000-7000-8000-000000000001' })).toBe(404)
    expect(await send({ ...(await report(50)), waybill: 'EB000000005CN' }, { key: 'courier-test-2' })).toBe(409)
    expect(await send({ ...(await report(50)), reference: 'x' })).toBe(422)
  })

  test('the same report under another key is taken and changes nothing', async () => {
    const before = await world.parcelEvents(await parcelOf(first))
    expect(await send(await report(5), { key: 'courier-test-3' })).toBe(200)
    expect(await world.parcelEvents(await parcelOf(first))).toEqual(before)
    expect(await send(await report(60), { key: 'courier-test-4' })).toBe(200)
    const after = await world.parcelEvents(await parcelOf(first))
    expect(after).toHaveLength(before.length + 1)
    expect(after.at(-1)).toMatchObject({ type: 'TrackingNoted', because: 'after-end' })
  })
})

describe('a correction of the register', () => {
  const household = (organ: string) => ({ id: 'h-1', role: 'household-officer', organ, personId: null })
  let keys = 0
  const correct = (principal: object, identityNumber: string, corrected: object) => {
    keys += 1
    return call(principal, '/api/v1/people/correct', { identityNumber, corrected, basis: '户口簿' }, `correct-${String(keys).padStart(6, '0')}`)
  }
  const personOf = async (one: OpenCase) => {
    const id = (await world.caseState(one.key)).submission?.personId
    if (id === undefined) throw new Error('a case without a person')
    const { person } = await gather(world.db, { person: world.register.personFact({ prefecture: one.key.prefecture, id }) })
    if (person === null) throw new Error('a person without a record')
    return person
  }

  test('is made where the household is registered, kept as an event, and told to who was given the old value, until they hear it', async () => {
    const own = household(stationsOf(world.places, TOWNSHIP)[0]?.code ?? '')
    const handover = { by: 'mail', recipient: '王测试', phone: '14000000001', township: TOWNSHIP, address: '延吉市测试路1号' } as const
    const one = await world.apply(TOWNSHIP, STATION, handover)
    const before = await personOf(one)
    // Nobody but the officer of that station finds anybody.
    for (const other of [household(OTHER_STATION), officer, dispatcher])
      expect((await correct(other, before.identityNumber, { phone: '14000000009' })).status).toBe(404)
    // The record comes to say what the form says: name, phone and address of whoever applied.
    const same = await correct(own, before.identityNumber, { name: '王测试', phone: '14000000001', address: '延吉市测试路1号' })
    expect(same.status).toBe(200)
    expect(same.body.corrected).toContain('address')
    await world.finish(one, 'JL00000009')
    await world.advanceTo('2026-03-06T12:00:00+08:00')
    const mine = { id: before.id, role: 'resident', organ: null, personId: before.id }
    const given = async () => (await call(mine, '/api/v1/me/disclosures')).body.given
    expect(await given()).toMatchObject([{ receiver: 'courier', caseNumber: one.number, fields: ['address', 'name', 'phone'], correctedAt: null }])

    // The courier is away when the phone turns out to be wrong; the address of a later form is its own affair.
    await world.courier.setFault({ fault: 'down' })
    const wrong = await correct(own, before.identityNumber, { phone: '14000000077' })
    expect([wrong.status, wrong.body]).toEqual([200, { corrected: ['phone'] }])
    expect((await personOf(one)).phone).toBe('14000000077')
    await world.advanceTo('2026-03-06T12:10:00+08:00')
    expect(await given()).toMatchObject([{ correctedAt: null }])
    await world.courier.setFault({ fault: 'none' })
    await world.advanceTo('2026-03-06T20:00:00+08:00')
    expect((await given())[0].correctedAt).not.toBeNull()
    const told = await world.courier.list<{ corrected: object }>('correction:')
    expect(told.map(({ corrected }) => corrected)).toEqual([{ phone: '14000000077' }])

    // Once told is told; what the courier never held is not for it to know.
    expect((await correct(own, before.identityNumber, { ethnicity: '满' })).status).toBe(200)
    await world.advanceTo('2026-03-07T20:00:00+08:00')
    expect(await world.courier.list('correction:')).toHaveLength(1)
    const again = await correct(own, before.identityNumber, { phone: '14000000077' })
    expect([again.status, again.body.refusals[0].code]).toEqual([409, 'nothing-to-correct'])

    const { rows } = await world.db.run<{ type: string; body: string }>({
      text: "select type, body from events where stream = $1 and type in ('RegisterCorrected', 'CorrectionPassedOn') order by seq",
      values: [before.id],
    })
    expect(rows.map(({ type }) => type)).toEqual(['RegisterCorrected', 'RegisterCorrected', 'CorrectionPassedOn', 'RegisterCorrected'])
    for (const { body } of rows) expect(body).not.toMatch(/14000000077|14000000001|测试路|王测试/)
    // Somebody else's page has nothing of it.
    expect((await call({ ...mine, id: 'p-2', personId: '0190a000-0000-7000-8000-000000000000' }, '/api/v1/me/disclosures')).body.given).toEqual([])
  })
})
