/** Chance from a seed: the same seed gives the same history in tests, seeding and the twin. */
export interface Chance {
  /** 0 ≤ x < 1. */
  next(): number
  /** A whole number, 0 ≤ n < bound. */
  below(bound: number): number
  pick<T>(from: readonly T[]): T
  bytes(count: number): Uint8Array
}

/** sfc32 over a splitmix32-filled state: 128 bits, passes PractRand; not for secrets. */
export function seededChance(seed: number): Chance {
  let mix = seed | 0
  const splitmix = (): number => {
    mix = (mix + 0x9e3779b9) | 0
    let z = mix
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) | 0
  }
  let [a, b, c, counter] = [splitmix(), splitmix(), splitmix(), 1]
  const uint32 = (): number => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return t >>> 0
  }
  const next = (): number => uint32() / 0x1_0000_0000
  const below = (bound: number): number => Math.floor(next() * bound)
  return {
    next,
    below,
    pick: (from) => {
      if (from.length === 0) throw new RangeError('nothing to pick from')
      return from[below(from.length)] as (typeof from)[number]
    },
    bytes: (count) => Uint8Array.from({ length: count }, () => uint32() & 0xff),
  }
}
