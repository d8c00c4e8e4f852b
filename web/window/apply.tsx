/**
 * The whole application on one screen. Every POST takes what has come so far (the number, the photo), shows it, and puts the cursor
 * where the work goes on; F8 submits. Without script the same steps are buttons.
 */
import { getPhotoStandard } from '#attachment/rules/standard.ts'
import type { Service, ServiceVersion } from '#catalogue/model.ts'
import { dayOf, type Instant } from '#kernel/time.ts'
import { type Problem, ProblemError, problem } from '#platform/problem.ts'
import type { PersonView } from '#register/model.ts'
import type { Services } from '#web/services.ts'
import { IdentityNumberField } from '#web/shared/field.tsx'
import { Button, Buttons, Form, type TypedValues } from '#web/shared/form.tsx'
import { Say } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { Title } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome, type PageContext } from '#web/shared/web.ts'
import { AnnouncedDuty } from '#web/window/announcement.tsx'
import { ApplicationField } from '#web/window/apply-fields.tsx'
import { FORM, fieldsOf, formFrom, READ_ITEMS, windowServices } from '#web/window/apply-form.ts'
import { RecordPanel } from '#web/window/apply-record.tsx'
import { NUMBER, type OpenedRecord, openedRecord, PHOTO, photoOf, type ShownPhoto, takeSteps } from '#web/window/apply-steps.ts'
import { FIELD_PROBLEMS, applyWords as words } from '#web/window/apply-words.ts'
import { numberAnswer, organOf, outcomeOf, sectionsFor } from '#web/window/sections.ts'

interface ApplyData {
  readonly choices: readonly (readonly [Service, ServiceVersion])[]
  readonly chosen: readonly [Service, ServiceVersion] | undefined
  readonly record: OpenedRecord | undefined
  readonly photo: ShownPhoto | undefined
}

/** What a window starts from; changed by whoever types something else. */
const DEFAULTS: TypedValues = {
  [`${FORM}fingerprints.how`]: 'captured',
  [`${FORM}fingerprints.fingers`]: 'right-thumb',
  [`${FORM}fingerprints.fingers.1`]: 'left-thumb',
  [`${FORM}handover.by`]: 'here',
}

export const applyPage = definePage<Services, ApplyData>({
  path: '/window/apply',
  audience: 'officer',
  roles: ['station-officer'],
  async load(context) {
    const { services, at, typed, query } = context
    const choices = windowServices(services.services, dayOf(at))
    const wanted = String(typed.service ?? query.service ?? '')
    return { choices, chosen: choices.find(([{ id }]) => id === wanted), record: openedRecord(typed, services), photo: await photoOf(context) }
  },
  view: (data, context) => ({
    title: words.title,
    layout: 'wide',
    sections: sectionsFor(context.principal, '/window/apply'),
    body: <Apply data={data} context={context} />,
  }),
  actions: {
    async fill(sent, context) {
      const { values, problems } = await takeSteps(sent, context)
      const proposed = withProposal(values, context)
      return Object.keys(problems).length > 0 ? { problem: problem('invalid-input', { fields: problems }), values: proposed } : { again: proposed }
    },
    submit,
  },
})

async function submit(sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  const { services, act, once, at } = context
  const comparedBefore = openedRecord(sent.values, services)
  const { values, problems } = await takeSteps(sent, context)
  const opened = openedRecord(values, services)
  const service = String(values.service)
  const version = windowServices(services.services, dayOf(at)).find(([{ id }]) => id === service)?.[1]
  const wrong = (found: Problem): Outcome => ({ problem: found, values })
  if (version === undefined) return wrong(problem('invalid-input', { fields: { ...problems, service: words.serviceFirst } }))
  const fields = { ...(comparedBefore === undefined && opened !== undefined ? { [NUMBER]: words.recordFirst } : {}), ...problems }
  const form = formFrom(version, { ...sent, text: (name) => textOf(values, name) })
  const found = fieldsWrongIn(version, form, values)
  if (Object.keys({ ...fields, ...found }).length > 0) return wrong(problem('invalid-input', { fields: { ...found, ...fields } }))
  try {
    const outcome = await services.cases.submit({ service, channel: 'window', form, organ: organOf(context.principal) }, act, once, numberAnswer)
    const to = outcomeOf(outcome, (number) => `/window/cases/${number}`)
    return 'problem' in to ? wrong(to.problem) : to
  } catch (error) {
    if (error instanceof ProblemError) return wrong({ ...error.problem, ...(error.problem.fields && { fields: onOurFields(error.problem.fields) }) })
    throw error
  }
}

