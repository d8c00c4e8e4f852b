/** A line with what can be done to it: stop, resume, take its cards off. */
import { useContext } from 'preact/hooks'
import type { Sentence } from '#kernel/language.ts'
import { dayOf, type Instant, isDay, timeOn } from '#kernel/time.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import { lineParams, stopBody } from '#production/contract.ts'
import type { LineView } from '#production/queries.ts'
import { LINE_STATE_WORDS } from '#production/words.ts'
import { acted, demandWork, taken } from '#web/factory/sections.ts'
import { factoryWords as words } from '#web/factory/words.ts'
import type { Services } from '#web/services.ts'
import { Answers } from '#web/shared/answers.tsx'
import { TextField } from '#web/shared/field.tsx'
import { Button, Buttons, Form, FormsContext } from '#web/shared/form.tsx'
import { countInWords } from '#web/shared/format.ts'
import { Say } from '#web/shared/reading.tsx'
import type { SentForm } from '#web/shared/sent-form.ts'
import { Details, Moment, StatusTag } from '#web/shared/text.tsx'
import type { ActionContext, Outcome, Page } from '#web/shared/web.ts'

export function LinePanel({ line, index, work }: { readonly line: LineView; readonly index: number; readonly work: boolean }) {
  const stopped = line.state === 'stopped'
  const name: Sentence = { zh: `${line.id} 号线`, en: `Line ${line.id}` }
  return (
    <section class="panel line-panel" aria-labelledby={`line-${line.id}`}>
      <h3 id={`line-${line.id}`}>
        <Say>{name}</Say> <StatusTag tone={stopped ? 'bad' : 'good'}>{LINE_STATE_WORDS[line.state]}</StatusTag>
      </h3>
      <Answers
        answers={[
          { question: words.waiting, answer: <Cards count={line.waiting} /> },
          ...(stopped
            ? [
                { question: words.since, answer: line.stoppedAt === null ? '' : <Moment at={line.stoppedAt} short /> },
                { question: words.reason, answer: line.reason ?? '' },
                { question: words.expectedBack, answer: line.expectedBackAt === null ? words.notKnown : <Moment at={line.expectedBackAt} short /> },
              ]
            : [{ question: words.perHalfDay, answer: <Cards count={line.cardsPerHalfDay} /> }]),
        ]}
      />
      {work && (stopped ? <StoppedForm line={line} index={index} /> : <StopForm line={line} />)}
    </section>
  )
}

const Cards = ({ count }: { readonly count: number }) => (
  <span class="figure">
    {countInWords(count)} <Say>{words.cards}</Say>
  </span>
)

function StoppedForm({ line, index }: { readonly line: LineView; readonly index: number }) {
  return (
    <Form action="resume" id={`line-${line.id}`} dense>
      <input type="hidden" name="line" value={line.id} />
      {line.waiting > 0 && (
        <p class="hint">
          <Say>{words.takeOffHint}</Say>
        </p>
      )}
      <Buttons>
        <Button keys={`Alt+${index + 1}`}>{words.resume}</Button>
        {line.waiting > 0 && (
          <Button action="take-off" quiet>
            {words.takeOff}
          </Button>
        )}
      </Buttons>
    </Form>
  )
}

const reasonName = (line: string): string => `reason-${line}`
const backName = (line: string): string => `back-${line}`

function StopForm({ line }: { readonly line: LineView }) {
  const id = `line-form-${line.id}`
  // What was typed and is to be corrected isn't folded away.
  const open = useContext(FormsContext).failed?.form === id
  return (
    <Details summary={words.stop} open={open}>
      <Form action="stop" id={id} dense>
        <input type="hidden" name="line" value={line.id} />
        <TextField name={reasonName(line.id)} label={words.reason} hint={words.stopHint} />
        <TextField name={backName(line.id)} label={words.expectedBack} hint={words.backHint} width={18} optional />
        <Buttons>
          <Button grave>{words.stop}</Button>
        </Buttons>
      </Form>
    </Details>
  )
}

type Actions = NonNullable<Page<Services>['actions']>

export const lineActions = (home: string): Actions => ({
  async stop(sent, context) {
    demandWork(context)
    const { line } = taken(lineParams, { line: sent.text('line') })
    const expectedBackAt = backAt(sent.text(backName(line)), context.at, backName(line))
    const { reason } = taken(stopBody, { reason: sent.text(reasonName(line)) }, () => reasonName(line))
    return acted(context, `${home}?done=stop`, (options) =>
      context.services.production.changeLine({ line, to: 'stopped', reason, expectedBackAt }, context.act, options),
    )
  },
  async resume(sent, context) {
    demandWork(context)
    const { line } = taken(lineParams, { line: sent.text('line') })
    return acted(context, `${home}?done=resume`, (options) =>
      context.services.production.changeLine({ line, to: 'working', reason: '', expectedBackAt: null }, context.act, options),
    )
  },
  'take-off': (sent, context) => takeOff(home, sent, context),
})

async function takeOff(home: string, sent: SentForm, context: ActionContext<Services>): Promise<Outcome> {
  demandWork(context)
  const { line } = taken(lineParams, { line: sent.text('line') })
  return acted(context, `${home}?done=take-off`, (options) => context.services.production.takeOffLine(line, context.act, options))
}

/** `15:00` of today, or a day with a time. @throws ProblemError for anything else that was typed, and for what has passed */
export function backAt(text: string, now: Instant, name: string): Instant | null {
  const typed = text.normalize('NFKC').trim()
  if (typed === '') return null
  const [, day = dayOf(now), time = ''] = /^(?:(\d{4}-\d\d-\d\d)[ T]+)?((?:[01]?\d|2[0-3]):[0-5]\d)$/.exec(typed) ?? []
  if (time !== '' && isDay(day)) {
    const at = timeOn(day, time.padStart(5, '0'))
    if (at > now) return at
  }
  throw new ProblemError(problem('invalid-input', { fields: { [name]: words.backWrong } }))
}
