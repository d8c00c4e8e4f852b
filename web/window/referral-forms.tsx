/** What a reviewer decides, and the commands that it becomes. */
import { decideReferralBody, extendLimitBody, secondLookBody } from '#case/contract.ts'
import type { CaseCommand } from '#case/model.ts'
import type { Sentence } from '#kernel/language.ts'
import { Checkboxes, Radios } from '#web/shared/choice.tsx'
import { TextArea, TextField } from '#web/shared/field.tsx'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { Say } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { Details } from '#web/shared/text.tsx'
import { wrongFields } from '#web/window/case-forms.tsx'
import { MISSING_WORDS, windowWords as words } from '#web/window/words.ts'

type Command<Type extends CaseCommand['type']> = Extract<CaseCommand, { type: Type }>

/** The record that stands open beside it stays open when something is to be corrected. */
const Kept = ({ record }: { readonly record: string | undefined }) => (record === undefined ? null : <input type="hidden" name="record" value={record} />)

interface FormProps {
  readonly record: string | undefined
}

/** Folded away until it is wanted; what was sent and is to be corrected stands open. */
interface FoldedProps extends FormProps {
  readonly sent: boolean
}

export const DecideForm = ({ record }: FormProps) => (
  <section class="panel" aria-labelledby="decide-title">
    <h2 id="decide-title">
      <Say>{words.decideTitle}</Say>
    </h2>
    <Form action="decide" dense>
      <Kept record={record} />
      <div data-first>
        <Radios
          name="decision"
          label={words.decision}
          options={[
            { value: 'grant', label: numbered(1, words.grant) },
            { value: 'reject', label: numbered(2, words.reject) },
          ]}
          inline
        />
      </div>
      <TextArea name="reason" label={words.reason} hint={words.reasonHint} rows={2} />
      <TextField name="basis" label={words.basis} hint={words.basisHint} width={24} />
      <Buttons>
        <Button keys="F8">{words.decide}</Button>
      </Buttons>
    </Form>
  </section>
)

const numbered = (n: number, { zh, en }: Sentence): Sentence => ({ zh: `${n} ${zh}`, en: `${n} ${en}` })

export function decisionFrom(sent: SentForm): Command<'DecideReferral'> {
  const body = decideReferralBody.safeParse({ decision: sent.text('decision'), reason: sent.text('reason'), basis: sent.text('basis') })
  if (body.success) return { type: 'DecideReferral', ...body.data }
  throw wrongFields(saidFor(body.error.issues, { decision: words.decisionWrong, reason: words.noteWrong, basis: words.basisWrong }))
}

const saidFor = (issues: readonly { readonly path: readonly PropertyKey[] }[], sentences: Readonly<Record<string, Sentence>>): Record<string, Sentence> =>
  Object.fromEntries(
    issues.flatMap(({ path }) => {
      const sentence = sentences[String(path[0])]
      return sentence === undefined ? [] : [[String(path[0]), sentence] as const]
    }),
  )

export const RequestForm = ({ record, sent }: FoldedProps) => (
  <Details summary={words.requestTitle} open={sent}>
    <Form action="request" dense>
      <Kept record={record} />
      <Checkboxes
        name="missing"
        label={words.missing}
        hint={words.requestHint}
        options={Object.entries(MISSING_WORDS).map(([value, label]) => ({ value, label }))}
      />
      <TextField name="other" label={words.missingOther} optional />
      <Buttons>
        <Button keys="F9">{words.request}</Button>
      </Buttons>
    </Form>
  </Details>
)

export function requestFrom(sent: SentForm): Command<'RequestMaterials'> {
  const other = sent.text('other')
  const missing = sent.all('missing').flatMap((id) => {
    const sentence = Object.hasOwn(MISSING_WORDS, id) ? MISSING_WORDS[id as keyof typeof MISSING_WORDS] : undefined
    return sentence === undefined ? [] : [{ id, sentence }]
  })
  const all = other === '' ? missing : [...missing, { id: 'other', sentence: { zh: other, en: other } }]
  if (all.length === 0 || other.length > 200) throw wrongFields({ missing: words.missingWrong })
  return { type: 'RequestMaterials', missing: all, basis: '行政许可法 32' }
}

export const ExtendForm = ({ record, sent }: FoldedProps) => (
  <Details summary={words.extendTitle} open={sent}>
    <Form action="extend" dense>
      <Kept record={record} />
      <p class="hint">
        <Say>{words.extendHint}</Say>
      </p>
      <Radios
        name="ground"
        label={words.extendGround}
        options={[
          { value: 'remote-address', label: numbered(1, words.remoteAddress) },
          { value: 'cut-off', label: numbered(2, words.cutOff) },
        ]}
        inline
      />
      <TextField name="days" label={words.extendDays} width={4} inputMode="numeric" maxLength={3} />
      <TextArea name="extendReason" label={words.extendReason} rows={2} />
      <Buttons>
        <Button quiet>{words.extend}</Button>
      </Buttons>
    </Form>
  </Details>
)

export function extensionFrom(sent: SentForm): Command<'ExtendLimit'> {
  const days = sent.text('days')
  const body = extendLimitBody.safeParse({
    days: /^\d{1,3}$/.test(days) ? Number(days) : undefined,
    ground: sent.text('ground'),
    reason: sent.text('extendReason'),
  })
  if (!body.success) {
    const { reason, ...said } = saidFor(body.error.issues, { days: words.extendDaysWrong, ground: words.extendGroundWrong, reason: words.noteWrong })
    throw wrongFields({ ...said, ...(reason && { extendReason: reason }) })
  }
  const { reason, ...rest } = body.data
  return { type: 'ExtendLimit', ...rest, reason: { zh: reason, en: reason } }
}

export const SecondLookForm = ({ record }: FormProps) => (
  <section class="panel" aria-labelledby="second-title">
    <h2 id="second-title">
      <Say>{words.secondLookTitle}</Say>
    </h2>
    <Form action="second-look" dense>
      <Kept record={record} />
      <div data-first>
        <Radios
          name="agrees"
          label={words.secondLookAsk}
          options={[
            { value: 'yes', label: numbered(1, words.agree) },
            { value: 'no', label: numbered(2, words.disagree) },
          ]}
          inline
        />
      </div>
      <TextArea name="note" label={words.note} hint={words.secondLookNoteHint} rows={2} />
      <Buttons>
        <Button keys="F8">{words.record}</Button>
      </Buttons>
    </Form>
  </section>
)

export function secondLookFrom(sent: SentForm): Command<'RecordSecondLook'> {
  const agrees = sent.text('agrees')
  const body = secondLookBody.safeParse({ ...(agrees === '' ? {} : { agrees: agrees === 'yes' }), note: sent.text('note') })
  if (body.success) return { type: 'RecordSecondLook', ...body.data }
  throw wrongFields(saidFor(body.error.issues, { agrees: words.agreeWrong, note: words.noteWrong }))
}
