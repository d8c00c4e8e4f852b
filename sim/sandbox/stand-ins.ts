import type { Instant } from '#kernel/time.ts'
import { openCardLineStandIn } from '#partners/card-line/standin.ts'
import { openCourierStandIn } from '#partners/courier/standin.ts'
import type { StandIn } from '#partners/standin.ts'
import type { Places } from '#place/model.ts'
import { productionCentres } from '#place/rules/organs.ts'
import { openDb } from '#platform/db.ts'
import type { Log } from '#platform/log.ts'

export interface StandInsOptions {
  readonly databaseUrl: string
  readonly places: Places
  readonly secret: string
  readonly now: () => Instant
  readonly ourUrl: () => string
  readonly log: Log
}

export interface StandIns {
  readonly all: readonly StandIn[]
  readonly cardLineUrl: string
  readonly courierUrl: string
  close(): Promise<void>
}

/** The partners' doubles, with tables and connections of their own, each on a free port. */
export async function openStandIns({ databaseUrl, places, secret, now, ourUrl, log }: StandInsOptions): Promise<StandIns> {
  const db = openDb({ url: databaseUrl, connectionsMax: 4, onLost: (err) => log.warn({ err }, 'a stand-in lost a connection') })
  const common = { db, port: 0, ourUrl, secret, now }
  const cardLine = await openCardLineStandIn({ ...common, lines: productionCentres(places).flatMap(({ lines }) => lines) })
  const courier = await openCourierStandIn(common)
  const all = [cardLine, courier]
  return {
    all,
    cardLineUrl: cardLine.url,
    courierUrl: courier.url,
    async close() {
      for (const standIn of all) await standIn.close()
      await db.end()
    },
  }
}
