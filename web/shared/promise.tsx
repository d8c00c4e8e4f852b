/** By when, why then, what moved it; beside it the old way and the longest the law allows. */
import type { Instant } from '#kernel/time.ts'
import { type Content, Say, useSay, type Words } from '#web/shared/reading.tsx'
import { Moment, StatusTag, type Tone } from '#web/shared/text.tsx'
import { words } from '#web/shared/words.ts'

export interface Promised {
  /** `制好`, `送到您手里`. */
  readonly what: Words
  /** The day or time, already in words. */
  readonly by: Words
  readonly note?: Content
}

export interface Compared {
  readonly until: Words
  /** Natural days from acceptance: the length of the bar. */
  readonly days: number
  readonly note?: Words
}

export interface PromiseProps {
  /** In the order in which they fall due; the last is the one that people wait for. */
  readonly promised: readonly Promised[]
  readonly state: 'open' | 'kept' | 'broken'
  /** Every counted and uncounted span, and the rule behind it. */
  readonly why: readonly Content[]
  readonly moved?: readonly { readonly at: Instant; readonly from: Words; readonly to: Words; readonly reason: Words }[]
  readonly days: number
  readonly oldWay?: Compared
  readonly statutory?: Compared
}

const STATES: Readonly<Record<PromiseProps['state'], { readonly tone: Tone; readonly words: Words }>> = {
  open: { tone: 'working', words: words.promiseOpen },
  kept: { tone: 'good', words: words.promiseKept },
  broken: { tone: 'bad', words: words.promiseBroken },
}

/** The name avoids the language's own `Promise`. */
export function PromiseCard(props: PromiseProps) {
  const state = STATES[props.state]
  return (
    <section class="promise" aria-labelledby="promise-title">
      <header class="promise-head">
        <h2 id="promise-title">
          <Say>{words.promiseTitle}</Say>
        </h2>
        <StatusTag tone={state.tone}>{state.words}</StatusTag>
      </header>
      <dl class="promise-days">
        {props.promised.map((one, index) => (
          <div key={index} class={index === props.promised.length - 1 ? 'promise-day promise-day-last' : 'promise-day'}>
            <dt>
              <Say>{one.what}</Say>
            </dt>
            <dd>
              <Say>{one.by}</Say>
              {one.note !== undefined && (
                <span class="promise-note">
                  <Say>{one.note}</Say>
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {(props.moved ?? []).map((move, index) => (
        <div class="promise-moved" key={index}>
          <p class="promise-moved-title">
            <Say>{words.promiseMoved}</Say> <Moment at={move.at} year={false} />
          </p>
          <p>
            <Say>{words.movedFrom}</Say> <del>{<Say>{move.from}</Say>}</del>
            <span aria-hidden="true"> → </span>
            <Say>{words.movedTo}</Say> <ins>{<Say>{move.to}</Say>}</ins>
          </p>
          <p>
            <Say>{move.reason}</Say>
          </p>
        </div>
      ))}
      <details class="details">
        <summary>
          <Say>{words.promiseWhy}</Say>
        </summary>
        <ul class="promise-why">
          {props.why.map((line, index) => (
            <li key={index}>
              <Say>{line}</Say>
            </li>
          ))}
        </ul>
      </details>
      <Comparison {...props} />
    </section>
  )
}

function Comparison({ days, promised, oldWay, statutory }: PromiseProps) {
  const say = useSay()
  const last = promised[promised.length - 1]
  const lines = [
    { label: words.thisWay, days, until: last?.by ?? '', note: undefined, ours: true },
    ...(oldWay === undefined ? [] : [{ label: words.oldWay, ours: false, ...oldWay }]),
    ...(statutory === undefined ? [] : [{ label: words.statutory, ours: false, ...statutory }]),
  ]
  if (lines.length === 1) return null
  const longest = Math.max(1, ...lines.map((line) => line.days))
  return (
    <table class="comparison">
      <caption>{say(words.compareCaption)}</caption>
      <tbody>
        {lines.map((line, index) => (
          <tr key={index} class={line.ours ? 'comparison-ours' : ''}>
            <th scope="row">
              {say(line.label)}
              {line.note !== undefined && <span class="comparison-note">{say(line.note)}</span>}
            </th>
            <td>
              <svg class="comparison-bar" width="100%" height="12" aria-hidden="true" focusable="false">
                <rect class="bar-track" width="100%" height="12" rx="2" />
                <rect class="bar-fill" width={`${Math.max(1.5, (line.days / longest) * 100)}%`} height="12" rx="2" />
              </svg>
              <span class="comparison-days">
                <strong>
                  {line.days} {say(words.days)}
                </strong>{' '}
                <span class="comparison-until">{say(line.until)}</span>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
