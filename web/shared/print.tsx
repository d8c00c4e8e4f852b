/** What is meant for paper: an A4 sheet, an 80 mm slip from the counter's printer. */
import type { ComponentChildren } from 'preact'
import { type Content, Say, type Words } from '#web/shared/reading.tsx'
import { words } from '#web/shared/words.ts'

interface PaperProps {
  readonly title: Words
  /** Who issues it: the station, the hall. */
  readonly issuer: Words
  readonly children: ComponentChildren
  /** Under the line: when and by whom it was printed, where to ask. */
  readonly foot?: Content
}

export function Sheet({ title, issuer, children, foot }: PaperProps) {
  return (
    <article class="paper sheet">
      <header class="paper-head">
        <p class="paper-issuer">
          <Say>{issuer}</Say>
        </p>
        <h1>
          <Say>{title}</Say>
        </h1>
      </header>
      {children}
      {foot !== undefined && (
        <footer class="paper-foot">
          <Say>{foot}</Say>
        </footer>
      )}
    </article>
  )
}

/** 72 mm of print on 80 mm paper. */
export function Slip({ title, issuer, children, foot }: PaperProps) {
  return (
    <article class="paper slip">
      <header class="paper-head">
        <p class="paper-issuer">
          <Say>{words.product}</Say> · <Say>{issuer}</Say>
        </p>
        <h1>
          <Say>{title}</Say>
        </h1>
      </header>
      {children}
      {foot !== undefined && (
        <footer class="paper-foot">
          <Say>{foot}</Say>
        </footer>
      )}
    </article>
  )
}

/** One line of a slip or sheet. */
export function PaperLine({ label, large = false, children }: { readonly label: Words; readonly large?: boolean; readonly children: Content }) {
  return (
    <p class={large ? 'paper-line paper-line-large' : 'paper-line'}>
      <span class="paper-label">
        <Say>{label}</Say>
      </span>
      <span class="paper-value">
        <Say>{children}</Say>
      </span>
    </p>
  )
}
