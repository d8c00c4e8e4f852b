import type { Sentence } from '#kernel/language.ts'
import type { RefusalReason } from '#kernel/refusal.ts'

/** RFC 9457 `application/problem+json`, told apart by `type`. Not permitted and unknown are both `not-found`. */
export interface Problem {
  readonly type: ProblemType
  readonly status: number
  readonly title: Sentence
  /** Field path → what is wrong and what to do. */
  readonly fields?: Readonly<Record<string, Sentence>>
  readonly refusals?: readonly RefusalReason[]
  /** After how long the same may be tried again; also in `Retry-After`. */
  readonly retryAfterSeconds?: number
  /** How old an authentication may be for this (RFC 9470). */
  readonly maxAgeSeconds?: number
  /** The levels of assurance that suffice, in the identity platform's terms (RFC 9470). */
  readonly acr?: readonly string[]
}

export const PROBLEM_STATUS = {
  'invalid-input': 422,
  'malformed-request': 400,
  'idempotency-key-missing': 400,
  'idempotency-key-reused': 422,
  refused: 409,
  'not-signed-in': 401,
  'reauthentication-needed': 401,
  'step-up-needed': 401,
  locked: 429,
  foreign: 403,
  'not-found': 404,
  'too-slow': 408,
  'data-deleted': 410,
  'version-changed': 412,
  'version-required': 428,
  'too-large': 413,
  'too-many-requests': 429,
  'headers-too-large': 431,
  'unsupported-media': 415,
  fault: 500,
  unavailable: 503,
} as const satisfies Record<string, number>

export type ProblemType = keyof typeof PROBLEM_STATUS

const TITLES: Record<ProblemType, Sentence> = {
  'invalid-input': { zh: '有几处需要改正，改好后再提交。', en: 'Some fields need correcting before you submit again.' },
  'malformed-request': { zh: '请求的格式读不懂，请检查后重发。', en: 'The request could not be read; check its format and send it again.' },
  'idempotency-key-missing': {
    zh: '请求头缺少 Idempotency-Key：每次写入都要带一个，重试时用同一个。',
    en: 'The Idempotency-Key header is missing: send one with every write, and the same one when you retry.',
  },
  'idempotency-key-reused': {
    zh: '这个 Idempotency-Key 已用于另一份内容；新的内容请换一个新的。',
    en: 'This Idempotency-Key was used for another body; use a new key for new content.',
  },
  refused: { zh: '现在还不能这样办。', en: 'This cannot be done as things stand.' },
  'not-signed-in': { zh: '请先登录。', en: 'Sign in first.' },
  'reauthentication-needed': {
    zh: '这件事要紧，请再证明一次是您本人；您填写的内容会留着。',
    en: 'This matters, so please show once more that it is you; what you typed is kept.',
  },
  'step-up-needed': {
    zh: '办这件事需要更高的实名等级，请到统一身份认证平台提升；您填写的内容会留着。',
    en: 'This needs a higher level of assurance: raise it at the identity platform; what you typed is kept.',
  },
  locked: { zh: '连续多次不对，暂时不能再试；请过一会儿再来。', en: 'Too many wrong attempts in a row; wait before you try again.' },
  foreign: {
    zh: '这个请求来自别的网站，没有处理；请从本站的页面办理。',
    en: 'This request came from another site and was not carried out; do it from a page of this site.',
  },
  'too-slow': { zh: '请求来得太慢，已经断开；请检查网络后重发。', en: 'The request came too slowly and was given up; check the connection and send it again.' },
  'not-found': { zh: '没有找到，或者您无权查看。', en: 'It was not found, or is not yours to see.' },
  'data-deleted': {
    zh: '这个人的资料已依法删除，不能再打开；办理经过仍然保留。',
    en: 'This person’s data was deleted as the law demands and cannot be opened any more; what was done remains on record.',
  },
  'version-changed': { zh: '这条记录刚被别人改过，请刷新后再办。', en: 'Someone changed this record meanwhile; reload it and try again.' },
  'version-required': { zh: '请在 If-Match 中带上您看到的版本。', en: 'Send the version you saw in If-Match.' },
  'too-large': { zh: '文件太大，请换一个小一些的。', en: 'The file is too large; send a smaller one.' },
  'too-many-requests': { zh: '请求太频繁，请稍等片刻再试。', en: 'Too many requests; wait a moment and try again.' },
  'headers-too-large': {
    zh: '地址或请求头太长，读不下；请缩短后重发。',
    en: 'The address or the headers are too long to be read; shorten them and send the request again.',
  },
  'unsupported-media': { zh: '这种格式不支持。', en: 'This media type is not supported.' },
  fault: { zh: '系统出了故障，您填写的内容没有被处理；请稍后再试。', en: 'Something failed on our side; nothing was done. Please try again later.' },
  unavailable: { zh: '系统正在忙，请稍后再试。', en: 'The system is busy; please try again shortly.' },
}

export const problem = (type: ProblemType, more: Omit<Partial<Problem>, 'type' | 'status'> = {}): Problem => ({
  type,
  status: PROBLEM_STATUS[type],
  title: TITLES[type],
  ...more,
})

/** What goes over the wire: `type` as a URI reference, both languages. */
export const problemBody = ({ type, status, title, fields, refusals, retryAfterSeconds, maxAgeSeconds, acr }: Problem): Record<string, unknown> => ({
  type: `/problems/${type}`,
  status,
  title: title.zh,
  titleEn: title.en,
  ...(fields && { fields }),
  ...(refusals && { refusals }),
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
  ...(acr && { acr }),
})

/** What the answer's headers say of it. */
export function problemHeaders({ type, retryAfterSeconds, maxAgeSeconds, acr }: Problem): Record<string, string> {
  if (retryAfterSeconds !== undefined) return { 'retry-after': String(retryAfterSeconds) }
  if (type !== 'reauthentication-needed' && type !== 'step-up-needed') return {}
  const more = `${maxAgeSeconds === undefined ? '' : `, max_age=${maxAgeSeconds}`}${acr === undefined ? '' : `, acr_values="${acr.join(' ')}"`}`
  return { 'www-authenticate': `Bearer error="insufficient_user_authentication"${more}` }
}

/** Carries a problem from wherever it is found at the edge to the one place that answers. */
export class ProblemError extends Error {
  readonly problem: Problem
  constructor(found: Problem) {
    super(found.type)
    this.name = 'ProblemError'
    this.problem = found
  }
}