const textOf = (values: TypedValues, name: string): string => {
  const value = values[name]
  return (typeof value === 'string' ? value : (value?.at(-1) ?? '')).trim()
}

/** What the schema of the wire leaves open, because a program may leave it out, but a window has to choose. */
function fieldsWrongIn(version: ServiceVersion, form: Record<string, unknown>, values: TypedValues): Record<string, typeof words.chooseStation> {
  const handover = form.handover as { readonly by?: string; readonly organ?: string } | undefined
  const asked = fieldsOf(version).some(({ key }) => key === 'handover')
  return asked && textOf(values, `${FORM}handover.by`) === 'station' && handover?.organ === '' ? { [`${FORM}handover.organ`]: words.chooseStation } : {}
}

/** A group's own problem belongs to its first field. */
const GROUPS: Readonly<Record<string, string>> = { fingerprints: 'how', handover: 'by', guardian: 'identityNumber' }

const onOurFields = (fields: NonNullable<Problem['fields']>): NonNullable<Problem['fields']> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, sentence]) => {
      const first = GROUPS[name.slice(FORM.length)]
      return [first === undefined ? name : `${name}.${first}`, FIELD_PROBLEMS[name.slice(FORM.length)] ?? sentence]
    }),
  )

/** Nothing is chosen yet: what the record makes likely. The officer changes it with one key. */
function withProposal(values: TypedValues, { services }: PageContext<Services>): TypedValues {
  const record = openedRecord(values, services)
  if (record === undefined || values.service !== '') return values
  return { ...values, ...proposalFor(record.person) }
}

function proposalFor(person: PersonView): TypedValues {
  const current = person.cards.find(({ kind, state }) => kind === 'resident-id-card' && ['in-force', 'expiring', 'expired', 'reported-lost'].includes(state))
  const reason = `${FORM}reason`
  if (person.cards.every(({ kind }) => kind !== 'resident-id-card')) return { service: 'id-card-first', [reason]: person.age < 16 ? 'under-16' : 'reached-16' }
  if (current === undefined || current.state === 'reported-lost') return { service: 'id-card-replacement', [reason]: 'lost' }
  return current.state === 'in-force' ? { service: 'id-card-renewal' } : { service: 'id-card-renewal', [reason]: 'expiry' }
}

function Apply({ data, context }: { readonly data: ApplyData; readonly context: PageContext<Services> }) {
  const { chosen, record, photo, choices } = data
  const { typed, services, at } = context
  return (
    <>
      <Title>{words.title}</Title>
      <div class="split">
        <Form action="fill" id="apply" multipart dense values={DEFAULTS}>
          <Carried typed={typed} service={chosen?.[0].id ?? ''} />
          <IdentityNumberField
            name={NUMBER}
            label={{ zh: '公民身份号码', en: 'Identity number' }}
            hint={words.lookUpHint}
            scanned="sends"
            first={record === undefined}
            beside={
              <Button action="fill" quiet={record !== undefined}>
                {words.lookUp}
              </Button>
            }
          />
          <ServiceChoice choices={choices} chosen={chosen?.[0].id} first={record !== undefined && chosen === undefined} />
          {chosen !== undefined && <ServiceFields version={chosen[1]} record={record} photo={photo} services={services} at={at} typed={typed} />}
          <Buttons>
            <Button action="submit" keys="F8" disabled={chosen === undefined}>
              {words.submit}
            </Button>
            <Button href="/window/apply" quiet keys="Alt+N">
              {words.startAnew}
            </Button>
          </Buttons>
        </Form>
        <div class="apply-beside">
          <RecordPanel record={record} typed={typed} />
          <AnnouncedDuty version={chosen?.[1]} />
        </div>
      </div>
    </>
  )
}

