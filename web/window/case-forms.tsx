/** The forms of a case at the window, and the commands that they become. */

import { createHash } from 'node:crypto'
import { photoProblemSentences } from '#attachment/words.ts'
import type { CaseRecord } from '#case/commands.ts'
import { handOverBody, settleFeeBody, withdrawBody } from '#case/contract.ts'
import type { CaseCommand, CaseState } from '#case/model.ts'
import { fieldProblems } from '#kernel/fields.ts'
import { parseCaseNumber } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import { cents, moneyInWords } from '#kernel/money.ts'
import { parseIdentityNumber } from '#person/rules.ts'
import { identityProblems } from '#person/words.ts'
import { prefectureOf } from '#place/rules/organs.ts'
import { jpegLimits } from '#platform/jpeg-header.ts'
import { jsonAnswer, openOnce } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { Services } from '#web/services.ts'
import { Radios } from '#web/shared/choice.tsx'
import { FileField, IdentityNumberField, TextArea, TextField } from '#web/shared/field.tsx'
import { Button, Buttons, Fields, Form } from '#web/shared/form.tsx'
import { Say } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import type { ActionContext } from '#web/shared/web.ts'
import { digestOf } from '#web/window/apply-steps.ts'
import { findCase, organOf } from '#web/window/sections.ts'
import { windowWords as words } from '#web/window/words.ts'

type Command<Type extends CaseCommand['type']> = Extract<CaseCommand, { type: Type }>

const options = (entries: Readonly<Record<string, Sentence>>) =>
  Object.entries(entries).map(([value, label], index) => ({ value, label: { zh: `${index + 1} ${label.zh}`, en: `${index + 1} ${label.en}` } }))

export const wrongFields = (fields: Readonly<Record<string, Sentence>>): ProblemError => new ProblemError(problem('invalid-input', { fields }))

export function FeeForm({ state }: { readonly state: CaseState }) {
  const { fee, product } = state
  if (fee === null) return null
  const money = moneyInWords(fee.amount)
  const mayWaive = product?.reason.startsWith('renewal') === true
  return (
    <Form action="settle-fee" dense values={{ how: 'paid', means: 'cash' }}>
      <p class="fee">
        <strong>
          <Say>{money}</Say>
        </strong>{' '}
        <Say>{fee.sentence}</Say>{' '}
        <span class="hint">
          <Say>{words.madeAfterFee}</Say>
        </span>
      </p>
      <div class="reveals">
        {mayWaive ? (
          <Radios name="how" label={words.settleHow} options={options({ paid: words.paid, waived: words.waived })} inline />
        ) : (
          <input type="hidden" name="how" value="paid" />
        )}
        <div class={mayWaive ? 'revealed' : 'unframed'} data-for="paid">
          <div class="revealed-fields">
            <div data-first>
              <Radios
                name="means"
                label={words.means}
                options={options({ cash: words.cash, card: words.card, wechat: words.wechat, alipay: words.alipay })}
                inline
              />
            </div>
            <TextField name="receiptNumber" label={words.receiptNumber} hint={words.receiptNumberHint} width={18} />
          </div>
        </div>
        {mayWaive && (
          <div class="revealed" data-for="waived">
            <Fields>
              <TextField name="basis" label={words.waiverBasis} width={24} />
              <TextField name="note" label={words.note} />
            </Fields>
          </div>
        )}
      </div>
      <Buttons>
        <Button keys="F8">{{ zh: `${words.settle.zh} ${money.zh}`, en: `${words.settle.en} ${money.en}` }}</Button>
      </Buttons>
    </Form>
  )
}

