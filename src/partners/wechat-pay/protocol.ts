import { createCipheriv, createDecipheriv, type KeyObject, randomBytes, sign, verify } from 'node:crypto'
import { z } from 'zod'
import { type Instant, instantOfMs, MINUTE_MS, msOf } from '#kernel/time.ts'

/**
 * WeChat Pay API v3, as its merchant documentation describes it: requests carry `WECHATPAY2-SHA256-RSA2048`, answers and notices are
 * signed with the platform's key, and what a notice is about is encrypted with AES-256-GCM under the merchant's API v3 key.
 */
export const WECHAT_PAY = 'wechat-pay'
export const WECHAT_NOTICE_PATH = '/partners/wechat-pay/notices'

/** How far the two clocks may be apart. */
const SKEW_MS = 5 * MINUTE_MS

const base64 = (key: KeyObject, text: string): string => sign('sha256', Buffer.from(text), key).toString('base64')

/** @param target path with its query */
export function authorization(
  { merchant, serial, key }: { readonly merchant: string; readonly serial: string; readonly key: KeyObject },
  request: { readonly method: string; readonly target: string; readonly body: string },
  at: Instant,
): string {
  const timestamp = String(Math.floor(msOf(at) / 1000))
  const nonce = randomBytes(16).toString('hex')
  const signature = base64(key, `${request.method}\n${request.target}\n${timestamp}\n${nonce}\n${request.body}\n`)
  return `WECHATPAY2-SHA256-RSA2048 mchid="${merchant}",nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}",serial_no="${serial}"`
}

/** For the stand-in: whether a request is signed by the merchant. */
export function isAuthorized(
  header: string | undefined,
  key: KeyObject,
  request: { readonly method: string; readonly target: string; readonly body: string },
): boolean {
  const [scheme, rest = ''] = (header ?? '').split(/ (.*)/s)
  const said = Object.fromEntries([...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name as string, value as string]))
  if (scheme !== 'WECHATPAY2-SHA256-RSA2048' || said.signature === undefined) return false
  const text = `${request.method}\n${request.target}\n${said.timestamp}\n${said.nonce_str}\n${request.body}\n`
  return verify('sha256', Buffer.from(text), key, Buffer.from(said.signature, 'base64'))
}

export function platformHeaders(serial: string, key: KeyObject, body: string, at: Instant): Record<string, string> {
  const timestamp = String(Math.floor(msOf(at) / 1000))
  const nonce = randomBytes(16).toString('hex')
  return {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': serial,
    'wechatpay-signature': base64(key, `${timestamp}\n${nonce}\n${body}\n`),
  }
}

type HeaderOf = (name: string) => string | undefined

/** Whether it was signed by the platform, with a key that we know, just now. */
export function isFromPlatform(keys: ReadonlyMap<string, KeyObject>, header: HeaderOf, body: string, now: Instant): boolean {
  const [timestamp, nonce, serial, signature] = ['timestamp', 'nonce', 'serial', 'signature'].map((name) => header(`wechatpay-${name}`))
  const key = serial === undefined ? undefined : keys.get(serial)
  if (key === undefined || timestamp === undefined || !/^\d{1,12}$/.test(timestamp) || signature === undefined) return false
  if (!verify('sha256', Buffer.from(`${timestamp}\n${nonce}\n${body}\n`), key, Buffer.from(signature, 'base64'))) return false
  return Math.abs(Number(timestamp) * 1000 - msOf(now)) <= SKEW_MS
}

export const resourceShape = z.object({
  algorithm: z.literal('AEAD_AES_256_GCM'),
  ciphertext: z.string().min(1).max(8_000),
  associated_data: z.string().max(64).default(''),
  nonce: z.string().length(12),
  original_type: z.string().max(64).optional(),
})
type Resource = z.output<typeof resourceShape>

const TAG_BYTES = 16

/** @throws Error when it was not encrypted with our key */
export function openResource(key: string, { ciphertext, associated_data, nonce }: Resource): string {
  const bytes = Buffer.from(ciphertext, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key), Buffer.from(nonce))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  decipher.setAAD(Buffer.from(associated_data))
  return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString()
}

export function sealResource(key: string, plain: string, about: string): Resource {
  const nonce = randomBytes(6).toString('hex')
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key), Buffer.from(nonce))
  cipher.setAAD(Buffer.from(about))
  const ciphertext = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64')
  return { algorithm: 'AEAD_AES_256_GCM', ciphertext, associated_data: about, nonce, original_type: about }
}

/** The envelope of a notice. */
export const wechatNotice = z.object({
  id: z.string().min(1).max(64),
  event_type: z.string().max(32),
  resource: resourceShape,
})

export const transactionShape = z.object({
  mchid: z.string(),
  out_trade_no: z.string(),
  trade_state: z.enum(['SUCCESS', 'REFUND', 'NOTPAY', 'CLOSED', 'REVOKED', 'USERPAYING', 'PAYERROR']),
  transaction_id: z.string().optional(),
  success_time: z.string().optional(),
  amount: z.object({ total: z.number().int() }).optional(),
})

export const refundShape = z.object({
  out_trade_no: z.string(),
  out_refund_no: z.string(),
  status: z.enum(['SUCCESS', 'CLOSED', 'PROCESSING', 'ABNORMAL']),
  success_time: z.string().optional(),
})

/** In a notice the field has another name. */
export const refundNoticeShape = refundShape.omit({ status: true }).extend({ mchid: z.string(), refund_status: z.enum(['SUCCESS', 'CLOSED', 'ABNORMAL']) })

export const instantFrom = (text: string | undefined): Instant | null => {
  const ms = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(ms) ? null : instantOfMs(ms)
}

export const inShanghai = (at: Instant): string => `${new Date(msOf(at) + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
