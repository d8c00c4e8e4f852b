/** Payments with everything around them that is real: cases, outbox, both gateways' doubles over HTTP. Without vitest: the figure uses it too. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import type { CaseCommand, CaseState } from '#case/model.ts'
import { openCaseQueries } from '#case/queries.ts'
import { foldCase } from '#case/rules/procedure.ts'
import type { Service } from '#catalogue/model.ts'
import { day, instant } from '#kernel/time.ts'
import { openAlipay } from '#partners/alipay/adapter.ts'
import { openAlipayStandIn } from '#partners/alipay/standin.ts'
import type { Gateway, GatewayCommon, GatewayName } from '#partners/gateway.ts'
import { openWechatPay } from '#partners/wechat-pay/adapter.ts'
import { openWechatPayStandIn } from '#partners/wechat-pay/standin.ts'
import { openPayments } from '#payment/commands/payments.ts'
import { paymentReactions } from '#payment/jobs.ts'
import { openPaymentQueries } from '#payment/queries.ts'
import { paymentRoutes } from '#payment/routes.ts'
import { PREFECTURES } from '#place/model.ts'
import { getDivision } from '#place/rules/divisions.ts'
import type { Act, StreamKey } from '#platform/events.ts'
import { mountRoutes } from '#platform/http.ts'
import { jsonAnswer } from '#platform/once.ts'
import { openOutbox } from '#platform/outbox.ts'
import renewal from '#services/id-card-renewal.ts'
import { moveClock } from '#sim/sandbox/clock.ts'
import { makeHome, makeResident } from '#sim/world/people.ts'
import { openWorld } from '#sim/world/world.ts'
import { openEngine } from '#test/engine.ts'

const STATION = '220102500100'
const TOWNSHIP = '222401100'

export type PaymentWorld = Awaited<ReturnType<typeof openPaymentWorld>>

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 })

/** @param options.url of a migrated database */
export async function openPaymentWorld(options: { readonly url: string; readonly startAt: string; readonly timeoutMs?: number }) {
  const engine = openEngine({ ...options, seed: 20261124, services: [renewal as Service], connectionsMax: 12 })
  const { db, log, metrics, places, chance, ids, sealer, clock, calendar, followers, committer, readings, register, services, cases, once, caseEvents } = engine
  let url = ''
  const [ours, platform, ourAlipay, alipay] = [rsa(), rsa(), rsa(), rsa()]
  const apiKey = 'k'.repeat(32)
  const common = { db, port: 0, ourUrl: () => url, secret: 'shared with the doubles in tests', now: clock.now }
  const wechatPay = await openWechatPayStandIn(common, {
    ...{ merchant: '1900000000', merchantKey: createPublicKey(ours.privateKey), apiKey, serial: 'PUB_KEY_ID_TEST', key: platform.privateKey },
  })
  const alipayDouble = await openAlipayStandIn(common, { app: '2021', merchantKey: createPublicKey(ourAlipay.privateKey), key: alipay.privateKey })
  const at = (of: () => string): GatewayCommon => ({ url: of, ourUrl: () => url, now: clock.now, timeoutMs: options.timeoutMs ?? 800 })
  const platformKeys = new Map([['PUB_KEY_ID_TEST', platform.publicKey]])
  const gateways = new Map<GatewayName, Gateway>([
    [
      'wechat',
      openWechatPay(
        { merchant: '1900000000', app: 'wx-test', serial: 'TEST', key: ours.privateKey, apiKey, platformKeys },
        at(() => wechatPay.url),
      ),
    ],
    [
      'alipay',
      openAlipay(
        { app: '2021', key: ourAlipay.privateKey, alipayKey: alipay.publicKey },
        at(() => alipayDouble.url),
      ),
    ],
  ])
  const payments = openPayments({
    ...{ db, committer, ids, cases, prefectures: PREFECTURES, gateways, receiptSecret: 'tests' },
    payPage: (caseNumber) => `${url}/pay/${caseNumber}`,
  })
  const queries = openPaymentQueries(db)
  const reactions = paymentReactions(payments)
  followers.current = { subscriptions: reactions, projectors: [] }
  const outboxOf = () => openOutbox({ db, prefectures: PREFECTURES, reactions, sweeps: [payments.sweep], log, metrics, concurrency: 8 })
  const outbox = outboxOf()
  const app = await engine.openApp()
  const caseQueries = openCaseQueries({ db, sealer, calendar, places, services, readings })
  mountRoutes(app, paymentRoutes({ payments, queries, caseQueries, readings }))
  url = await app.listen({ port: 0, host: '127.0.0.1' })

  const act = (role = 'station-officer', organ: string | null = STATION): Act => ({
    ...{ at: clock.now(), actor: `${role}-1`, actorRole: role, actorOrgan: organ, onBehalfOf: null, requestId: `test-${chance.below(2 ** 31)}` },
  })

  /** A resident whose card ends soon and whose renewal waits for its fee of 20 yuan. */
  async function openFee(): Promise<{ readonly key: StreamKey; readonly number: string; readonly personId: string }> {
    const { person, cards } = makeResident(
      openWorld({ places, chance, at: clock.now() }),
      makeHome(openWorld({ places, chance, at: clock.now() }), getDivision(places, TOWNSHIP)),
      {
        ...{ age: 30, flags: [], hardship: 'none', fingerprints: true },
        card: { issuedOn: day('2016-03-01'), expiresOn: day('2026-03-01') },
      },
    )
    await committer.commit({ events: [], changes: [...register.personChanges(person), register.cardChange(...cards)] })
    const form = {
      ...{ identityNumber: person.identityNumber, handover: { by: 'station', organ: STATION }, photo: '0'.repeat(64), reason: 'expiry' },
      fingerprints: { how: 'captured', fingers: ['right-thumb'], quality: 80 },
    }
    const submitted = await cases.submit({ service: renewal.id, channel: 'window', form, organ: STATION }, act(), once(), () => jsonAnswer(201, {}))
    if (submitted.kind !== 'done' || !submitted.state.submission) throw new Error(`not accepted: ${JSON.stringify(submitted)}`)
    return { key: submitted.key, number: submitted.state.submission.number, personId: person.id }
  }

  return {
    ...{ db, clock, cases, payments, queries, outbox, outboxOf, wechatPay, alipay: alipayDouble, gateways, act, once, openFee, caseEvents },
    url: () => url,
    caseState: async (key: StreamKey): Promise<CaseState> => foldCase((await caseEvents(key)).map(({ event, act: { at, actor } }) => ({ event, at, actor }))),
    command: (key: StreamKey, command: CaseCommand) => cases.apply(key, command, act()),
    async place(key: StreamKey, gateway: GatewayName) {
      const placed = await payments.place(key, { gateway, way: 'h5', payerAddress: '127.0.0.1' }, act('resident', null), once(), () => jsonAnswer(201, {}))
      if (placed.kind !== 'done') throw new Error(`not placed: ${JSON.stringify(placed)}`)
      return placed
    },
    /** The payer opens what they were given and agrees. */
    async pay(payAt: string | null): Promise<void> {
      if (payAt === null) throw new Error('there is nothing to pay at')
      const page = await fetch(payAt)
      const paid = await fetch(page.url, { method: 'POST', body: new URLSearchParams({ returnTo: `${url}/back` }), redirect: 'manual' })
      if (paid.status !== 303) throw new Error(`not paid: ${paid.status} ${await paid.text()}`)
    },
    /** Moves the clock, from due instant to due instant. */
    advanceTo: (to: string) => moveClock(clock, [{ name: 'outbox', ...outbox }, wechatPay, alipayDouble], instant(to)),
    async close(): Promise<void> {
      await app.close()
      await wechatPay.close()
      await alipayDouble.close()
      await db.end()
    },
  }
}
