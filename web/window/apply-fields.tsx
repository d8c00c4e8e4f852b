/** The fields of an application, made from the service's own schema: its labels, its choices, its order. */
import { z } from 'zod'
import { fieldWords, unwrapped } from '#kernel/fields.ts'
import type { Sentence } from '#kernel/language.ts'
import type { Places } from '#place/model.ts'
import { jpegLimits } from '#platform/jpeg-header.ts'
import { DateField, type Option, Radios, Select } from '#web/shared/choice.tsx'
import { FileField, IdentityNumberField, NumberField, TextField } from '#web/shared/field.tsx'
import { Button, Fields } from '#web/shared/form.tsx'
import { stationsByBureau, townshipsByCounty } from '#web/shared/places.ts'
import { Say, type Words } from '#web/shared/reading.tsx'
import { REASON_WORDS } from '#web/shared/reason-words.ts'
import { FORM } from '#web/window/apply-form.ts'
import { PhotoFindings } from '#web/window/apply-record.tsx'
import { PHOTO, type ShownPhoto } from '#web/window/apply-steps.ts'
import { EXEMPTION_WORDS, FINGER_WORDS, RELATION_WORDS, applyWords as words } from '#web/window/apply-words.ts'

export interface FieldContext {
  readonly places: Places
  readonly photo: ShownPhoto | undefined
  /** The applicant is under sixteen, as far as is known. */
  readonly child: boolean
  readonly wantedSize: { readonly width: number; readonly height: number }
  /** The browser runs no script: long lists stand in the page. */
  readonly listsInFull: boolean
  /** The cursor starts in it. */
  readonly first: boolean
}

interface OneField extends FieldContext {
  readonly field: string
  readonly schema: z.ZodType
}

/** The digit chooses it while the cursor is in the group. */
const numbered = (entries: Readonly<Record<string, Sentence>>): Option[] =>
  Object.entries(entries).map(([value, label], index) => ({ value, label: { zh: `${index + 1} ${label.zh}`, en: `${index + 1} ${label.en}` } }))

export function ApplicationField(props: OneField) {
  const { field } = props
  const schema = unwrapped(props.schema)
  const label: Words = fieldWords(schema)?.label ?? field
  switch (field) {
    case 'identityNumber':
    case 'readFromCard':
      return null
    case 'photo':
      return <PhotoField label={label} {...props} />
    case 'fingerprints':
      return <Fingerprints label={label} first={props.first} />
    case 'guardian':
      return props.child ? <Guardian label={label} /> : null
    case 'handover':
      return <HandoverFields label={label} {...props} />
  }
  if (schema instanceof z.ZodEnum) {
    const chosen = Object.fromEntries(
      schema.options.map((value) => [value, REASON_WORDS[value as keyof typeof REASON_WORDS] ?? { zh: String(value), en: String(value) }]),
    )
    return <Radios name={FORM + field} label={label} options={numbered(chosen)} inline />
  }
  if (schema instanceof z.ZodISODate) return <DateField name={FORM + field} label={label} />
  return <TextField name={FORM + field} label={label} optional={schema.safeParse('').success} />
}

function PhotoField({ label, photo, wantedSize }: OneField & { readonly label: Words }) {
  return (
    <div class="apply-photo" data-sends>
      <div class="apply-photo-choose">
        <FileField name={PHOTO} label={label} hint={words.photoHint} accept={['image/jpeg']} maxBytes={jpegLimits.bytesMax} wanted={wantedSize} />
        <Button action="fill" quiet>
          {words.photoCheck}
        </Button>
      </div>
      {photo !== undefined && <PhotoFindings photo={photo} />}
    </div>
  )
}

function Fingerprints({ label, first }: { readonly label: Words; readonly first: boolean }) {
  const at = `${FORM}fingerprints.`
  const fingers = Object.entries(FINGER_WORDS).map(([value, words]) => ({ value, label: words }))
  return (
    <div class="reveals">
      <Radios name={`${at}how`} label={label} options={numbered({ captured: words.captured, exempted: words.exempted })} inline />
      <div class="revealed" data-for="captured">
        <Fields>
          <Select name={`${at}fingers`} label={words.firstFinger} options={fingers} typeAhead={false} />
          <Select name={`${at}fingers.1`} label={words.secondFinger} options={fingers} typeAhead={false} optional />
          <NumberField name={`${at}quality`} label={words.quality} hint={words.qualityHint} width={4} scanned first={first} />
        </Fields>
      </div>
      <div class="revealed" data-for="exempted">
        <Radios name={`${at}reason`} label={words.exemptedReason} options={numbered(EXEMPTION_WORDS)} inline />
        <TextField name={`${at}note`} label={words.note} optional />
      </div>
    </div>
  )
}

function Guardian({ label }: { readonly label: Words }) {
  const at = `${FORM}guardian.`
  return (
    <fieldset class="field apply-guardian">
      <legend>
        <Say>{label}</Say>
      </legend>
      <p class="hint">
        <Say>{words.guardianHint}</Say>
      </p>
      <IdentityNumberField name={`${at}identityNumber`} label={words.guardianNumber} scanned />
      <Radios name={`${at}relation`} label={words.relation} options={numbered(RELATION_WORDS)} inline />
    </fieldset>
  )
}

function HandoverFields({ label, places, listsInFull: inFull }: Pick<FieldContext, 'places' | 'listsInFull'> & { readonly label: Words }) {
  const at = `${FORM}handover.`
  return (
    <div class="reveals">
      <Radios name={`${at}by`} label={label} options={numbered({ here: words.here, station: words.otherStation, mail: words.mail })} inline />
      <div class="revealed" data-for="station">
        <Select
          name={`${at}organ`}
          label={words.station}
          hint={words.stationHint}
          options={stationsByBureau(places)}
          {...(inFull ? {} : { from: 'stations' })}
          typeAhead
          width={24}
        />
      </div>
      <div class="revealed" data-for="mail">
        <p class="hint">
          <Say>{words.mailHint}</Say>
        </p>
        <Fields>
          <TextField name={`${at}recipient`} label={words.recipient} />
          <TextField name={`${at}phone`} label={words.mobile} inputMode="tel" width={12} />
          <Select
            name={`${at}township`}
            label={words.township}
            hint={words.townshipHint}
            options={townshipsByCounty(places)}
            {...(inFull ? {} : { from: 'townships' })}
            typeAhead
            optional
          />
        </Fields>
        <TextField name={`${at}address`} label={words.fullAddress} />
      </div>
    </div>
  )
}
