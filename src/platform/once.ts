import { hash } from 'node:crypto'
import { canonicalJson } from '#kernel/canonical.ts'
import type { Instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import { type Fact, fact } from '#platform/facts.ts'
import { type Problem, ProblemError, problem, problemBody, problemHeaders } from '#platform/problem.ts'

/** An answer as it goes over the wire: kept and given again byte for byte. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export const jsonAnswer = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
})

export const problemAnswer = (found: Problem): Answer => ({
  status: found.status,
  headers: { 'content-type': 'application/problem+json; charset=utf-8', ...problemHeaders(found) },
  body: JSON.stringify(problemBody(found)),
})

/**
 * One write, made once: the key belongs to its owner and is bound to the body.
 * A command gathers `seen` among its facts, and commits `remember(answer)` with its effect.
 */
export interface Once {
  readonly seen: Fact<KeptAnswer | null>
  remember(answer: Answer): Change
  /** The first answer when there is one. @throws ProblemError when the key was used for another body. */
  replay(kept: KeptAnswer | null): Answer | undefined
}

export interface KeptAnswer extends Answer {
  readonly bodyHash: string
}

/** One space of keys for the province's API; the owner is part of the key. */
const PREFECTURE = '2200'

const KEY_PATTERN = /^[\x21-\x7e]{8,255}$/

interface Row {
  body_hash: string
  status: number
  headers: string
  response: string
}

/**
 * @param owner who may be given the answer again: another person's key never finds it
 * @throws ProblemError when there is no key, or one that can't be a key (8 to 255 visible ASCII characters)
 */
export function openOnce(owner: string, key: string | undefined, path: string, body: unknown, at: Instant): Once {
  if (key === undefined || !KEY_PATTERN.test(key)) throw new ProblemError(problem('idempotency-key-missing'))
  const ownedKey = hash('sha256', `${owner}\u0000${key}`, 'base64url')
  const bodyHash = hash('sha256', `${path}\u0000${canonicalJson(body ?? null)}`, 'base64url')
  return {
    seen: fact(
      'select row_to_json(i) from (select body_hash, status, headers, response from idempotency where prefecture = $1::text and key = $2::text) i',
      [PREFECTURE, ownedKey],
      (row: Row | null) =>
        row && { bodyHash: row.body_hash, status: row.status, headers: JSON.parse(row.headers) as Record<string, string>, body: row.response },
    ),
    remember: (answer) => ({
      text: `insert into idempotency (prefecture, key, body_hash, status, headers, response, at, owner)
        values ($1::text, $2::text, $3::text, $4::int, $5::text, $6::text, $7::timestamptz, $8::text)`,
      values: [PREFECTURE, ownedKey, bodyHash, answer.status, JSON.stringify(answer.headers), answer.body, at, owner],
    }),
    replay: (kept) => {
      if (!kept) return undefined
      if (kept.bodyHash !== bodyHash) throw new ProblemError(problem('idempotency-key-reused'))
      return { status: kept.status, headers: kept.headers, body: kept.body }
    },
  }
}

/** How long a first answer is kept. */
export const KEPT_DAYS = 30

/** Kept answers from before an instant are forgotten. */
export const forgetAnswersChange = (before: Instant): Change => ({
  text: 'delete from idempotency where prefecture = $1 and at < $2::timestamptz',
  values: [PREFECTURE, before],
})
