/** Keys of their own for a test, in memory. */
import type { Algorithm } from '#platform/cipher.ts'
import { type HeldKeys, heldKeys, makeKeys } from '#platform/keys.ts'

export function testKeys(algorithm?: Algorithm): HeldKeys {
  const file = makeKeys()
  return heldKeys(() => file, algorithm)
}
