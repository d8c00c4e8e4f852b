/** Fields with one box: label, hint, what to do when it is wrong, and the box, tied together. */
import type { ComponentChildren } from 'preact'
import type { Sentence } from '#kernel/language.ts'
import { type FieldState, useField } from '#web/shared/form.tsx'
import { type Content, Say, useReading, useSay, type Words } from '#web/shared/reading.tsx'
import { Shape } from '#web/shared/text.tsx'
import { words } from '#web/shared/words.ts'

export interface FieldProps {
  readonly name: string
  readonly label: Words
  readonly hint?: Content
  readonly error?: Sentence
  readonly value?: string
  readonly optional?: boolean
}

/** `Please correct: …` under the label; the id is what the box's `aria-describedby` names. */
export function FieldError({ id, error }: { readonly id: string; readonly error: Sentence | undefined }) {
  const say = useSay()
  if (error === undefined) return null
  return (
    <p class="error" id={`${id}-error`}>
      <Shape tone="attention" />
      <span>
        <span class="unseen">{say(words.error)}</span>
        {say(error)}
      </span>
    </p>
  )
}

export function FieldHint({ id, hint }: { readonly id: string; readonly hint: Content | undefined }) {
  if (hint === undefined) return null
  return (
    <p class="hint" id={`${id}-hint`}>
      <Say>{hint}</Say>
    </p>
  )
}

/** The attributes that tie a box to its hint and error. */
export function described(field: FieldState, hint: Content | undefined): { 'aria-describedby'?: string; 'aria-invalid'?: true } {
  const ids = [hint === undefined ? undefined : `${field.id}-hint`, field.error === undefined ? undefined : `${field.id}-error`].filter(Boolean)
  return {
    ...(ids.length === 0 ? {} : { 'aria-describedby': ids.join(' ') }),
    ...(field.error === undefined ? {} : { 'aria-invalid': true }),
  }
}

/** Label, hint, error and a box of any kind. */
export function Field({
  field,
  label,
  hint,
  optional = false,
  children,
}: {
  readonly field: FieldState
  readonly label: Words
  readonly hint?: Content
  readonly optional?: boolean
  readonly children: ComponentChildren
}) {
  return (
    <div class={field.error === undefined ? 'field' : 'field field-wrong'}>
      <label for={field.id}>
        <Say>{label}</Say>
        {optional && (
          <span class="optional">
            <Say>{words.optional}</Say>
          </span>
        )}
      </label>
      <FieldHint id={field.id} hint={hint} />
      <FieldError id={field.id} error={field.error} />
      {children}
    </div>
  )
}

/** How many characters a box shows: a sign of how long the answer is. */
export type Width = 4 | 8 | 12 | 18 | 24 | 'full'

export interface TextFieldProps extends FieldProps {
  readonly width?: Width
  readonly autocomplete?: 'off' | 'name' | 'tel' | 'street-address' | 'postal-code' | 'one-time-code'
  readonly inputMode?: 'text' | 'numeric' | 'tel' | 'decimal' | 'search'
  readonly maxLength?: number
  /** `元`, `号`: stands after the box and is read with its label. */
  readonly unit?: Words
  /** Stands after the box: the button that looks up what was typed. */
  readonly beside?: ComponentChildren
  /** Officers: the cursor starts here. */
  readonly first?: boolean
  /** The scanner and the ID reader may type here: their Enter goes to the next field, or sends the form to look something up. */
  readonly scanned?: boolean | 'sends'
  readonly spaced?: boolean
}

export function TextField(props: TextFieldProps) {
  const field = useField(props.name, props)
  const { islands } = useReading()
  if (props.scanned !== undefined || props.first === true) islands.add('officer-keys')
  const { width = 'full', autocomplete = 'off', inputMode = 'text', spaced = false } = props
  const box = (
    <input
      class={`box box-${width}${spaced ? ' box-spaced' : ''}`}
      id={field.id}
      name={props.name}
      type="text"
      value={field.value}
      autocomplete={autocomplete}
      inputMode={inputMode}
      spellcheck={false}
      {...(props.maxLength === undefined ? {} : { maxLength: props.maxLength })}
      {...(props.first === true ? { 'data-first': true } : {})}
      {...(props.scanned === undefined || props.scanned === false ? {} : { 'data-scanned': props.scanned })}
      {...described(field, props.hint)}
    />
  )
  return (
    <Field field={field} label={props.label} hint={props.hint} optional={props.optional ?? false}>
      {props.unit === undefined && props.beside === undefined ? (
        box
      ) : (
        <span class="box-with-unit">
          {box}
          {props.unit !== undefined && (
            <span class="unit">
              <Say>{props.unit}</Say>
            </span>
          )}
          {props.beside}
        </span>
      )}
    </Field>
  )
}

/** Whole numbers typed as text: no spinner that the wheel turns by accident. */
export function NumberField(props: Omit<TextFieldProps, 'inputMode'>) {
  return <TextField width={8} {...props} inputMode="numeric" />
}

/** A reader may be set to type all that stands on the card, parted by bars. */
const READER_LINE_MAX = 400

/** An identity number: eighteen characters, the last may be X; spaces are forgiven, the rule checks the digit. */
export function IdentityNumberField(props: Omit<TextFieldProps, 'width' | 'inputMode' | 'maxLength' | 'spaced'>) {
  return <TextField {...props} width={18} spaced maxLength={props.scanned === 'sends' ? READER_LINE_MAX : 26} />
}

export function TextArea({ rows = 4, ...props }: FieldProps & { readonly rows?: number }) {
  const field = useField(props.name, props)
  return (
    <Field field={field} label={props.label} hint={props.hint} optional={props.optional ?? false}>
      <textarea class="box box-full" id={field.id} name={props.name} rows={rows} {...described(field, props.hint)}>
        {field.value}
      </textarea>
    </Field>
  )
}

export interface FileFieldProps extends FieldProps {
  /** MIME types. */
  readonly accept: readonly string[]
  readonly maxBytes: number
  /** Pixels the picture should have; said at once when it differs, decided by the server. */
  readonly wanted?: { readonly width: number; readonly height: number }
  /** Opens the camera on phones. */
  readonly camera?: 'user' | 'environment'
}

/** A file, with a preview and early advice where scripts run; the server decides. */
export function FileField(props: FileFieldProps) {
  const field = useField(props.name, props)
  const say = useSay()
  const { islands } = useReading()
  islands.add('file-preview')
  return (
    <Field field={{ ...field, value: '' }} label={props.label} hint={props.hint} optional={props.optional ?? false}>
      <div class="file">
        <input
          class="box-file"
          id={field.id}
          name={props.name}
          type="file"
          accept={props.accept.join(',')}
          {...(props.camera === undefined ? {} : { capture: props.camera })}
          data-preview
          data-max-bytes={props.maxBytes}
          {...(props.wanted === undefined ? {} : { 'data-wanted': `${props.wanted.width}×${props.wanted.height}` })}
          data-preview-of={say(words.previewOf)}
          data-too-large={say(words.tooLarge)}
          data-wrong-kind={say(words.wrongKind)}
          data-size-differs={say(words.sizeDiffers)}
          data-size-wanted={say(words.sizeWanted)}
          {...described(field, props.hint)}
        />
        <output class="file-preview" for={field.id} aria-live="polite" />
      </div>
    </Field>
  )
}
