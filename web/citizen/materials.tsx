import type { Sentence } from '#kernel/language.ts'
import { citizenWords as words } from '#web/citizen/words.ts'
import { Say } from '#web/shared/reading.tsx'
import { StatusTag } from '#web/shared/text.tsx'

export interface MaterialsProps {
  readonly materials: readonly { readonly id: string; readonly title: Sentence /** Why nobody need bring it. */; readonly waived: Sentence | null }[]
  /** Said where nothing is needed. */
  readonly none: Sentence
}

/** What to bring for a service, and what not to. */
export function Materials({ materials, none }: MaterialsProps) {
  if (materials.length === 0)
    return (
      <p>
        <Say>{none}</Say>
      </p>
    )
  return (
    <ul class="plain-list">
      {materials.map(({ id, title, waived }) => (
        <li key={id}>
          <Say>{title}</Say>
          {waived !== null && (
            <>
              {' '}
              <StatusTag tone="good">{words.notNeeded}</StatusTag>{' '}
              <span class="hint">
                <Say>{waived}</Say>
              </span>
            </>
          )}
        </li>
      ))}
    </ul>
  )
}