/** The amount is what the case says: the window records that it was taken, not how much it is. */
export async function settlementFrom(sent: SentForm, { params, services }: ActionContext<Services>): Promise<Command<'SettleFee'>> {
  if (sent.text('how') === 'waived') {
    const body = settleFeeBody.safeParse({ how: 'waived', basis: sent.text('basis'), note: sent.text('note') })
    if (!body.success || body.data.how !== 'waived') throw wrongFields(wrongOnes(sent, { basis: words.waiverBasisWrong, note: words.noteWrong }, 2))
    return { type: 'SettleFee', settlement: { how: 'waived', basis: body.data.basis, note: body.data.note } }
  }
  const parsed = parseCaseNumber(params.number ?? '')
  const record = parsed.ok ? await services.caseQueries.findByNumber(parsed.prefecture, parsed.number) : undefined
  const amountCents = record?.state.fee?.amount ?? 0
  const body = settleFeeBody.safeParse({ how: 'paid', means: sent.text('means'), receiptNumber: sent.text('receiptNumber'), amountCents })
  if (body.success && body.data.how === 'paid')
    return {
      type: 'SettleFee',
      settlement: { how: 'paid', means: body.data.means, receiptNumber: body.data.receiptNumber, amount: cents(body.data.amountCents) },
    }
  const wrong = new Set(body.error?.issues.map(({ path }) => String(path[0])))
  const fields = {
    ...(wrong.has('means') ? { means: words.meansWrong } : {}),
    ...(wrong.has('receiptNumber') ? { receiptNumber: words.receiptNumberWrong } : {}),
  }
  // An amount of nothing is no field's fault: the case itself says why not.
  if (Object.keys(fields).length === 0) return { type: 'SettleFee', settlement: { how: 'free' } }
  throw wrongFields(fields)
}

const wrongOnes = (sent: SentForm, fields: Readonly<Record<string, Sentence>>, least: number): Record<string, Sentence> =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => sent.text(name).length < least))

export function HandOverForm({ state }: { readonly state: CaseState }) {
  const { product, submission } = state
  const found = product?.reason === 'found'
  const wantsOld = product?.oldCardId !== null && product?.oldCardId !== undefined
  const resident = product?.kind === 'resident-id-card' && !found
  return (
    <Form
      action="hand-over"
      dense
      values={{ to: submission?.onBehalf?.relation === 'guardian' ? 'guardian' : 'self', ...(wantsOld ? {} : { oldCard: 'none' }), temporaryCard: 'none' }}
    >
      <div class="reveals">
        <div data-first>
          <Radios name="to" label={words.handOverTo} options={options({ self: words.self, guardian: words.guardian, proxy: words.proxy })} inline />
        </div>
        <div class="revealed" data-for="proxy">
          <Fields>
            <TextField name="proxy.name" label={words.proxyName} width={12} />
            <IdentityNumberField name="proxy.identityNumber" label={words.proxyNumber} scanned />
            <TextField name="proxy.authority" label={words.proxyAuthority} width={24} />
          </Fields>
        </div>
      </div>
      <Radios name="identityCheckedBy" label={words.identityChecked} options={options({ fingerprint: words.fingerprint, document: words.document })} inline />
      {wantsOld ? (
        <Radios name="oldCard" label={words.oldCard} options={options({ 'handed-back': words.handedBack, 'declared-lost': words.declaredLost })} inline />
      ) : (
        <input type="hidden" name="oldCard" value="none" />
      )}
      {found && (
        <p class="hint">
          <Say>{words.foundHint}</Say>
        </p>
      )}
      {resident && (
        <Radios
          name="temporaryCard"
          label={words.temporaryCard}
          options={options({ none: words.none, 'handed-back': words.handedBack, 'declared-lost': words.declaredLost })}
          inline
        />
      )}
      <Buttons>
        <Button keys="F8">{words.handOver}</Button>
      </Buttons>
    </Form>
  )
}

