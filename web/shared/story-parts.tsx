/** What the story pages share. */
import type { ComponentChildren } from 'preact'
import type { Sentence } from '#kernel/language.ts'
import { Heading } from '#web/shared/text.tsx'

export const s = (zh: string, en: string): Sentence => ({ zh, en })

export const MAKE_UP_DAY = s('调休上班', 'make-up working day')

export function Part({ name, children }: { readonly name: Sentence; readonly children: ComponentChildren }) {
  return (
    <section class="story">
      <Heading>{name}</Heading>
      {children}
    </section>
  )
}
