import type { Uuid } from '#kernel/ids.ts'
import type { Instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import { type Fact, fact } from '#platform/facts.ts'
import type { Piece } from '#platform/statement.ts'
import { type BlankLedger, type BlankState, PRODUCTION_SHARD } from '#production/model.ts'
import { NO_BLANKS } from '#production/rules/blanks.ts'

export interface Stock {
  readonly ledger: BlankLedger
  readonly version: number
}

interface StockRow {
  received: number
  in_stock: number
  issued: number
  made: number
  spoiled: number
  destroyed: number
  version: number
}

export const stockFact = (): Fact<Stock> =>
  fact(`select row_to_json(s) from (select * from production_stock where prefecture = '${PRODUCTION_SHARD}') s`, [], (row: StockRow | null) =>
    row
      ? {
          version: row.version,
          ledger: { received: row.received, 'in-stock': row.in_stock, issued: row.issued, made: row.made, spoiled: row.spoiled, destroyed: row.destroyed },
        }
      : { version: 0, ledger: NO_BLANKS },
  )

/** The next blanks of the stock, at most so many. */
export const serialsFact = (count: number): Fact<readonly string[]> =>
  fact(
    `select coalesce(json_agg(b.serial order by b.serial), '[]'::json) from (
      select serial from production_blanks where prefecture = '${PRODUCTION_SHARD}' and state = 'in-stock' order by serial limit $1::int) b`,
    [count],
    (serials: string[]) => serials,
  )

/** null when no such serial was ever received. */
export const blankFact = (serial: string): Fact<BlankState | null> =>
  fact(
    `select to_json(state) from production_blanks where prefecture = '${PRODUCTION_SHARD}' and serial = $1::text`,
    [serial],
    (state: BlankState | null) => state,
  )

export interface BlankChange {
  readonly serial: string
  readonly from: BlankState
  readonly to: BlankState
  readonly order: Uuid | null
  readonly batch: Uuid | null
}

/** Moves blanks from state to state, in the rows and in the ledger; whoever takes one from the stock claims its serial. */
export function blankChanges(moves: readonly BlankChange[], at: Instant): Change[] {
  if (moves.length === 0) return []
  const taken = moves.filter(({ from }) => from === 'in-stock')
  const returned = moves.filter(({ to }) => to === 'in-stock')
  const delta = { 'in-stock': 0, issued: 0, made: 0, spoiled: 0, destroyed: 0 }
  for (const { from, to } of moves) {
    delta[from] -= 1
    delta[to] += 1
  }
  return [
    {
      text: `update production_blanks b set state = m.to_state, order_id = m.order_id, batch = coalesce(m.batch, b.batch), changed_at = $2::timestamptz
        from json_to_recordset($1::json) as m(serial text, to_state text, order_id uuid, batch uuid)
        where b.prefecture = '${PRODUCTION_SHARD}' and b.serial = m.serial`,
      values: [JSON.stringify(moves.map(({ serial, to, order, batch }) => ({ serial, to_state: to, order_id: to === 'in-stock' ? null : order, batch }))), at],
    },
    ...(taken.length > 0 ? [useChange(taken)] : []),
    ...(returned.length > 0 ? [giveBackChange(returned)] : []),
    {
      text: `update production_stock set in_stock = in_stock + $1::int, issued = issued + $2::int, made = made + $3::int, spoiled = spoiled + $4::int,
        destroyed = destroyed + $5::int where prefecture = '${PRODUCTION_SHARD}'`,
      values: [delta['in-stock'], delta.issued, delta.made, delta.spoiled, delta.destroyed],
    },
  ]
}

export const USES_CONSTRAINT = 'production_blank_uses_pkey'

const useChange = (taken: readonly BlankChange[]): Change => ({
  text: `insert into production_blank_uses (prefecture, serial, order_id)
    select '${PRODUCTION_SHARD}', serial, order_id from json_to_recordset($1::json) as u(serial text, order_id uuid)`,
  values: [JSON.stringify(taken.map(({ serial, order }) => ({ serial, order_id: order })))],
})

const giveBackChange = (returned: readonly BlankChange[]): Change => ({
  text: `delete from production_blank_uses u using json_to_recordset($1::json) as r(serial text)
    where u.prefecture = '${PRODUCTION_SHARD}' and u.serial = r.serial`,
  values: [JSON.stringify(returned.map(({ serial }) => ({ serial })))],
})

export const SERIALS_CONSTRAINT = 'production_blanks_pkey'

/** @throws Taken (`production_blanks_pkey`), from the commit, when one of the serials was received before. */
export const receiveChanges = (serials: readonly string[], at: Instant): Change[] => [
  {
    text: `insert into production_blanks (prefecture, serial, state, order_id, batch, changed_at)
      select '${PRODUCTION_SHARD}', serial, 'in-stock', null, null, $2::timestamptz from unnest($1::text[]) as r(serial)`,
    values: [serials, at],
  },
  {
    text: `insert into production_stock (prefecture, received, in_stock, issued, made, spoiled, destroyed, version)
      values ('${PRODUCTION_SHARD}', $1::int, $1::int, 0, 0, 0, 0, 1)
      on conflict (prefecture) do update set received = production_stock.received + $1::int, in_stock = production_stock.in_stock + $1::int,
        version = production_stock.version + 1`,
    values: [serials.length],
  },
]

/** A single blank is destroyed: the one act on a blank that is an event of the stock. */
export const destroyChanges = (serial: string, from: 'spoiled' | 'in-stock', at: Instant): Change[] => [
  {
    text: `update production_blanks set state = 'destroyed', changed_at = $2::timestamptz where prefecture = '${PRODUCTION_SHARD}' and serial = $1::text`,
    values: [serial, at],
  },
  ...(from === 'in-stock' ? [useChange([{ serial, from, to: 'destroyed', order: null, batch: null }])] : []),
  {
    text: `update production_stock set ${from === 'spoiled' ? 'spoiled = spoiled - 1' : 'in_stock = in_stock - 1'}, destroyed = destroyed + 1,
      version = version + 1 where prefecture = '${PRODUCTION_SHARD}'`,
    values: [],
  },
]

/** The rows counted by state, to prove the ledger. */
export const countedBlanksPiece = (): Piece => ({
  text: `select state, count(*)::int as blanks from production_blanks where prefecture = '${PRODUCTION_SHARD}' group by state`,
  values: [],
})

export const blanksPiece = (state: BlankState, after: string | null, limit: number): Piece => ({
  text: `select serial, state, order_id, batch, changed_at from production_blanks
    where prefecture = '${PRODUCTION_SHARD}' and state = $1::text and ($2::text is null or serial > $2::text) order by serial limit $3::int`,
  values: [state, after, limit],
})
