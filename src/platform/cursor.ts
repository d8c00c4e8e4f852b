import { isUuid, type Uuid } from '#kernel/ids.ts'
import { type Instant, instant } from '#kernel/time.ts'
import { ProblemError, problem } from '#platform/problem.ts'

/** Where a page of a list ended: given to whoever reads on, and believed no more than anything else that comes from outside. */
export interface Position {
  readonly at: Instant
  readonly id: Uuid
}

const PROBLEM = { zh: '翻页标记不对，请从第一页重新开始。', en: 'This is no cursor of ours; begin again with the first page.' }

export const noCursor = (): ProblemError => new ProblemError(problem('invalid-input', { fields: { cursor: PROBLEM } }))

export const positionText = ({ at, id }: Position): string => Buffer.from(`${at} ${id}`).toString('base64url')

/** @throws ProblemError for what is no cursor of ours */
export function readPosition(text: string): Position {
  const [at = '', id = ''] = Buffer.from(text, 'base64url').toString().split(' ')
  if (!isUuid(id)) throw noCursor()
  try {
    return { at: instant(at), id }
  } catch {
    throw noCursor()
  }
}

/** For lists that go on after a code. @throws ProblemError */
export function readCode(text: string): string {
  const code = Buffer.from(text, 'base64url').toString()
  if (!/^[0-9A-Za-z-]{1,60}$/.test(code)) throw noCursor()
  return code
}
