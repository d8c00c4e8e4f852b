import { type KeyObject, sign, verify } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { type Cents, cents } from '#kernel/money.ts'
import { type Instant, instantOfMs, msOf } from '#kernel/time.ts'

/**
 * Alipay's open platform, as its merchant documentation describes it: one address, parameters signed with RSA2 (SHA-256) in the order of
 * their names; answers carry a signature over the bytes of their one node, notices one over their parameters without `sign_type`.
 */
export const ALIPAY = 'alipay'
export const ALIPAY_NOTICE_PATH = '/partners/alipay/notices'

export type Parameters = Readonly<Record<string, string>>

const CHINA_MS = 8 * 3_600_000

/** `yyyy-MM-dd HH:mm:ss` in Shanghai. */
export const alipayTime = (at: Instant): string => new Date(msOf(at) + CHINA_MS).toISOString().slice(0, 19).replace('T', ' ')

export function instantFromAlipay(text: string | undefined): Instant | null {
  const ms = text === undefined ? Number.NaN : Date.parse(`${text.slice(0, 19).replace(' ', 'T')}+08:00`)
  return Number.isNaN(ms) ? null : instantOfMs(ms)
}

export const yuanOf = (amount: number): string => (amount / 100).toFixed(2)

/** @returns null for what is no amount of money to the cent */
export const centsOf = (text: string | undefined): Cents | null =>
  text !== undefined && /^\d{1,9}(?:\.\d{1,2})?$/.test(text) ? cents(Math.round(Number(text) * 100)) : null

/** What is signed: names in order, empty values left out. */
const textOf = (parameters: Parameters, but: ReadonlySet<string>): string =>
  Object.keys(parameters)
    .filter((name) => !but.has(name) && parameters[name] !== '')
    .toSorted()
    .map((name) => `${name}=${parameters[name]}`)
    .join('&')

const OF_REQUEST: ReadonlySet<string> = new Set(['sign'])
const OF_NOTICE: ReadonlySet<string> = new Set(['sign', 'sign_type'])

export const signedText = (key: KeyObject, text: string): string => sign('sha256', Buffer.from(text), key).toString('base64')
const isSigned = (key: KeyObject, text: string, signature: string | undefined): boolean =>
  signature !== undefined && verify('sha256', Buffer.from(text), key, Buffer.from(signature, 'base64'))

export const signedRequest = (key: KeyObject, parameters: Parameters): Parameters => ({ ...parameters, sign: signedText(key, textOf(parameters, OF_REQUEST)) })
export const isSignedRequest = (key: KeyObject, parameters: Parameters): boolean => isSigned(key, textOf(parameters, OF_REQUEST), parameters.sign)
export const signedNotice = (key: KeyObject, parameters: Parameters): Parameters => ({
  ...parameters,
  sign_type: 'RSA2',
  sign: signedText(key, textOf(parameters, OF_NOTICE)),
})
export const isSignedNotice = (key: KeyObject, parameters: Parameters): boolean =>
  parameters.sign_type === 'RSA2' && isSigned(key, textOf(parameters, OF_NOTICE), parameters.sign)

/** The node of an answer, byte for byte, when it is signed by Alipay. */
export function nodeOf(key: KeyObject, method: string, text: string): Record<string, unknown> | undefined {
  const name = `"${method.replaceAll('.', '_')}_response"`
  const begins = text.indexOf(name)
  const ends = text.lastIndexOf('"sign"')
  if (begins < 0 || ends < begins) return undefined
  const node = text.slice(text.indexOf('{', begins + name.length), text.lastIndexOf('}', ends) + 1)
  const { sign: signature } = JSON.parse(text) as { sign?: string }
  return isSigned(key, node, signature) ? (JSON.parse(node) as Record<string, unknown>) : undefined
}

const END_OF_FOLDER = 0x06054b50
const ENTRY = 0x02014b50

/** The files of a ZIP archive, as it lists them itself; names in GBK. @throws Error when it is none */
export function unzipped(bytes: Buffer): readonly { readonly name: string; readonly bytes: Buffer }[] {
  let end = bytes.length - 22
  while (end >= 0 && bytes.readUInt32LE(end) !== END_OF_FOLDER) end -= 1
  if (end < 0) throw new Error('not a ZIP archive')
  let at = bytes.readUInt32LE(end + 16)
  return Array.from({ length: bytes.readUInt16LE(end + 10) }, () => {
    if (bytes.readUInt32LE(at) !== ENTRY) throw new Error('not a ZIP archive')
    const [method, size, nameLength, extra, comment, local] = [
      bytes.readUInt16LE(at + 10),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt16LE(at + 28),
      bytes.readUInt16LE(at + 30),
      bytes.readUInt16LE(at + 32),
      bytes.readUInt32LE(at + 42),
    ]
    const name = fromGbk(bytes.subarray(at + 46, at + 46 + nameLength))
    const begins = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const held = bytes.subarray(begins, begins + size)
    at += 46 + nameLength + extra + comment
    return { name, bytes: method === 0 ? held : inflateRawSync(held, { maxOutputLength: 64 * 1024 * 1024 }) }
  })
}

export const fromGbk = (bytes: Uint8Array): string => new TextDecoder('gbk').decode(bytes)
