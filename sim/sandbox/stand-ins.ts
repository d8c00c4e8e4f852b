import { randomUUID } from 'node:crypto'
import type { Instant } from '#kernel/time.ts'
import { type AlipayPlatform, openAlipayStandIn } from '#partners/alipay/standin.ts'
import { openCardLineStandIn } from '#partners/card-line/standin.ts'
import { openCourierStandIn } from '#partners/courier/standin.ts'
import { type IdentityDirectory, openIdentityStandIn } from '#partners/identity/standin.ts'
import type { StandIn } from '#partners/standin.ts'
import { openWechatPayStandIn, type WechatPlatform } from '#partners/wechat-pay/standin.ts'
import type { Places } from '#place/model.ts'
import { productionCentres } from '#place/rules/organs.ts'
import { SYSTEM } from '#platform/actor.ts'
import { type Db, openDb } from '#platform/db.ts'
import type { Log } from '#platform/log.ts'

export interface StandInsOptions {
  readonly databaseUrl: string
  readonly places: Places
  readonly secret: string
  readonly now: () => Instant
  readonly ourUrl: () => string
  /** Where browsers reach the product. */
  readonly publicUrl: () => string
  readonly log: Log
  /** Who can sign in at the identity platform’s. */
  readonly directory: IdentityDirectory
  /** What the gateways' doubles know of us; undefined: real gateways are configured. */
  readonly payment: { readonly wechat: WechatPlatform; readonly alipay: AlipayPlatform } | undefined
}

/** Where the stand-ins listen, and the product beside them. */
export interface StandInUrls {
  readonly ours: string
  readonly cardLine: string
  readonly courier: string
  readonly identity: string
  readonly wechatPay: string
  readonly alipay: string
}

export interface StandIns {
  readonly all: readonly StandIn[]
  /** Where they listen: in this process, or in the one that holds them. */
  urls(): StandInUrls
  /** Whether they work in this process. */
  areHere(): boolean
  /** To be called each second: says that this process lives, or takes over from one that doesn't. */
  hold(): Promise<void>
  close(): Promise<void>
}

/**
 * The partners' doubles, with tables and connections of their own, each on a free port. Any number of processes may open them over one
 * database: one holds them, and the others send it their requests until it is gone.
 */
export async function openStandIns({ databaseUrl, places, secret, now, ourUrl, publicUrl, log, directory, payment }: StandInsOptions): Promise<StandIns> {
  const db = openDb({ url: databaseUrl, connectionsMax: 4, onLost: (err) => log.warn({ err }, 'a stand-in lost a connection'), otherwise: SYSTEM })
  const common = { db, port: 0, ourUrl, secret, now }
  const cardLine = await openCardLineStandIn({ ...common, lines: productionCentres(places).flatMap(({ lines }) => lines) })
  const courier = await openCourierStandIn(common)
  const identity = await openIdentityStandIn({ ...common, ourUrl: publicUrl, directory })
  const wechatPay = payment && (await openWechatPayStandIn(common, payment.wechat))
  const alipay = payment && (await openAlipayStandIn(common, payment.alipay))
  const opened = [cardLine, courier, identity, ...(wechatPay ? [wechatPay] : []), ...(alipay ? [alipay] : [])]
  const own = (): StandInUrls => ({
    ...{ ours: ourUrl(), cardLine: cardLine.url, courier: courier.url, identity: identity.url },
    ...{ wechatPay: wechatPay?.url ?? '', alipay: alipay?.url ?? '' },
  })
  const holding = openHolding(db, own)
  await holding.begin()
  return {
    all: opened.map((standIn) => ({
      ...standIn,
      url: standIn.url,
      tick: async (at) => ((await holding.isOurs()) ? standIn.tick(at) : 0),
    })),
    urls: holding.urls,
    areHere: holding.areHere,
    hold: holding.renew,
    async close() {
      await holding.end()
      for (const standIn of opened) await standIn.close()
      await db.end()
    },
  }
}

/** For a process that only serves: the stand-ins work in another, whose name stands in the database as soon as there is one. */
export function findStandIns(db: Db): StandIns {
  let found: StandInUrls = { ours: '', cardLine: '', courier: '', identity: '', wechatPay: '', alipay: '' }
  return {
    all: [],
    urls: () => found,
    areHere: () => false,
    async hold() {
      const { rows } = await db.run<{ there: boolean }>({ text: "select to_regclass('standin.holder') is not null as there", values: [] })
      const holder = rows[0]?.there ? (await db.run<HolderRow>({ text: 'select holder, urls from standin.holder', values: [] })).rows[0] : undefined
      if (holder) found = JSON.parse(holder.urls) as StandInUrls
    },
    close: async () => undefined,
  }
}

/** In the machine's own time: who lives is no business of the sandbox's clock. */
const LEASE_MS = 10_000

interface HolderRow {
  readonly holder: string
  readonly urls: string
}

/** Two processes that made the same card, or sent the same message, would be two factories and two couriers. */
function openHolding(db: Db, own: () => StandInUrls) {
  const me = randomUUID()
  let current: { readonly holder: string; readonly urls: StandInUrls } | undefined
  let until = 0
  const machineNow = (): Date => new Date()
  const areHere = (): boolean => current?.holder === me && until > Date.now()

  const renew = async (): Promise<void> => {
    const asked = Date.now()
    const { rows } = await db.run<HolderRow>({
      text: `insert into standin.holder as h (holder, urls, until) values ($1, $2, $3::timestamptz + make_interval(secs => $4::int / 1000.0))
        on conflict (only_one) do update set holder = excluded.holder, urls = excluded.urls, until = excluded.until
          where h.holder = excluded.holder or h.until < $3::timestamptz
        returning holder, urls`,
      values: [me, JSON.stringify(own()), machineNow(), LEASE_MS],
    })
    const row = rows[0] ?? (await db.run<HolderRow>({ text: 'select holder, urls from standin.holder', values: [] })).rows[0]
    if (row?.holder === me) until = asked + LEASE_MS
    current = row && { holder: row.holder, urls: JSON.parse(row.urls) as StandInUrls }
  }

  const letGo = (holder: string): Promise<unknown> => db.run({ text: 'delete from standin.holder where holder = $1', values: [holder] })

  return {
    renew,
    areHere,
    /** After a kill -9 nobody answers where the holder listened: no need to let its lease run out. */
    async begin(): Promise<void> {
      await renew()
      if (current === undefined || current.holder === me || (await answers(current.urls.cardLine))) return
      await letGo(current.holder)
      await renew()
    },
    async isOurs(): Promise<boolean> {
      if (!areHere()) await renew()
      return areHere()
    },
    urls: (): StandInUrls => (current === undefined || current.holder === me ? own() : current.urls),
    /** Without a database the lease runs out by itself. */
    end: () => letGo(me).catch(() => undefined),
  }
}

const answers = (url: string): Promise<boolean> =>
  fetch(new URL('/control', url), { signal: AbortSignal.timeout(1_000) }).then(
    () => true,
    () => false,
  )
