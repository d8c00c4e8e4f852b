/** 核验回执: whoever holds a receipt, or was shown one, checks that what it says was sealed is still there. Open, and works without scripts. */
import type { Sentence } from '#kernel/language.ts'
import type { Instant } from '#kernel/time.ts'
import { type InclusionProof, inclusionProof, type ProofFault, readShortForm, type ShortProof } from '#platform/evidence/proof.ts'
import type { Evidence } from '#platform/evidence/queries.ts'
import { problem } from '#platform/problem.ts'
import type { Services } from '#web/services.ts'
import { Answers } from '#web/shared/answers.tsx'
import { FileField, TextArea } from '#web/shared/field.tsx'
import { Button, Buttons, Form } from '#web/shared/form.tsx'
import { Say, useReading, useSay } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { BackLink, Details, Lead, Moment, Notice, Title } from '#web/shared/text.tsx'
import { type ActionContext, definePage, type Outcome } from '#web/shared/web.ts'
import { FAULT_WORDS, placeInLog, verifyWords as words } from '#web/verify/words.ts'

/** What was found about a proof. */
type Checked =
  | { readonly proof: InclusionProof; readonly fault: ProofFault | undefined }
  /** The log can't say the path of what the short form names. */
  | { readonly gone: ShortProof; readonly signed: boolean }

interface ReceiptData {
  readonly checked: Checked | undefined
  readonly keys: Evidence['keys']
}

/** Longer is no proof of ours. */
const TEXT_MAX = 100_000

export const verifyReceiptPage = definePage<Services, ReceiptData>({
  path: '/verify/receipt',
  audience: 'resident',
  load: async ({ services: { evidence }, query, typed }) => {
    const text = typeof typed.receipt === 'string' ? typed.receipt : (query.c ?? '')
    const found = readProof(text)
    return { checked: found && (await check(evidence, found)), keys: evidence.keys }
  },
  view: ({ checked, keys }) => ({
    title: words.title,
    body:
      checked === undefined ? (
        <Ask />
      ) : (
        <>
          <BackLink href="/verify/receipt">{words.another}</BackLink>
          <Result checked={checked} keys={keys()} />
        </>
      ),
  }),
  actions: { check: checkTyped },
})

function Ask() {
  return (
    <>
      <Title>{words.title}</Title>
      <Lead>{words.lead}</Lead>
      <Form action="check" multipart>
        <TextArea name="receipt" label={words.receipt} hint={words.receiptHint} rows={6} />
        <FileField name="file" label={words.file} optional accept={['application/json', 'text/plain']} maxBytes={TEXT_MAX} />
        <Buttons>
          <Button>{words.check}</Button>
        </Buttons>
      </Form>
    </>
  )
}

/** A short form, the address that holds one, a proof, or an answer of the API that holds proofs: then its first. */
export function readProof(text: string): InclusionProof | ShortProof | undefined {
  const typed = text.trim()
  if (typed === '' || typed.length > TEXT_MAX) return undefined
  const short = /^(?:\S*[?&]c=)?([\w-]{100,400})(?:[&#]\S*)?$/.exec(typed)?.[1]
  if (short !== undefined) return readShortForm(short)
  const json = parsedJson(typed) as { proofs?: readonly Record<string, unknown>[] } | undefined
  const { leaf, index, path, head } = (Array.isArray(json?.proofs) ? json.proofs[0] : json) as Record<string, unknown>
  const proof = inclusionProof.safeParse({ leaf, index, path, head })
  return proof.success ? proof.data : undefined
}

function parsedJson(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

async function check(evidence: Evidence, found: InclusionProof | ShortProof): Promise<Checked> {
  const proof = 'path' in found ? found : await evidence.completed(found)
  if (proof !== undefined) return { proof, fault: evidence.fault(proof) }
  const fault = evidence.fault({ ...found, path: [] })
  return { gone: found, signed: fault === undefined || fault === 'not-in-tree' }
}

async function checkTyped(sent: SentForm, _context: ActionContext<Services>): Promise<Outcome> {
  const file = sent.files.file
  const text = file === undefined ? sent.text('receipt') : Buffer.from(file.bytes).toString('utf8')
  const at = file === undefined ? 'receipt' : 'file'
  if (text === '') return { problem: problem('invalid-input', { fields: { receipt: words.nothing } }) }
  if (readProof(text) === undefined) return { problem: problem('invalid-input', { fields: { [at]: words.unreadable } }), values: { receipt: '' } }
  return { again: { receipt: text } }
}

function Result({ checked, keys }: { readonly checked: Checked; readonly keys: ReturnType<Evidence['keys']> }) {
  const { islands } = useReading()
  const say = useSay()
  if ('gone' in checked)
    return (
      <>
        <Title>{words.fails}</Title>
        <Wrong what={checked.signed ? words.gone : words.goneUnsigned} />
        <Facts of={checked.gone} />
      </>
    )
  const { proof, fault } = checked
  islands.add('receipt-check')
  return (
    <>
      <Title>{fault === undefined ? words.holds : words.fails}</Title>
      {fault === undefined ? (
        <Notice tone="good" title={words.holds}>
          {words.holdsLead}
        </Notice>
      ) : (
        <Wrong what={FAULT_WORDS[fault]} />
      )}
      <p
        class="receipt-check"
        role="status"
        data-proof={JSON.stringify(proof)}
        data-keys={JSON.stringify(keys)}
        data-title={say(words.browser)}
        data-holds={say(words.browserHolds)}
        data-place={say(words.browserPlace)}
        data-fails={say(words.browserFails)}
      />
      <Facts of={proof} />
      <Details summary={words.whole}>
        <pre class="proof">{JSON.stringify(proof, null, 1)}</pre>
      </Details>
      <Details summary={words.how}>
        <p>
          <Say>{words.howText}</Say>
        </p>
        <p>
          <a href="/api/v1/evidence/keys">
            <Say>{words.keys}</Say>
          </a>
        </p>
      </Details>
    </>
  )
}

function Wrong({ what }: { readonly what: Sentence }) {
  return (
    <Notice tone="bad" title={what}>
      {words.failsWayOut}
    </Notice>
  )
}

function Facts({ of: { leaf, index, head } }: { readonly of: ShortProof }) {
  return (
    <Answers
      answers={[
        { question: words.sealedAt, answer: <Moment at={head.at as Instant} /> },
        { question: words.log, answer: head.prefecture },
        { question: words.place, answer: placeInLog(index, head.size) },
        { question: words.leaf, answer: <span class="figure digest">{leaf}</span> },
      ]}
    />
  )
}
