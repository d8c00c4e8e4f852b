/** Choosing: radios, checkboxes, a select that becomes a type-ahead, a date in three parts. */
import type { ComponentChildren } from 'preact'
import type { Language, Sentence } from '#kernel/language.ts'
import { described, Field, FieldError, FieldHint, type FieldProps, type Width } from '#web/shared/field.tsx'
import { type FieldState, fieldId, useField } from '#web/shared/form.tsx'
import { type Content, Say, useReading, useSay, type Words } from '#web/shared/reading.tsx'
import { words } from '#web/shared/words.ts'

export interface Option {
  readonly value: string
  readonly label: Words
  readonly hint?: Content
  /** What else finds it in a type-ahead: pinyin, initials, an old name, a code. */
  readonly search?: string
}

export interface OptionGroup {
  readonly label: Words
  readonly options: readonly Option[]
}

function FieldSet({
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
    <fieldset class={field.error === undefined ? 'field' : 'field field-wrong'} {...described(field, hint)}>
      <legend>
        <Say>{label}</Say>
        {optional && (
          <span class="optional">
            <Say>{words.optional}</Say>
          </span>
        )}
      </legend>
      <FieldHint id={field.id} hint={hint} />
      <FieldError id={field.id} error={field.error} />
      {children}
    </fieldset>
  )
}

interface ChoicesProps extends Omit<FieldProps, 'value'> {
  readonly options: readonly Option[]
  readonly value?: string | readonly string[]
  /** Side by side where there is room (yes and no). */
  readonly inline?: boolean
}

function Choices({ type, ...props }: ChoicesProps & { readonly type: 'radio' | 'checkbox' }) {
  const field = useField(props.name, props)
  return (
    <FieldSet field={field} label={props.label} hint={props.hint} optional={props.optional ?? false}>
      <div class={props.inline === true ? 'choices choices-inline' : 'choices'}>
        {props.options.map((option, index) => {
          const id = index === 0 ? field.id : `${field.id}-${fieldId(option.value)}`
          return (
            <div class="choice" key={option.value}>
              <input
                type={type}
                id={id}
                name={props.name}
                value={option.value}
                checked={field.values.includes(option.value)}
                {...(option.hint === undefined ? {} : { 'aria-describedby': `${id}-about` })}
              />
              <label for={id}>
                <Say>{option.label}</Say>
              </label>
              {option.hint !== undefined && (
                <p class="hint" id={`${id}-about`}>
                  <Say>{option.hint}</Say>
                </p>
              )}
            </div>
          )
        })}
      </div>
    </FieldSet>
  )
}

export const Radios = (props: Omit<ChoicesProps, 'value'> & { readonly value?: string }) => <Choices type="radio" {...props} />

export const Checkboxes = (props: ChoicesProps) => <Choices type="checkbox" {...props} />

export interface SelectProps extends FieldProps {
  readonly options: readonly (Option | OptionGroup)[]
  readonly width?: Width
  /** Default: when there are more than nine options. */
  readonly typeAhead?: boolean
  /**
   * The name of a long list: with script its options are fetched when they are needed, and the page carries the chosen one alone.
   * The page has to give the whole list to browsers without script.
   */
  readonly from?: string
}

export const listHref = (name: string, language: Language): string => `/lists/${name}/${language}`

const chosenAlone = (options: SelectProps['options'], value: string): SelectProps['options'] =>
  options.flatMap((entry) => {
    const one = optionsOf(entry).find((option) => option.value === value)
    return one === undefined ? [] : ['options' in entry ? { ...entry, options: [one] } : one]
  })

const optionsOf = (entry: Option | OptionGroup): readonly Option[] => ('options' in entry ? entry.options : [entry])

export function Select(props: SelectProps) {
  const field = useField(props.name, props)
  const say = useSay()
  const { islands, language } = useReading()
  const options = props.from === undefined ? props.options : chosenAlone(props.options, field.value)
  const typeAhead = props.typeAhead ?? props.options.flatMap(optionsOf).length > 9
  if (typeAhead) islands.add('type-ahead')
  const one = (option: Option) => (
    <option
      key={option.value}
      value={option.value}
      selected={option.value === field.value}
      {...(option.search === undefined ? {} : { 'data-search': option.search })}
    >
      {say(option.label)}
    </option>
  )
  return (
    <Field field={field} label={props.label} hint={props.hint} optional={props.optional ?? false}>
      <select
        class={`box box-${props.width ?? 'full'}`}
        id={field.id}
        name={props.name}
        {...(typeAhead ? { 'data-type-ahead': say(words.matches), 'data-no-match': say(words.noMatch) } : {})}
        {...(props.from === undefined ? {} : { 'data-from': listHref(props.from, language) })}
        {...described(field, props.hint)}
      >
        <option value="">{say(words.choose)}</option>
        {options.map((entry) =>
          'options' in entry ? (
            <optgroup key={say(entry.label)} label={say(entry.label)}>
              {entry.options.map(one)}
            </optgroup>
          ) : (
            one(entry)
          ),
        )}
      </select>
    </Field>
  )
}

/**
 * A day in three boxes, `name.year`, `name.month`, `name.day` on the wire; an error on `name` leads to the year.
 * @param props.value `YYYY-MM-DD`
 */
export function DateField(props: FieldProps & { readonly autocomplete?: 'bday' | 'off' }) {
  const whole = useField(props.name, props)
  const given = props.value?.split('-')
  const year = useField(`${props.name}.year`, { value: given?.[0] })
  const month = useField(`${props.name}.month`, { value: given?.[1] })
  const day = useField(`${props.name}.day`, { value: given?.[2] })
  const birthday = props.autocomplete === 'bday'
  const error: Sentence | undefined = whole.error ?? year.error ?? month.error ?? day.error
  const part = (id: string, name: string, field: FieldState, label: Sentence, width: Width, autocomplete: 'bday-year' | 'bday-month' | 'bday-day') => (
    <div class="date-part">
      <label for={id}>
        <Say>{label}</Say>
      </label>
      <input
        class={`box box-${width}`}
        id={id}
        name={name}
        type="text"
        inputMode="numeric"
        value={field.value}
        autocomplete={birthday ? autocomplete : 'off'}
        {...(error === undefined ? {} : { 'aria-invalid': true })}
      />
    </div>
  )
  return (
    <FieldSet field={{ ...whole, error }} label={props.label} hint={props.hint} optional={props.optional ?? false}>
      <div class="date">
        {part(whole.id, `${props.name}.year`, year, words.year, 4, 'bday-year')}
        {part(month.id, `${props.name}.month`, month, words.month, 4, 'bday-month')}
        {part(day.id, `${props.name}.day`, day, words.day, 4, 'bday-day')}
      </div>
    </FieldSet>
  )
}
