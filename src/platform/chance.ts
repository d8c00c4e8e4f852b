import { randomBytes, randomInt } from 'node:crypto'
import { type Uuid, uuidV7 } from '#kernel/ids.ts'
import type { Instant } from '#kernel/time.ts'

/** Ids and chance as a command needs them; tests and the twin hand in a seeded one. */
export interface Ids {
  uuid(at: Instant): Uuid
  /** A whole number, 0 ≤ n < bound. */
  below(bound: number): number
}

/** A served process draws from the operating system. */
export const systemIds: Ids = {
  uuid: (at) => uuidV7(at, randomBytes(10)),
  below: (bound) => randomInt(bound),
}
