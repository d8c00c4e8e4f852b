/**
 * A form of a page: it posts to the page's own address and names one of its actions.
 * The state of the last submission (what was typed, what to correct) reaches the fields by context,
 * so that nothing typed is lost and no page has to pass it on.
 */
import { type ComponentChildren, createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Sentence } from '#kernel/language.ts'
import type { Problem } from '#platform/problem.ts'
import { type Content, Say, useReading, useSay } from '#web/shared/reading.tsx'
import { Shape } from '#web/shared/text.tsx'
import { words } from '#web/shared/words.ts'

export type TypedValues = Readonly<Record<string, string | readonly string[]>>

export interface Submission {
  /** The id of the form that was sent. */
  readonly form: string
  readonly values: TypedValues
  readonly problem: Problem
}

export interface Forms {
  /** A fresh key for each form of this rendering; a double tap sends the same one twice. */
  newIdempotencyKey(): string
  readonly failed?: Submission
  /** The form is shown again with what was typed and found so far; nothing is wrong. */
  readonly kept?: Omit<Submission, 'problem'>
}

export const FormsContext = createContext<Forms>({ newIdempotencyKey: () => '' })

interface FormState {
  readonly id: string
  readonly values: TypedValues
  readonly errors: Readonly<Record<string, Sentence>>
}

const FormContext = createContext<FormState>({ id: 'form', values: {}, errors: {} })

export const HIDDEN = { action: '_action', form: '_form', idempotencyKey: '_key' } as const

export interface FormProps {
  /** The action that Enter and a plain button run; a button may name another. */
  readonly action: string
  /** Needed when two forms of a page run the same action. */
  readonly id?: string
  /** What the fields hold at first. */
  readonly values?: TypedValues
  /** For forms with files. */
  readonly multipart?: boolean
  /** Officers' fields side by side. */
  readonly dense?: boolean
  readonly children: ComponentChildren
}

export function Form({ action, id = action, values = {}, multipart = false, dense = false, children }: FormProps) {
  const { newIdempotencyKey, failed, kept } = useContext(FormsContext)
  const { url } = useReading()
  const mine = failed?.form === id ? failed : undefined
  const typed = mine ?? (kept?.form === id ? kept : undefined)
  const state: FormState = { id, values: { ...values, ...typed?.values }, errors: mine?.problem.fields ?? {} }
  return (
    <form
      id={`form-${id}`}
      class={dense ? 'form form-dense' : 'form'}
      method="post"
      action={url}
      novalidate
      {...(multipart ? { enctype: 'multipart/form-data' } : {})}
    >
      <input type="hidden" name={HIDDEN.form} value={id} />
      <input type="hidden" name={HIDDEN.idempotencyKey} value={newIdempotencyKey()} />
      <input type="hidden" name={HIDDEN.action} value={action} />
      <FormContext.Provider value={state}>{children}</FormContext.Provider>
    </form>
  )
}

/** A form that only asks (search, filter): GET, no key, the query carries it. */
export function QueryForm({ values = {}, children }: { readonly values?: TypedValues; readonly children: ComponentChildren }) {
  const { url } = useReading()
  return (
    <search>
      <form class="form form-query" method="get" action={url.split('?')[0] ?? '/'}>
        <FormContext.Provider value={{ id: 'query', values, errors: {} }}>{children}</FormContext.Provider>
      </form>
    </search>
  )
}

/** The element id of a field: `applicant.phone` → `applicant-phone`. */
export const fieldId = (name: string): string => name.replace(/[^A-Za-z0-9_-]+/g, '-')

export interface FieldState {
  readonly id: string
  readonly value: string
  readonly values: readonly string[]
  readonly error: Sentence | undefined
}

/** What a field holds and what to correct in it. */
export function useField(name: string, given?: { readonly value?: string | readonly string[] | undefined; readonly error?: Sentence | undefined }): FieldState {
  const form = useContext(FormContext)
  const held = given?.value ?? form.values[name]
  const values = held === undefined ? [] : typeof held === 'string' ? [held] : held
  return { id: fieldId(name), value: values[0] ?? '', values, error: given?.error ?? form.errors[name] }
}

/** All that is to be corrected, each a link to its field; and why something can't be done, with the way out. */
export function ErrorSummary({ problem }: { readonly problem: Problem }) {
  const say = useSay()
  const fields = Object.entries(problem.fields ?? {})
  const refusals = problem.refusals ?? []
  const title = refusals.length > 0 ? words.refusalTitle : fields.length > 0 ? words.errorSummary : problem.title
  return (
    <div class="error-summary" role="alert" tabIndex={-1} autofocus aria-labelledby="error-summary-title">
      <h2 id="error-summary-title">
        <Shape tone="attention" /> {say(title)}
      </h2>
      {fields.length > 0 && (
        <ul>
          {fields.map(([name, sentence]) => (
            <li key={name}>
              <a href={`#${fieldId(name)}`}>{say(sentence)}</a>
            </li>
          ))}
        </ul>
      )}
      {refusals.map((refusal) => (
        <div class="refusal" key={refusal.code}>
          <p class="refusal-what">{say(refusal.sentence)}</p>
          <p>
            <strong>{say(words.refusalWayOut)}</strong> {say(refusal.wayOut)}
          </p>
          <p class="hint">
            {say(words.refusalWhy)} {refusal.basis}
          </p>
        </div>
      ))}
    </div>
  )
}

export interface ButtonProps {
  readonly children: Content
  /** Another action than the form's own. */
  readonly action?: string
  readonly quiet?: boolean
  /** For what destroys or can't be taken back: said in words too. */
  readonly grave?: boolean
  /** `F8` or `Alt+A`: shown beside the words and pressed by it (officers). */
  readonly keys?: string
  /** A link that looks like a button. */
  readonly href?: string
  readonly disabled?: boolean
  readonly name?: string
  readonly value?: string
}

export function Button({ children, action, quiet = false, grave = false, keys, href, disabled = false, name, value }: ButtonProps) {
  const { islands } = useReading()
  if (keys !== undefined) islands.add('officer-keys')
  const look = `button${quiet ? ' button-quiet' : ''}${grave ? ' button-grave' : ''}`
  const shortcut = keys === undefined ? {} : { 'data-keys': keys, 'aria-keyshortcuts': keys }
  const inside = (
    <>
      <span>
        <Say>{children}</Say>
      </span>
      {keys !== undefined && (
        <span class="keys" aria-hidden="true">
          {keys}
        </span>
      )}
    </>
  )
  if (href !== undefined)
    return (
      <a class={look} href={href} {...shortcut}>
        {inside}
      </a>
    )
  const sent = action === undefined ? (name === undefined ? {} : { name, value: value ?? '' }) : { name: HIDDEN.action, value: action }
  return (
    <button class={look} type="submit" disabled={disabled} {...sent} {...shortcut}>
      {inside}
    </button>
  )
}

/** Buttons side by side; the first is what most people do. */
export function Buttons({ children }: { readonly children: ComponentChildren }) {
  return <div class="buttons">{children}</div>
}

/** Officers: several fields in one row of a grid. */
export function Fields({ children }: { readonly children: ComponentChildren }) {
  return <div class="fields">{children}</div>
}
