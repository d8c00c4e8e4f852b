import { z } from 'zod'
import { identityCheckCharacter } from '#kernel/check-digits.ts'
import type { Sentence } from '#kernel/language.ts'
import { halfWidth } from '#kernel/typed-text.ts'

interface FieldWords {
  /** What the field is called on a form. */
  readonly label: Sentence
  /** What to do when it is wrong, then why. */
  readonly problem: Sentence
}

const words = new WeakMap<z.ZodType, FieldWords>()

/** Gives a field its name and its own message; every field that people fill in has one (a test demands it). */
export function field<T extends z.ZodType>(schema: T, label: Sentence, problem: Sentence): T {
  const described = schema.meta({ title: label.zh, description: `${label.en}. ${problem.en}` }) as T
  words.set(described, { label, problem })
  return described
}

export const fieldWords = (schema: z.ZodType): FieldWords | undefined => words.get(schema)

/** The schema inside optional, nullable and default wrappers. */
export function unwrapped(schema: z.ZodType): z.ZodType {
  let inner = schema
  while (!words.has(inner) && (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable || inner instanceof z.ZodDefault)) {
    inner = inner.unwrap() as z.ZodType
  }
  return inner
}

function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined {
  const inner = unwrapped(schema)
  if (path.length === 0) return inner
  const [head, ...rest] = path
  if (inner instanceof z.ZodObject) {
    const next = (inner.shape as Record<string, z.ZodType>)[String(head)]
    return next && schemaAt(next, rest)
  }
  if (inner instanceof z.ZodArray) return schemaAt(inner.element as z.ZodType, rest)
  if (inner instanceof z.ZodDiscriminatedUnion || inner instanceof z.ZodUnion) {
    for (const option of inner.options) {
      const found = schemaAt(option as z.ZodType, path)
      if (found) return found
    }
  }
  return undefined
}

const MISSING: Sentence = { zh: '请填写。', en: 'Fill this in.' }
const UNKNOWN_FIELD: Sentence = { zh: '没有这个字段，请去掉。', en: 'There is no such field; remove it.' }
const UNREADABLE: Sentence = { zh: '请检查这一项：内容的类型或格式不对。', en: 'Check this field: its type or format is wrong.' }
const NUL: Sentence = { zh: '请去掉看不见的控制字符。', en: 'Remove the invisible control characters.' }

/** For a refinement that can tell more than that the field is wrong: `ctx.addIssue(saying(sentence))`. */
export const saying = (sentence: Sentence): { readonly code: 'custom'; readonly params: { readonly sentence: Sentence } } => ({
  code: 'custom',
  params: { sentence },
})

/** A field that there isn't may be called anything, by somebody's name or number too: only what could be a name of ours is said again. */
const nameOf = (key: string): string =>
  /^(?:[A-Za-z_][A-Za-z_-]*\d{0,4}|\d{1,4})(?:\.(?:[A-Za-z_][A-Za-z_-]*\d{0,4}|\d{1,4}))*$/.test(key) && key.length <= 80 ? key : '(unknown)'

/** Every wrong field with its own sentence, all at once. */
export function fieldProblems(schema: z.ZodType, error: z.ZodError): Record<string, Sentence> {
  const fields: Record<string, Sentence> = {}
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) fields[[...issue.path, nameOf(key)].join('.')] = UNKNOWN_FIELD
      continue
    }
    const described = schemaAt(schema, issue.path)
    const own = described && words.get(described)
    const missing = issue.code === 'invalid_type' && issue.input === undefined
    const said = issue.code === 'custom' ? (issue.params?.sentence as Sentence | undefined) : undefined
    fields[issue.path.join('.') || '(body)'] ??= said ? said : own ? own.problem : missing ? MISSING : UNREADABLE
  }
  return fields
}

const NUMBER_HERE: Sentence = {
  zh: '请去掉这里的身份号码和手机号码，只写事情本身：说明文字不加密保存，号码有专门的栏目。',
  en: 'Take identity and phone numbers out of this text and write only what happened: it is not kept sealed, and numbers have fields of their own.',
}

/** Fields in which people write sentences. */
const FREE_TEXT = /(?:^|\.)(?:\w*(?:note|reason|place|authority|basis|other|missing|review|comment))(?:\.|$)/i
const IDENTITY_NUMBER = /(?<![0-9A-Za-z])(\d{17})([\dXx])(?![0-9A-Za-z])/g
const PHONE = /(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])/

const holdsNumber = (text: string): boolean => {
  const typed = halfWidth(text)
  if (PHONE.test(typed)) return true
  return [...typed.matchAll(IDENTITY_NUMBER)].some(([, first17 = '', last = '']) => identityCheckCharacter(first17) === last.toUpperCase())
}

/**
 * What may not be kept as it is, refused at the edge and naming the field: U+0000 and lone surrogates, which nobody can store, and
 * identity numbers or phones in a text that is not sealed.
 */
export function unstorableFields(value: unknown, path = ''): Record<string, Sentence> {
  if (typeof value === 'string') {
    if (value.includes('\u0000') || !value.isWellFormed()) return { [path || '(body)']: NUL }
    return FREE_TEXT.test(path) && holdsNumber(value) ? { [path]: NUMBER_HERE } : {}
  }
  if (value === null || typeof value !== 'object') return {}
  return Object.assign({}, ...Object.entries(value).map(([key, inner]) => unstorableFields(inner, path ? `${path}.${nameOf(key)}` : nameOf(key))))
}
