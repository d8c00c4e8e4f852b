/** Running text: links back, titles, notices, status tags, progress, moments. */
import type { ComponentChildren } from 'preact'
import type { Day, Instant } from '#kernel/time.ts'
import { type DayOptions, dayInWords, instantInWords, shortInstantInWords } from '#web/shared/format.ts'
import { type Content, Say, useSay, type Words } from '#web/shared/reading.tsx'
import { words } from '#web/shared/words.ts'

export function BackLink({ href, children = words.back }: { readonly href: string; readonly children?: Words }) {
  return (
    <a class="back-link" href={href}>
      <span aria-hidden="true">←</span> <Say>{children}</Say>
    </a>
  )
}

/** The page's one `h1`; `above` is the small line over it (the step, the case). */
export function Title({ above, children }: { readonly above?: Content; readonly children: Content }) {
  return (
    <header class="title">
      {above !== undefined && (
        <p class="title-above">
          <Say>{above}</Say>
        </p>
      )}
      <h1>
        <Say>{children}</Say>
      </h1>
    </header>
  )
}

export function Lead({ children }: { readonly children: Content }) {
  return (
    <p class="lead">
      <Say>{children}</Say>
    </p>
  )
}

export function Heading({ id, children }: { readonly id?: string; readonly children: Content }) {
  return (
    <h2 {...(id === undefined ? {} : { id })}>
      <Say>{children}</Say>
    </h2>
  )
}

export type Tone = 'neutral' | 'working' | 'good' | 'attention' | 'bad'

const SHAPES: Readonly<Record<Tone, ComponentChildren>> = {
  neutral: <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" />,
  working: (
    <>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2" />
      <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
    </>
  ),
  good: <path d="M2.5 8.5l3.7 3.7 7.3-8" fill="none" stroke="currentColor" stroke-width="2.6" stroke-linecap="square" />,
  attention: <path d="M8 1.6L15.2 14.4H.8zM8 6v4M8 11.4v1.6" fill="none" stroke="currentColor" stroke-width="1.8" />,
  bad: <path d="M3 3l10 10M13 3L3 13" fill="none" stroke="currentColor" stroke-width="2.6" stroke-linecap="square" />,
}

/** The shape that goes with a tone, so that colour is never the only cue. */
export function Shape({ tone }: { readonly tone: Tone }) {
  return (
    <svg class="shape" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      {SHAPES[tone]}
    </svg>
  )
}

/** A state as word, shape and colour. */
export function StatusTag({ tone, children }: { readonly tone: Tone; readonly children: Words }) {
  return (
    <span class={`status status-${tone}`}>
      <Shape tone={tone} />
      <span>
        <Say>{children}</Say>
      </span>
    </span>
  )
}

/** Something to know before going on; never over the work, always in its place. */
export function Notice({ tone = 'neutral', title, children }: { readonly tone?: Tone; readonly title?: Words; readonly children?: Content }) {
  return (
    <div class={`notice notice-${tone}`}>
      <Shape tone={tone} />
      <div class="notice-body">
        {title !== undefined && (
          <p class="notice-title">
            <Say>{title}</Say>
          </p>
        )}
        {children !== undefined && (
          <div>
            <Say>{children}</Say>
          </div>
        )}
      </div>
    </div>
  )
}

/** How far long work is. Without `done` it is under way for an unknown time. */
export function Progress(props: { readonly label: Words; readonly done?: number; readonly of: number; readonly detail?: Content }) {
  const say = useSay()
  const label = say(props.label)
  return (
    <div class="progress">
      <p class="progress-label">
        <span>{label}</span>
        {props.done !== undefined && (
          <span class="figure">
            {props.done} / {props.of}
          </span>
        )}
      </p>
      <progress aria-label={label} max={props.of} {...(props.done === undefined ? {} : { value: props.done })} />
      {props.detail !== undefined && (
        <p class="hint">
          <Say>{props.detail}</Say>
        </p>
      )}
    </div>
  )
}

/** An instant as people write it, and as machines read it. */
export function Moment({ at, short = false, ...options }: { readonly at: Instant; readonly short?: boolean } & DayOptions) {
  const say = useSay()
  return <time dateTime={at}>{say(short ? shortInstantInWords(at) : instantInWords(at, options))}</time>
}

export function OnDay({ day, ...options }: { readonly day: Day } & DayOptions) {
  const say = useSay()
  return <time dateTime={day}>{say(dayInWords(day, options))}</time>
}

/** More for those who want it, closed at first; works without script. */
export function Details({ summary, open = false, children }: { readonly summary: Words; readonly open?: boolean; readonly children: Content }) {
  return (
    <details class="details" open={open}>
      <summary>
        <Say>{summary}</Say>
      </summary>
      <div class="details-body">
        <Say>{children}</Say>
      </div>
    </details>
  )
}

/** What is wider than the screen scrolls by itself, by keyboard too. */
export function Scroll({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard can't scroll (WCAG 2.1.1)
    <section class="table-scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}
