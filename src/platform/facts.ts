import type { Db } from '#platform/db.ts'
import { joined, type Piece } from '#platform/statement.ts'

/**
 * One thing that a decision needs to know: a scalar subquery that yields JSON (or null),
 * and how to read it. Stores export facts; commands gather all they need in one round trip.
 */
export interface Fact<T> extends Piece {
  parse(json: unknown): T
}

export const fact = <T>(text: string, values: readonly unknown[], parse: (json: never) => T): Fact<T> => ({
  text,
  values,
  parse: parse as (json: unknown) => T,
})

/** A fact that is already known, so that callers need not tell the cases apart. */
export const known = <T>(value: T): Fact<T> => ({ text: 'null::json', values: [], parse: () => value })

const asColumns = (texts: readonly string[]): string => `select ${texts.map((text, i) => `(${text}) as f${i}`).join(', ')}`

type Gathered<F extends Record<string, Fact<unknown>>> = { readonly [K in keyof F]: F[K] extends Fact<infer T> ? T : never }

/** All facts in one statement, hence as of one snapshot. */
export async function gather<F extends Record<string, Fact<unknown>>>(db: Db, facts: F): Promise<Gathered<F>> {
  const names = Object.keys(facts)
  const piece = joined(
    names.map((name) => facts[name] as Fact<unknown>),
    asColumns,
  )
  const row = (await db.run<Record<string, unknown>>(piece)).rows[0] ?? {}
  const result: Record<string, unknown> = {}
  names.forEach((name, i) => {
    result[name] = (facts[name] as Fact<unknown>).parse(row[`f${i}`] ?? null)
  })
  return result as Gathered<F>
}
