import { CREDIT_CODE_ALPHABET, checkDigitMod11Mod10, creditCodeCheckCharacter, vinCheckCharacter } from '#kernel/check-digits.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Day, type Instant, msOf } from '#kernel/time.ts'
import { typedNumber } from '#kernel/typed-text.ts'

/** A UUID in lower case with dashes. Ours are version 7 (RFC 9562): they sort by the time of their making. */
export type Uuid = string & { readonly __uuid: true }

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** @param random 10 bytes. Their first nibble and first two bits of the third byte give way to version and variant. @throws RangeError on any other length. */
export function uuidV7(at: Instant, random: Uint8Array): Uuid {
  if (random.length !== 10) throw new RangeError(`a version 7 UUID needs 10 random bytes, not ${random.length}`)
  const time = msOf(at).toString(16).padStart(12, '0')
  let tail = ''
  for (let i = 0; i < 10; i += 1) {
    const byte = random[i] as number
    tail += HEX[i === 0 ? 0x70 | (byte & 0x0f) : i === 2 ? 0x80 | (byte & 0x3f) : byte]
  }
  return `${time.slice(0, 8)}-${time.slice(8)}-${tail.slice(0, 4)}-${tail.slice(4, 8)}-${tail.slice(8)}` as Uuid
}

export const isUuid = (text: string): text is Uuid => /^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(text)

/** @throws RangeError when the text is no UUID in its canonical form. */
export function uuid(text: string): Uuid {
  if (!isUuid(text)) throw new RangeError(`not a UUID: ${text}`)
  return text
}

/**
 * 办件号: prefecture (4), year and month (YYMM), eight random digits, check digit (ISO 7064 MOD 11,10).
 * Digits only, for it is read out on the phone; random, for nobody may guess the next one.
 */
export type CaseNumber = string & { readonly __caseNumber: true }

export type CaseNumberProblem = 'empty' | 'characters' | 'length' | 'month' | 'check-digit'

export type ParsedCaseNumber =
  | { readonly ok: true; readonly number: CaseNumber; readonly prefecture: string }
  | { readonly ok: false; readonly problem: CaseNumberProblem }

/** @throws RangeError when the prefecture isn't four digits or `random` isn't a whole number from 0 to 99,999,999. */
export function makeCaseNumber(parts: { readonly prefecture: string; readonly on: Day; readonly random: number }): CaseNumber {
  const { prefecture, on, random } = parts
  if (!/^\d{4}$/.test(prefecture)) throw new RangeError(`not a prefecture of four digits: ${prefecture}`)
  if (!Number.isInteger(random) || random < 0 || random > 99_999_999) throw new RangeError(`not within 0 to 99999999: ${random}`)
  const payload = `${prefecture}${on.slice(2, 4)}${on.slice(5, 7)}${String(random).padStart(8, '0')}`
  return `${payload}${checkDigitMod11Mod10(payload)}` as CaseNumber
}

/** Spaces, dashes and full-width digits, as people type and paste them, are accepted. */
export function parseCaseNumber(text: string): ParsedCaseNumber {
  const number = typedNumber(text)
  const problem = caseNumberProblem(number)
  return problem === undefined ? { ok: true, number: number as CaseNumber, prefecture: number.slice(0, 4) } : { ok: false, problem }
}

function caseNumberProblem(number: string): CaseNumberProblem | undefined {
  if (number === '') return 'empty'
  if (!/^\d+$/.test(number)) return 'characters'
  if (number.length !== 17) return 'length'
  if (checkDigitMod11Mod10(number.slice(0, 16)) !== number.charAt(16)) return 'check-digit'
  const month = Number(number.slice(6, 8))
  return month >= 1 && month <= 12 ? undefined : 'month'
}

/** `2201 2602 1234 5678 9`: in fours, so that it can be read aloud and compared. */
export const formatCaseNumber = (number: CaseNumber): string => number.replace(/(\d{4})(?=\d)/g, '$1 ')

