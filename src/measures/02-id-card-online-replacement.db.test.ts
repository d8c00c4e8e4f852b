import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Api, openApi } from '#test/api.ts'
import { type Product, startProduct } from '#test/product.ts'

/**
 * 推行居民身份证补换领网上办, on the running product: whoever lost the card is told beforehand what stands against going online, all at
 * once, what it costs and by when; nobody is told anything of another.
 */
let product: Product
let api: Api

beforeAll(async () => {
  product = await startProduct({ YITANG_NOW: '2026-02-13T10:00:00+08:00', YITANG_PEOPLE: '40' })
  api = openApi(product)
}, 120_000)
afterAll(() => product?.stop())

interface Answer {
  readonly rule: { readonly validFrom: string; readonly source: string }
  readonly station: { readonly organ: string } | null
  readonly answers: readonly {
    readonly reason: string | null
    readonly can: string
    readonly against: readonly { readonly id: string; readonly basis: string; readonly wayOut: { readonly zh: string } | null }[]
    readonly whenApplying: readonly { readonly zh: string }[]
    readonly fee: { readonly amountCents: number; readonly basis: string }
    readonly promised: {
      readonly station: { readonly withYouBy: string; readonly because: readonly unknown[] }
      readonly mail: { readonly withYouBy: string; readonly postageCents: number }
    } | null
    readonly instead: { readonly service: string } | null
  }[]
}

const person = async (more: object) => (await api.makePerson({ ...(!('township' in more) && { within: '2201' }), age: 30, sex: 'female', ...more })).person
const ask = (service: string, token: string | undefined, reason?: string) =>
  api.get<Answer>(`/api/v1/me/services/${service}${reason === undefined ? '' : `?reason=${reason}`}`, token)
const recent = { issuedOn: '2023-05-04', expiresOn: '2043-05-04' }

describe('“Can I, what do I need, what does it cost, when do I have it?”', () => {
  it('is answered before anything is submitted, for each reason', async () => {
    const { id } = await person({ township: '220102001', card: recent, fingerprints: '2023-05-04', hardship: 'urban-minimum-living' })
    const token = await api.signIn({ person: id })
    const { status, body, text } = await ask('id-card-online', token)
    expect(status, text).toBe(200)
    expect(body.rule.validFrom).toBe('2024-11-26')
    const by: Readonly<Record<string, Answer['answers'][number]>> = Object.fromEntries(body.answers.map((one) => [one.reason ?? '', one]))
    expect(Object.fromEntries(body.answers.map(({ reason, can, fee }) => [reason, [can, fee.amountCents]]))).toEqual({
      ...{ lost: ['yes', 4000], stolen: ['yes', 4000], damaged: ['yes', 0], expiry: ['no', 0], 'item-changed': ['no', 0] },
    })
    // Ten in the morning of a working Friday: made that afternoon, at the station on the make-up Saturday.
    expect(by.lost?.promised?.station.withYouBy).toBe('2026-02-14T15:59:59.999Z')
    expect(by.lost?.promised?.mail.postageCents).toBe(1200)
    expect(by.expiry?.against.map(({ id: which }) => which)).toEqual(['online-reason', 'expiring'])
    expect(by.expiry?.instead?.service).toBe('id-card-renewal')
    const readings = await api.get<{ readings: { what: string; purpose: string }[] }>('/api/v1/me/readings?own=yes', token)
    expect(readings.body.readings.map(({ what, purpose }) => `${what} ${purpose}`)).toContain('record application')
  })

  it('names everything that is missing at once, with its article and the way out', async () => {
    const { id } = await person({ card: { issuedOn: '2018-05-04', expiresOn: '2038-05-04' }, fingerprints: false, flags: ['item-change-pending'] })
    const { body } = await ask('id-card-online', await api.signIn({ person: id }), 'lost')
    const [answer] = body.answers
    expect(answer?.can).toBe('no')
    expect(answer?.against.map(({ id: which }) => which)).toEqual(['online-photo', 'online-fingerprints', 'online-items'])
    for (const { basis, wayOut } of answer?.against ?? []) expect(basis && wayOut?.zh.includes('派出所')).toBeTruthy()
    expect(answer?.instead?.service).toBe('id-card-replacement')
  })

  it('is answered for every service of the catalogue, and for nobody but the person', async () => {
    const { id } = await person({ card: { issuedOn: '2016-03-01', expiresOn: '2026-03-01' } })
    const [token, officer] = [await api.signIn({ person: id }), await api.signIn({ role: 'station-officer', organ: '220102500100' })]
    const { body } = await api.get<{ items: { id: string }[] }>('/api/v1/services')
    for (const service of body.items) {
      const answered = await ask(service.id, token)
      expect([service.id, answered.status]).toEqual([service.id, 200])
      expect(answered.body.answers.length).toBeGreaterThan(0)
    }
    const renewal = (await ask('id-card-renewal', token, 'expiry')).body.answers[0]
    expect([renewal?.can, renewal?.whenApplying.length, renewal?.fee.amountCents]).toEqual(['yes', 2, 2000])
    expect((await ask('id-card-first', token, 'reached-16')).body.answers[0]?.against.map(({ id: which }) => which)).toEqual(['never-had-a-card'])
    expect([(await ask('id-card-online', officer)).status, (await ask('id-card-online', undefined)).status]).toEqual([404, 401])
    expect([(await ask('none-such', token)).status, (await ask('id-card-online', token, 'boredom')).status]).toEqual([404, 422])
  })
})

