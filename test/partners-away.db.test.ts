import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, openApi } from '#test/api.ts'
import { freshDatabase } from '#test/database.ts'
import { type Product, startProduct } from '#test/product.ts'

/** Partners that are away for days, or say everything twice and in the wrong order: every card still arrives, once, and whoever waits is told why. */
const STATION = '220102500100'
const COUNT = 4

let product: Product
let api: Api
let officer: string
let db: pg.Client
let photo: string

async function apply(count: number): Promise<string[]> {
  const numbers: string[] = []
  for (let made = 0; made < count; made += 1) {
    const { person } = await api.makePerson({ age: 30, within: made % 2 ? '2224' : '2201', card: { expiresOn: '2026-03-10' } })
    const { body } = await api.post('/api/v1/cases', api.renewal(person.identityNumber, photo), officer)
    expect((await api.pay(body.number, officer)).body.status).toBe('producing')
    numbers.push(body.number)
  }
  return numbers
}

/** Each stands at the station with one card, by its last promise, and with a reason for every new one. */
async function expectArrivedOnce(numbers: readonly string[]): Promise<void> {
  for (const number of numbers) {
    const { body } = await api.get(`/api/v1/cases/${number}`, officer)
    const types = body.timeline.map(({ type }) => type)
    expect(body.status, `${number}: ${types.join(' ')}`).toBe('awaiting-collection')
    expect(types.filter((type) => type === 'CardMade' || type === 'CardArrived' || type === 'CardDispatched')).toEqual([
      'CardMade',
      'CardDispatched',
      'CardArrived',
    ])
    const revised = body.timeline.filter(({ type }) => type === 'PromiseRevised')
    expect(revised.every(({ because }) => because.length > 0 && because.every(({ zh, en }) => zh !== '' && en !== ''))).toBe(true)
    const arrived = body.timeline.find(({ type }) => type === 'CardArrived')?.at ?? ''
    expect(arrived <= body.promised.withYouBy, `${number} arrived ${arrived}, was promised ${body.promised.withYouBy}`).toBe(true)
  }
  const { rows } = await db.query<{ parked: number }>('select count(*)::int as parked from outbox where parked')
  expect(rows[0]?.parked).toBe(0)
}

beforeAll(async () => {
  const database = await freshDatabase()
  // A partner that answers too late is given up sooner: it is this machine's time that is saved, business time is played whole.
  const env = { YITANG_NOW: '2026-03-02T08:40:00+08:00', YITANG_PEOPLE: '0', YITANG_PARTNER_TIMEOUT_MS: '500' }
  product = await startProduct({ DATABASE_URL: database.url, ...env })
  api = openApi(product)
  officer = await api.signIn({ role: 'station-officer', organ: STATION })
  photo = await api.portrait(1, officer)
  db = new pg.Client({ connectionString: database.url })
  await db.connect()
})

afterAll(async () => {
  await db?.end()
  await product?.stop()
})

describe('partners that are away', { timeout: 300_000 }, () => {
  it('a card line that never answers in time for a day, and a courier that is down for four', async () => {
    const numbers = await apply(COUNT)
    await api.fault({ partner: 'card-line', fault: 'timeout' })
    await api.fault({ partner: 'courier', fault: 'down' })
    await api.moveTo('2026-03-03T10:00:00')
    await api.fault({ partner: 'card-line', fault: 'none' })
    await api.moveTo('2026-03-06T10:00:00')
    const waiting = (await api.get(`/api/v1/cases/${numbers[0]}`, officer)).body
    expect(waiting.status).not.toBe('awaiting-collection')
    // Told while they wait, not afterwards.
    expect(waiting.timeline.map(({ type }) => type)).toContain('PromiseRevised')
    await api.fault({ partner: 'courier', fault: 'none' })
    await api.moveTo('2026-03-11T12:00:00')
    await expectArrivedOnce(numbers)
  })

  it('a courier that never answers in time for a day, and a card line in trouble', async () => {
    const numbers = await apply(COUNT)
    await api.fault({ partner: 'card-line', fault: 'error' })
    await api.moveTo('2026-03-12T11:00:00')
    await api.fault({ partner: 'card-line', fault: 'none' })
    await api.fault({ partner: 'courier', fault: 'timeout' })
    await api.moveTo('2026-03-13T10:00:00')
    await api.fault({ partner: 'courier', fault: 'none' })
    await api.moveTo('2026-03-19T12:00:00')
    await expectArrivedOnce(numbers)
  })

  it('both say everything twice, and every other message late and out of order', async () => {
    for (const partner of ['card-line', 'courier']) for (const fault of ['duplicate', 'out-of-order']) await api.fault({ partner, fault })
    const numbers = await apply(COUNT)
    await api.moveTo('2026-03-26T12:00:00')
    await expectArrivedOnce(numbers)
  })
})