export async function handOverFrom(sent: SentForm, context: ActionContext<Services>): Promise<Command<'HandOver'>> {
  const proxyNumber = parseIdentityNumber(sent.text('proxy.identityNumber'))
  const isProxy = sent.text('to') === 'proxy'
  const wrong: Record<string, Sentence> = {
    ...(sent.text('identityCheckedBy') === '' ? { identityCheckedBy: words.identityWrong } : {}),
    ...(sent.text('oldCard') === '' ? { oldCard: words.oldCardWrong } : {}),
    ...(isProxy && sent.text('proxy.name') === '' ? { 'proxy.name': words.proxyNameWrong } : {}),
    ...(isProxy && !proxyNumber.ok ? { 'proxy.identityNumber': identityProblems[proxyNumber.problem] } : {}),
    ...(isProxy && sent.text('proxy.authority').length < 2 ? { 'proxy.authority': words.proxyAuthorityWrong } : {}),
  }
  if (Object.keys(wrong).length > 0) throw wrongFields(wrong)
  const body = handOverBody.safeParse(
    {
      to: sent.text('to'),
      identityCheckedBy: sent.text('identityCheckedBy'),
      oldCard: sent.text('oldCard'),
      temporaryCard: sent.text('temporaryCard') || 'none',
      ...(isProxy && proxyNumber.ok
        ? { proxy: { name: sent.text('proxy.name'), identityNumber: proxyNumber.number, authority: sent.text('proxy.authority') } }
        : {}),
    },
    { reportInput: true },
  )
  if (!body.success) throw wrongFields(fieldProblems(handOverBody, body.error))
  const { proxy, ...rest } = body.data
  const record = proxy && (await findCase(context, 'case.hand-over'))
  return { type: 'HandOver', ...rest, proxy: record ? await context.services.cases.sealFor(record, JSON.stringify(proxy)) : null }
}

export const WithdrawForm = () => (
  <Form action="withdraw" dense>
    <TextField name="reason" label={words.withdrawReason} />
    <Buttons>
      <Button grave>{words.withdraw}</Button>
    </Buttons>
  </Form>
)

export function withdrawalFrom(sent: SentForm): Command<'Withdraw'> {
  const body = withdrawBody.safeParse({ reason: sent.text('reason') })
  if (!body.success) throw wrongFields({ reason: words.noteWrong })
  return { type: 'Withdraw', reason: body.data.reason }
}

/** What was asked for stands above what is handed in. */
export function MaterialsForm({ record }: { readonly record: CaseRecord }) {
  const asked = record.past.findLast(({ event }) => event.type === 'MaterialsRequested')?.event
  return (
    <Form action="supply-materials" dense multipart>
      {asked?.type === 'MaterialsRequested' && (
        <ul>
          {asked.missing.map(({ id, sentence }) => (
            <li key={id}>
              <Say>{sentence}</Say>
            </li>
          ))}
        </ul>
      )}
      <FileField name="photo" label={words.newPhoto} accept={['image/jpeg']} maxBytes={jpegLimits.bytesMax} optional />
      <TextArea name="note" label={words.note} rows={2} />
      <Buttons>
        <Button keys="F8">{words.supply}</Button>
      </Buttons>
    </Form>
  )
}

export async function materialsFrom(sent: SentForm, context: ActionContext<Services>): Promise<Command<'SupplyMaterials'>> {
  const note = sent.text('note')
  if (note.length < 2 || note.length > 500) throw wrongFields({ note: words.noteWrong })
  const file = sent.files.photo
  if (file === undefined) return { type: 'SupplyMaterials', photoDigest: null, note, checks: [] }
  const { services, principal, params, at, act, request } = context
  const parsed = parseCaseNumber(params.number ?? '')
  const record = parsed.ok ? await services.caseQueries.findByNumber(parsed.prefecture, parsed.number) : undefined
  if (record === undefined) throw new ProblemError(problem('not-found'))
  const organ = organOf(principal)
  const digest = createHash('sha256').update(file.bytes).digest('hex')
  const once = openOnce(principal?.id ?? '', `${sent.idempotencyKey}:photo`, request.url, digest, at)
  const received = { prefecture: prefectureOf(services.places, organ), organ }
  const outcome = await services.photos.upload(file.bytes, received, act, once, (analysis) => jsonAnswer(201, { digest: analysis.digest }))
  if (outcome.kind === 'problem') throw wrongFields({ photo: photoProblemSentences[outcome.problem] })
  const photoDigest = digestOf(outcome)
  return { type: 'SupplyMaterials', photoDigest, note, checks: await services.materialChecks(record, photoDigest, at) }
}
