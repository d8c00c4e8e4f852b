/** Pages for what isn't found, isn't allowed to come from elsewhere, or failed. */
import type { ProblemType } from '#platform/problem.ts'
import { problem } from '#platform/problem.ts'
import { Button, Buttons } from '#web/shared/form.tsx'
import type { View } from '#web/shared/page.tsx'
import type { Words } from '#web/shared/reading.tsx'
import { Lead, Title } from '#web/shared/text.tsx'
import { words } from '#web/shared/words.ts'

export function errorPage(type: ProblemType): View {
  const [title, lead] = said(type)
  return {
    title,
    body: (
      <>
        <Title>{title}</Title>
        {lead !== undefined && <Lead>{lead}</Lead>}
        <Buttons>
          <Button href="/" quiet>
            {words.home}
          </Button>
        </Buttons>
      </>
    ),
  }
}

function said(type: ProblemType): readonly [Words, Words?] {
  if (type === 'not-found') return [words.notFoundTitle, words.notFoundLead]
  if (type === 'fault' || type === 'unavailable') return [words.faultTitle, words.faultLead]
  if (type === 'foreign') return [words.foreignTitle, words.foreignLead]
  return [problem(type).title]
}
