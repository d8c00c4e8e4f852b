import { z } from 'zod'
import type { Day } from '#kernel/time.ts'
import { signedDay, signedHead } from '#platform/evidence/heads.ts'
import { inclusionProof } from '#platform/evidence/proof.ts'
import type { Evidence } from '#platform/evidence/queries.ts'
import { type AnyRoute, route } from '#platform/http.ts'
import { jsonAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'

const TAG = 'evidence'

const digest = z.string().regex(/^[\da-f]{64}$/)
const key = z.object({ id: z.string(), algorithm: z.enum(['ed25519', 'sm2']), publicKey: z.string() })
const root = z.object({ size: z.number().int(), root: digest })
const size = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER)

const headsReply = z.object({ heads: z.array(signedHead) })
const keysReply = z.object({ keys: z.array(key) })
const consistencyReply = z.object({ first: root, second: root, path: z.array(digest) })
const checkReply = z.object({ holds: z.boolean(), fault: z.enum(['not-in-tree', 'unknown-key', 'wrong-signature']).nullable() })

/** Everybody may read what proves the log, and have a proof checked: nothing of it says anything about a person. */
export const evidenceRoutes = (evidence: Evidence): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: '/api/v1/evidence/heads',
    summary: 'The last signed head of each prefecture’s evidence log',
    tag: TAG,
    open: true,
    reply: { 200: headsReply },
    handle: async () => jsonAnswer(200, { heads: await evidence.heads() }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/evidence/days/:day',
    summary: 'The province’s signed root of a day, over the heads of all prefectures',
    tag: TAG,
    open: true,
    params: z.strictObject({ day: z.iso.date() }),
    reply: { 200: signedDay },
    async handle({ params }) {
      const day = await evidence.day(params.day as Day)
      if (day === undefined) throw new ProblemError(problem('not-found'))
      return jsonAnswer(200, day)
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/evidence/keys',
    summary: 'Every public key that ever signed a head or a day',
    tag: TAG,
    open: true,
    reply: { 200: keysReply },
    handle: async () => jsonAnswer(200, { keys: evidence.keys() }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/evidence/logs/:prefecture/consistency',
    summary: 'Proof that a log of one head begins with that of an earlier head (RFC 9162 2.1.4)',
    tag: TAG,
    open: true,
    params: z.strictObject({ prefecture: z.string().regex(/^\d{4}$/) }),
    query: z.strictObject({ first: size, second: size }),
    reply: { 200: consistencyReply },
    async handle({ params, query }) {
      const proof = await evidence.consistency(params.prefecture, query.first, query.second)
      if (proof === undefined) throw new ProblemError(problem('not-found'))
      return jsonAnswer(200, proof)
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/evidence/check',
    summary: 'Whether a proof holds: the leaf stands under the head, and the head was signed by a key of ours',
    tag: TAG,
    open: true,
    keyOptional: true,
    body: inclusionProof,
    reply: { 200: checkReply },
    async handle({ body }) {
      const fault = evidence.fault(body)
      return jsonAnswer(200, { holds: fault === undefined, fault: fault ?? null })
    },
  }),
]
