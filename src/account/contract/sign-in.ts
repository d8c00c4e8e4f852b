import { z } from 'zod'

const instantText = z.string()
const base64url = z.string().regex(/^[\w-]{1,4000}$/)

/** What `navigator.credentials` gives, as `toJSON()` writes it (WebAuthn Level 3). */
const credential = z.looseObject({
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  response: z.looseObject({ clientDataJSON: base64url }),
  clientExtensionResults: z.looseObject({}).default({}),
})

export const sessionReply = z.object({
  id: z.string(),
  current: z.boolean(),
  browser: z.string(),
  source: z.string(),
  method: z.enum(['identity', 'key', 'sandbox']),
  since: instantText,
  lastUsedAt: instantText,
  endsAt: instantText,
})
export const sessionsReply = z.object({ sessions: z.array(sessionReply) })
export const sessionParams = z.object({ id: z.uuid() })

export const passkeyReply = z.object({
  id: z.string(),
  name: z.string(),
  since: instantText,
  lastUsedAt: instantText.nullable(),
  revokedAt: instantText.nullable(),
})
export const passkeysReply = z.object({ passkeys: z.array(passkeyReply) })
export const passkeyParams = z.object({ id: base64url })

export const optionsBody = z.strictObject({ purpose: z.enum(['enrol', 'verify']) })
/** `PublicKeyCredentialCreationOptionsJSON` or `PublicKeyCredentialRequestOptionsJSON`. */
export const optionsReply = z.looseObject({ challenge: z.string() })

export const enrolBody = z.strictObject({ name: z.string().min(1).max(40), code: z.string().max(40).optional(), credential })
export const verifyBody = z.strictObject({ credential })
export const signedInReply = z.object({ token: z.string(), endsAt: instantText })
export const enrolledReply = z.object({ token: z.string().nullable() })

export const officerParams = z.object({ number: z.string().min(1).max(120) })
export const codeReply = z.object({ code: z.string(), until: instantText })

/** RFC 6749 4.4 and RFC 7523 2.2: `client_credentials` with a signed assertion. */
export const tokenBody = z.object({
  grant_type: z.literal('client_credentials'),
  client_assertion_type: z.literal('urn:ietf:params:oauth:client-assertion-type:jwt-bearer'),
  client_assertion: z.string().min(20).max(4_000),
})
export const tokenReply = z.object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.number() })
export const tokenRefused = z.object({ error: z.string(), type: z.string(), status: z.number(), title: z.string(), titleEn: z.string() })

export const clientKeyBody = z.strictObject({
  clientId: z.string().regex(/^[\w.-]{3,60}$/),
  kid: z.string().regex(/^[\w.-]{1,60}$/),
  role: z.enum(['department-verifier', 'kiosk']),
  organ: z
    .string()
    .regex(/^\d{12}$/)
    .nullable()
    .default(null),
  name: z.string().min(1).max(60),
  publicKey: z.strictObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string().regex(/^[\w-]{43}$/),
    y: z.string().regex(/^[\w-]{43}$/),
  }),
  days: z.number().int().min(1).max(730).default(365),
})
export const clientKeyReply = z.object({
  clientId: z.string(),
  kid: z.string(),
  role: z.string(),
  organ: z.string().nullable(),
  name: z.string(),
  validFrom: instantText,
  validUntil: instantText,
  revokedAt: instantText.nullable(),
})
export const clientKeysReply = z.object({ keys: z.array(clientKeyReply) })
export const clientKeyParams = z.object({ clientId: z.string().min(1).max(60), kid: z.string().min(1).max(60) })
