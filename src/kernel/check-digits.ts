/** Check characters of the standards, as pure arithmetic. Callers give the payload in the right alphabet and length. */

const digitAt = (digits: string, index: number): number => digits.charCodeAt(index) - 48

/** ISO 7064 MOD 11,10 (hybrid) of a string of digits: finds every single wrong digit and nearly all swaps. */
export function checkDigitMod11Mod10(digits: string): string {
  let product = 10
  for (let i = 0; i < digits.length; i++) {
    const sum = (product + digitAt(digits, i)) % 10
    product = ((sum === 0 ? 10 : sum) * 2) % 11
  }
  return String((11 - product) % 10)
}

const IDENTITY_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const

/** ISO 7064 MOD 11-2 as GB 11643-1999 applies it: the 18th character for the first 17 digits. */
export function identityCheckCharacter(first17: string): string {
  const sum = IDENTITY_WEIGHTS.reduce<number>((total, weight, i) => total + weight * digitAt(first17, i), 0)
  return '10X98765432'.charAt(sum % 11)
}

/** The alphabet of GB 32100: digits and capitals without I, O, S, V, Z. */
export const CREDIT_CODE_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'

/** GB 32100-2015: weights 3^i mod 31, check = (31 − Σ mod 31) mod 31. */
export function creditCodeCheckCharacter(first17: string): string {
  let [sum, weight] = [0, 1]
  for (const character of first17) {
    sum += CREDIT_CODE_ALPHABET.indexOf(character) * weight
    weight = (weight * 3) % 31
  }
  return CREDIT_CODE_ALPHABET.charAt((31 - (sum % 31)) % 31)
}

const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2] as const
const VIN_VALUES: Readonly<Record<string, number>> = {
  A: 1,
  B: 2,
  C: 3,
  D: 4,
  E: 5,
  F: 6,
  G: 7,
  H: 8,
  J: 1,
  K: 2,
  L: 3,
  M: 4,
  N: 5,
  P: 7,
  R: 9,
  S: 2,
  T: 3,
  U: 4,
  V: 5,
  W: 6,
  X: 7,
  Y: 8,
  Z: 9,
}

/** GB 16735: the character expected in position 9 of the 17 (whose own weight is 0). */
export function vinCheckCharacter(vin: string): string {
  const sum = VIN_WEIGHTS.reduce<number>((total, weight, i) => total + weight * (VIN_VALUES[vin.charAt(i)] ?? digitAt(vin, i)), 0)
  return sum % 11 === 10 ? 'X' : String(sum % 11)
}
