import { z } from 'zod'
import { type Instant, instant } from '#kernel/time.ts'
import { ALGORITHMS, type Algorithm } from '#platform/cipher.ts'
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from '#platform/evidence/signing.ts'

const environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  HOST: z.string().min(1).default('localhost'),
  YITANG_DATA: z.string().min(1).default('./data'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  YITANG_APP_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  YITANG_NOW: z.iso.datetime({ offset: true }).optional(),
  YITANG_SEED: z.coerce.number().int().min(0).default(1),
  YITANG_MODE: z.enum(['sandbox', 'production']).default('sandbox'),
  YITANG_PEOPLE: z.coerce.number().int().min(0).max(2_000_000).default(4000),
  YITANG_COURIER_URL: z.url().optional(),
  YITANG_CARD_LINE_URL: z.url().optional(),
  YITANG_PAYMENT_FILE: z.string().min(1).optional(),
  YITANG_PARTNER_TIMEOUT_MS: z.coerce.number().int().min(50).max(60_000).optional(),
  YITANG_EVIDENCE_SIGNATURE: z.enum(SIGNATURE_ALGORITHMS).default('ed25519'),
  YITANG_CIPHER: z.enum(ALGORITHMS).default('aes-256-gcm'),
  YITANG_LIMITS: z.string().min(1).optional(),
  YITANG_TRUSTED_PROXIES: z.string().default(''),
  YITANG_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  YITANG_IDENTITY_URL: z.url({ protocol: /^https?$/ }).optional(),
  YITANG_IDENTITY_CLIENT: z.string().min(1).default('yitang'),
  YITANG_IDENTITY_SECRET: z.string().min(16).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
})

export interface Config {
  readonly port: number
  readonly host: string
  readonly dataDir: string
  readonly databaseUrl: string
  /** Of a role that the operator has made for the application: only the start knows it beside the owner's. */
  readonly applicationUrl: string | undefined
  readonly startAt: Instant | undefined
  readonly seed: number
  readonly sandbox: boolean
  readonly people: number
  readonly courierUrl: string | undefined
  readonly cardLineUrl: string | undefined
  /** The operator's accounts with the payment gateways, a file. */
  readonly paymentFile: string | undefined
  /** How long the card line and the courier are waited for, in milliseconds; undefined: as long as each adapter thinks right. */
  readonly partnerTimeoutMs: number | undefined
  /** Of the first key that signs the evidence log; later only turning it over changes it. */
  readonly evidenceSignature: SignatureAlgorithm
  readonly cipher: Algorithm
  /** Where browsers reach us, without a slash at the end; undefined: where we listen. */
  readonly publicUrl: string | undefined
  /** The province's identity platform, by its issuer, and what it knows us by. */
  readonly identity: { readonly url: string | undefined; readonly client: string; readonly secret: string | undefined }
  /** The operator's own table of limits, a file; the shipped one otherwise. */
  readonly limitsFile: string | undefined
  /** Addresses and networks whose `X-Forwarded-*` is believed. */
  readonly trustedProxies: readonly string[]
  readonly logLevel: string
}

/** @throws Error that names every bad key, before anything starts. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const result = environment.safeParse(present)
  if (!result.success) {
    const bad = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new Error(`the environment is not usable: ${bad.join('; ')}`)
  }
  const e = result.data
  return {
    port: e.PORT,
    host: e.HOST,
    dataDir: e.YITANG_DATA,
    databaseUrl: e.DATABASE_URL,
    applicationUrl: e.YITANG_APP_DATABASE_URL,
    startAt: e.YITANG_NOW === undefined ? undefined : instant(e.YITANG_NOW),
    seed: e.YITANG_SEED,
    sandbox: e.YITANG_MODE === 'sandbox',
    people: e.YITANG_PEOPLE,
    courierUrl: e.YITANG_COURIER_URL,
    cardLineUrl: e.YITANG_CARD_LINE_URL,
    paymentFile: e.YITANG_PAYMENT_FILE,
    partnerTimeoutMs: e.YITANG_PARTNER_TIMEOUT_MS,
    evidenceSignature: e.YITANG_EVIDENCE_SIGNATURE,
    cipher: e.YITANG_CIPHER,
    publicUrl: e.YITANG_PUBLIC_URL?.replace(/\/+$/, ''),
    identity: { url: e.YITANG_IDENTITY_URL, client: e.YITANG_IDENTITY_CLIENT, secret: e.YITANG_IDENTITY_SECRET },
    limitsFile: e.YITANG_LIMITS,
    trustedProxies: e.YITANG_TRUSTED_PROXIES.split(',')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
    logLevel: e.LOG_LEVEL,
  }
}
