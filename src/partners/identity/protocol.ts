import { z } from 'zod'

/**
 * The province's identity platform (统一身份认证), by OpenID Connect Core 1.0: authorisation code with PKCE (RFC 7636), `state` and
 * `nonce`. It asks anew each time (`prompt=login`), so that on a shared screen nobody goes on as whoever was there before.
 * What it knows of somebody comes by the back channel alone (userinfo), so that no number stands in an address.
 */
export const IDENTITY = 'identity'

/** Who signs in: a resident under their real name, or an officer under their number. */
export type IdentityKind = 'resident' | 'officer'

export const SCOPE_OF: Readonly<Record<IdentityKind, string>> = { resident: 'openid real-name', officer: 'openid officer' }

export const userInfo = z.object({
  sub: z.string().min(1).max(200),
  name: z.string().min(1).max(200).optional(),
  identity_number: z.string().min(1).max(40).optional(),
  officer_number: z.string().min(1).max(120).optional(),
})

/** How the platform knows us in the sandbox. */
export const SANDBOX_CLIENT = 'yitang'