/**
 * Said by browsers without script with every step; before the first there is nothing to submit yet,
 * so that no page need carry thousands of places that few choose from.
 */
const WITHOUT_SCRIPT = 'withoutScript'

/** What the steps before have found travels with the form. */
function Carried({ typed, service }: { readonly typed: TypedValues; readonly service: string }) {
  const names = ['record', PHOTO, ...READ_ITEMS.map((item) => `${FORM}readFromCard.${item}`)]
  return (
    <>
      <input type="hidden" name="service" value={service} />
      <noscript>
        <input type="hidden" name={WITHOUT_SCRIPT} value="yes" />
      </noscript>
      {names.map((name) => (typeof typed[name] === 'string' && typed[name] !== '' ? <input key={name} type="hidden" name={name} value={typed[name]} /> : null))}
    </>
  )
}

function ServiceChoice({ choices, chosen, first }: { readonly choices: ApplyData['choices']; readonly chosen: string | undefined; readonly first: boolean }) {
  return (
    <fieldset class="field" id="service" {...(first ? { 'data-first': true } : {})}>
      <legend>
        <Say>{words.service}</Say>
      </legend>
      <div class="buttons apply-services">
        {choices.map(([service], index) => (
          <Button key={service.id} name="service" value={service.id} keys={`Alt+${index + 1}`} quiet={service.id !== chosen}>
            {service.id === chosen ? { zh: `✓ ${service.title.zh}`, en: `✓ ${service.title.en}` } : service.title}
          </Button>
        ))}
      </div>
    </fieldset>
  )
}

interface ServiceFieldsProps {
  readonly version: ServiceVersion
  readonly record: OpenedRecord | undefined
  readonly photo: ShownPhoto | undefined
  readonly services: Services
  readonly at: Instant
  readonly typed: TypedValues
}

function ServiceFields({ version, record, photo, services, typed }: ServiceFieldsProps) {
  const standard = getPhotoStandard(services.settings().photoStandard)
  const fields = fieldsOf(version)
  // Reason first, then what is taken from the person, then where the card goes.
  const ordered = [
    ...fields.filter(({ key }) => key === 'reason'),
    ...fields.filter(({ key }) => key !== 'reason' && key !== 'handover'),
    ...fields.filter(({ key }) => key === 'handover'),
  ]
  const start = record === undefined ? undefined : ordered.find(({ key }) => isEmpty(key, typed) || (key === 'photo' && photo?.analysis.worst === 'fail'))?.key
  return (
    <>
      {ordered.map(({ key, schema }) => (
        <div key={key} class="apply-field" {...(key === start && key !== 'fingerprints' ? { 'data-first': true } : {})}>
          <ApplicationField
            field={key}
            schema={schema}
            places={services.places}
            photo={photo}
            first={key === start}
            listsInFull={typed[WITHOUT_SCRIPT] === 'yes'}
            child={record === undefined || record.person.age < 16}
            wantedSize={{ width: standard.widthPixels, height: standard.heightPixels }}
          />
        </div>
      ))}
    </>
  )
}

const ASKED_IN: Readonly<Record<string, string>> = { fingerprints: 'fingerprints.quality', handover: 'handover.by' }

function isEmpty(key: string, typed: TypedValues): boolean {
  if (key === 'identityNumber' || key === 'readFromCard' || key === 'guardian' || key === 'handover') return false
  return textOf(typed, FORM + (ASKED_IN[key] ?? key)) === ''
}
