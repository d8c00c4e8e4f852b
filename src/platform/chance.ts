import { hash, randomBytes, randomInt } from 'node:crypto'
import { type Uuid, uuidV7 } from '#kernel/ids.ts'
import type { Instant } from '#kernel/time.ts'

/** Ids and chance as a command needs them; tests and the twin hand in a seeded one. */
export interface Ids {
  uuid(at: Instant): Uuid
  /** A whole number, 0 ≤ n < bound. */
  below(bound: number): number
}

const POOL_BYTES = 4096
let pool = Buffer.alloc(0)
let poolUsed = 0

/** Random bytes for ids and nonces, each given out once; the operating system is asked for some thousand at a time. */
export function freshBytes(count: number): Buffer {
  if (poolUsed + count > pool.length) {
    pool = randomBytes(Math.max(POOL_BYTES, count))
    poolUsed = 0
  }
  poolUsed += count
  return pool.subarray(poolUsed - count, poolUsed)
}

/** A served process draws from the operating system. */
export const systemIds: Ids = {
  uuid: (at) => uuidV7(at, freshBytes(10)),
  below: (bound) => randomInt(bound),
}

/** 256 bits, for sessions and the like; only its digest is ever stored. */
export const secretToken = (): string => randomBytes(32).toString('base64url')

export const digestOf = (token: string): string => hash('sha256', token, 'base64url')