export const caseNumberProblems: Readonly<Record<CaseNumberProblem, Sentence>> = {
  empty: { zh: '请输入办件号，共 17 位数字，印在受理回执上。', en: 'Please enter the case number: 17 digits, printed on your receipt.' },
  characters: { zh: '办件号只有数字。请对照受理回执重新输入。', en: 'A case number has digits only. Please compare it with your receipt and enter it again.' },
  length: { zh: '办件号是 17 位数字，请检查是否多输或少输了。', en: 'A case number has 17 digits. Please check whether a digit is missing or typed twice.' },
  month: { zh: '没有这样的办件号，请对照受理回执重新输入。', en: 'There is no such case number. Please compare it with your receipt and enter it again.' },
  'check-digit': { zh: '有一位数字不对，请对照受理回执逐位核对。', en: 'One of the digits is not right. Please compare them one by one with your receipt.' },
}

/** 统一社会信用代码, GB 32100-2015: 18 characters of identity of an organisation. */
export type CreditCode = string & { readonly __creditCode: true }

export type CreditCodeProblem = 'length' | 'characters' | 'check-digit'

/** Lower case, full width, spaces and dashes are normalised. The third to eighth characters are a division's digits. */
export function parseCreditCode(text: string): { readonly ok: true; readonly code: CreditCode } | { readonly ok: false; readonly problem: CreditCodeProblem } {
  const code = typedNumber(text)
  if (code.length !== 18) return { ok: false, problem: 'length' }
  if ([...code].some((c) => !CREDIT_CODE_ALPHABET.includes(c)) || !/^..\d{6}/.test(code)) return { ok: false, problem: 'characters' }
  if (creditCodeCheckCharacter(code.slice(0, 17)) !== code.charAt(17)) return { ok: false, problem: 'check-digit' }
  return { ok: true, code: code as CreditCode }
}

export const creditCodeProblems: Readonly<Record<CreditCodeProblem, Sentence>> = {
  length: {
    zh: '统一社会信用代码是 18 位，请检查是否多输或少输了。',
    en: 'A unified social credit code has 18 characters. Please check whether one is missing or typed twice.',
  },
  characters: {
    zh: '统一社会信用代码只用数字和大写字母，不含 I、O、S、V、Z，第 3 至 8 位是数字。请重新核对。',
    en: 'A unified social credit code uses digits and capital letters without I, O, S, V and Z; its third to eighth characters are digits. Please check it again.',
  },
  'check-digit': {
    zh: '统一社会信用代码有一位不对，请对照营业执照逐位核对。',
    en: 'One character of the unified social credit code is not right. Please compare it with the business licence.',
  },
}

/** 车辆识别代号, GB 16735: 17 characters without I, O, Q. */
export type Vin = string & { readonly __vin: true }

export type VinProblem = 'length' | 'characters'

/** A wrong check character is a warning only: imported vehicles need not follow the rule for position 9. */
export type VinWarning = 'check-digit'

export type ParsedVin =
  | { readonly ok: true; readonly vin: Vin; readonly warnings: readonly VinWarning[] }
  | { readonly ok: false; readonly problem: VinProblem }

export function parseVin(text: string): ParsedVin {
  const vin = typedNumber(text)
  if (vin.length !== 17) return { ok: false, problem: 'length' }
  if (!/^[0-9A-HJ-NPR-Z]{17}$/.test(vin)) return { ok: false, problem: 'characters' }
  return { ok: true, vin: vin as Vin, warnings: vinCheckCharacter(vin) === vin.charAt(8) ? [] : ['check-digit'] }
}

export const vinProblems: Readonly<Record<VinProblem | VinWarning, Sentence>> = {
  length: {
    zh: '车辆识别代号是 17 位，请检查是否多输或少输了。',
    en: 'A vehicle identification number has 17 characters. Please check whether one is missing or typed twice.',
  },
  characters: {
    zh: '车辆识别代号只用数字和大写字母，不含 I、O、Q。请对照车身上的号码。',
    en: 'A vehicle identification number uses digits and capital letters without I, O and Q. Please compare it with the number on the vehicle.',
  },
  'check-digit': {
    zh: '车辆识别代号第 9 位与国家标准的算法不符，请再核对一次；进口车可能本来如此。',
    en: 'The ninth character does not follow the national standard. Please check the number once more; on an imported vehicle this can be right.',
  },
}
