/** What a browser sent: values as text, files as bytes, and the hidden fields apart. */
import type { MultipartFile } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { HIDDEN, type TypedValues } from '#web/shared/form.tsx'

export interface SentFile {
  readonly name: string
  /** As the browser says; believed by nobody. */
  readonly type: string
  readonly bytes: Uint8Array
}

export interface SentForm {
  readonly form: string
  readonly action: string
  readonly idempotencyKey: string | undefined
  readonly values: TypedValues
  readonly files: Readonly<Record<string, SentFile>>
  /** One value, trimmed; empty when absent. */
  text(name: string): string
  /** Every value: checkboxes. */
  all(name: string): readonly string[]
  /** `YYYY-MM-DD` of a date in three parts as typed, perhaps not a day that exists; empty when nothing was typed. */
  dateText(name: string): string
}

/** Reads an urlencoded or multipart body. */
export async function formOf(request: FastifyRequest): Promise<SentForm> {
  const sent: Record<string, string[]> = {}
  const files: Record<string, SentFile> = {}
  const add = (name: string, value: string): void => {
    sent[name] = [...(Object.hasOwn(sent, name) ? (sent[name] ?? []) : []), value]
  }
  if (request.isMultipart()) {
    for await (const part of request.parts()) {
      if (part.type === 'file') await takeFile(part, files)
      else add(part.fieldname, String(part.value))
    }
  } else {
    for (const [name, value] of Object.entries((request.body ?? {}) as Record<string, string | string[]>)) {
      for (const one of typeof value === 'string' ? [value] : value) add(name, one)
    }
  }
  return sentForm(sent, files)
}

async function takeFile(part: MultipartFile, files: Record<string, SentFile>): Promise<void> {
  const bytes = await part.toBuffer()
  if (part.filename === '' || bytes.length === 0) return
  files[part.fieldname] = { name: part.filename, type: part.mimetype, bytes }
}

export function sentForm(sent: Readonly<Record<string, readonly string[]>>, files: Readonly<Record<string, SentFile>> = {}): SentForm {
  const hidden: readonly string[] = Object.values(HIDDEN)
  const last = (name: string): string | undefined => (Object.hasOwn(sent, name) ? sent[name]?.at(-1) : undefined)
  const text = (name: string): string => last(name)?.trim() ?? ''
  const action = last(HIDDEN.action) ?? ''
  return {
    form: last(HIDDEN.form) ?? action,
    action,
    idempotencyKey: last(HIDDEN.idempotencyKey),
    values: Object.fromEntries(
      Object.entries(sent)
        .filter(([name]) => !hidden.includes(name))
        .map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
    ),
    files,
    text,
    all: (name) => (Object.hasOwn(sent, name) ? (sent[name] ?? []) : []),
    dateText: (name) => {
      const [year, month, day] = [text(`${name}.year`), text(`${name}.month`), text(`${name}.day`)]
      return year === '' && month === '' && day === '' ? '' : `${year.padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
    },
  }
}
