/** The partners' doubles: what each can be told to do wrong, and what is on. */
import type { Sentence } from '#kernel/language.ts'
import { problem } from '#platform/problem.ts'
import { FAULT_WORDS, PARTNER_WORDS, sandboxWords as words } from '#web/sandbox/words.ts'
import type { SandboxControls, SandboxFault, SandboxPartner, Services } from '#web/services.ts'
import { Select } from '#web/shared/choice.tsx'
import { NumberField } from '#web/shared/field.tsx'
import { Button, Buttons, Fields, Form } from '#web/shared/form.tsx'
import { Say } from '#web/shared/reading.tsx'
import { StatusTag } from '#web/shared/text.tsx'
import type { ActionContext, Page } from '#web/shared/web.ts'

const partnerInWords = (name: string): Sentence | string => PARTNER_WORDS[name] ?? name
const faultInWords = (fault: string): Sentence | string => FAULT_WORDS[fault] ?? fault

const faultName = (partner: string): string => `fault-${partner}`
const countName = (partner: string): string => `count-${partner}`

export const FaultForms = ({ partners }: { readonly partners: readonly SandboxPartner[] }) => (
  <section class="panel" aria-labelledby="faults-title">
    <h2 id="faults-title">
      <Say>{words.faults}</Say>
    </h2>
    <p class="hint">
      <Say>{words.faultsLead}</Say>
    </p>
    {partners.map((partner) => (
      <FaultForm key={partner.name} partner={partner} />
    ))}
  </section>
)

function FaultForm({ partner: { name, offers, on } }: { readonly partner: SandboxPartner }) {
  return (
    <>
      <h3>
        <Say>{partnerInWords(name)}</Say>
      </h3>
      {on.length === 0 ? (
        <p>
          <StatusTag tone="good">{words.off}</StatusTag>
        </p>
      ) : (
        <ul class="plain-links">
          {on.map((fault) => (
            <li key={fault.fault}>
              <StatusTag tone="bad">{words.on}</StatusTag> <Say>{faultInWords(fault.fault)}</Say> <TimesLeft fault={fault} />
            </li>
          ))}
        </ul>
      )}
      <Form action="turn-on" id={`faults-${name}`} dense>
        <input type="hidden" name="partner" value={name} />
        <Fields>
          <Select
            name={faultName(name)}
            label={words.fault}
            options={offers.map((fault) => ({ value: fault, label: faultInWords(fault) }))}
            width={18}
            typeAhead={false}
          />
          <NumberField name={countName(name)} label={words.times} hint={words.timesHint} optional />
        </Fields>
        <Buttons>
          <Button quiet>{words.turnOn}</Button>
          {on.length > 0 && (
            <Button action="end-faults" quiet>
              {words.endAll}
            </Button>
          )}
        </Buttons>
      </Form>
    </>
  )
}

const TimesLeft = ({ fault: { count } }: { readonly fault: SandboxFault }) =>
  count === undefined ? (
    <Say>{words.untilEnded}</Say>
  ) : (
    <>
      <Say>{words.times}</Say> {count}
    </>
  )

const COUNT_MAX = 1_000

export const faultActions = (sandboxOf: (context: ActionContext<Services>) => SandboxControls): NonNullable<Page<Services>['actions']> => ({
  async 'turn-on'(sent, context) {
    const partner = sent.text('partner')
    const [fault, typed] = [sent.text(faultName(partner)), sent.text(countName(partner)).normalize('NFKC')]
    const count = Number(typed)
    if (fault === '') return { problem: problem('invalid-input', { fields: { [faultName(partner)]: words.faultWrong } }) }
    if (typed !== '' && !(Number.isInteger(count) && count >= 1 && count <= COUNT_MAX))
      return { problem: problem('invalid-input', { fields: { [countName(partner)]: words.timesWrong } }) }
    await sandboxOf(context).setFault(partner, { fault, ...(typed === '' ? {} : { count }) })
    return { to: '/sandbox?done=fault' }
  },
  async 'end-faults'(sent, context) {
    await sandboxOf(context).setFault(sent.text('partner'), { fault: 'none' })
    return { to: '/sandbox?done=fault' }
  },
})