describe('the replacement from home', () => {
  const form = (identityNumber: string, more: object = {}) => ({
    ...{ identityNumber, reason: 'lost', photoConfirmed: true, ...more },
    handover: { by: 'mail', recipient: '测试', phone: '13800000000', township: '220102001', address: '测试路1号1单元101' },
  })
  const apply = (token: string | undefined, service: string, channel: string, sent: object) =>
    api.post('/api/v1/cases', { service, channel, form: sent }, token)

  it('is submitted by the person, with the photo on record, and waits for its fee; the lost card is worth nothing from now on', async () => {
    const made = await api.makePerson({ township: '220102001', age: 30, sex: 'female', card: recent, fingerprints: '2023-05-04' })
    const token = await api.signIn({ person: made.person.id })
    const promised = (await ask('id-card-online', token, 'lost')).body.answers[0]?.promised
    const { status, body, text } = await apply(token, 'id-card-online', 'online', form(made.person.identityNumber))
    expect(status, text).toBe(201)
    expect([body.status, body.promised.withYouBy]).toEqual(['granted', promised?.mail.withYouBy])
    const answer = (await ask('id-card-online', token, 'lost')).body.answers[0]
    expect(answer?.against.map(({ id: which }) => which)).toEqual(['no-open-duplicate'])
    const again = await apply(token, 'id-card-online', 'online', form(made.person.identityNumber))
    expect([again.status, again.body.refusals?.map(({ code }) => code)]).toEqual([409, ['no-open-duplicate']])
    const own = await api.get<{ cards: unknown }>('/api/v1/me/export', token)
    expect(own.text).toContain('reported-lost')
  })

  it('is refused with everything at once, as it was answered before', async () => {
    const made = await api.makePerson({ within: '2201', age: 30, card: { issuedOn: '2018-05-04', expiresOn: '2038-05-04' }, fingerprints: false })
    const token = await api.signIn({ person: made.person.id })
    const before = (await ask('id-card-online', token, 'lost')).body.answers[0]?.against.map(({ id: which }) => which)
    const refused = await apply(token, 'id-card-online', 'online', form(made.person.identityNumber))
    expect([refused.status, refused.body.refusals?.map(({ code }) => code)]).toEqual([409, before])
  })

  it('is nobody else’s to submit: not for another, not by an officer, not what only a window does', async () => {
    const [one, other] = [await person({ card: recent, fingerprints: '2023-05-04' }), await person({ card: recent, fingerprints: '2023-05-04' })]
    const [token, officer] = [await api.signIn({ person: one.id }), await api.signIn({ role: 'station-officer', organ: '220102500100' })]
    expect((await apply(token, 'id-card-online', 'online', form(other.identityNumber))).status).toBe(404)
    expect((await apply(token, 'id-card-replacement', 'window', form(one.identityNumber))).status).toBe(404)
    expect((await apply(token, 'id-card-replacement', 'online', form(one.identityNumber))).status).toBe(422)
    expect((await apply(officer, 'id-card-online', 'online', form(one.identityNumber))).status).toBe(422)
    expect((await apply(officer, 'id-card-online', 'window', form(one.identityNumber))).status).toBe(422)
  })
})
