/** 隐私说明: what is handled for which purpose, on what ground and how long; and everything about oneself, to take along. */
import { LEGAL_BASES, type Notice, privacyNotice } from '#account/rules/legal-bases.ts'
import { SHIPPED_RETENTION } from '#account/rules/retention.ts'
import { citation } from '#kernel/laws.ts'
import { dayOf } from '#kernel/time.ts'
import { privacyWords as words } from '#web/citizen/privacy-words.ts'
import type { Services } from '#web/services.ts'
import { Answers } from '#web/shared/answers.tsx'
import { Button, Buttons } from '#web/shared/form.tsx'
import { Say } from '#web/shared/reading.tsx'
import { BackLink, Heading, Lead, Title } from '#web/shared/text.tsx'
import { definePage } from '#web/shared/web.ts'

export const privacyPage = definePage<Services, readonly Notice[]>({
  path: '/privacy',
  audience: 'resident',
  load: ({ at }) => privacyNotice(LEGAL_BASES, SHIPPED_RETENTION, dayOf(at)),
  view: (purposes, { principal }) => ({
    title: words.title,
    body: (
      <>
        <BackLink href="/" />
        <Title>{words.title}</Title>
        <Lead>{words.lead}</Lead>
        <Heading>{words.rights}</Heading>
        <ul>
          {words.rightsList.map((right) => (
            <li key={right.en}>
              <Say>{right}</Say>
            </li>
          ))}
        </ul>
        <Buttons>
          {principal?.personId ? (
            <Button href="/api/v1/me/export" quiet>
              {words.takeAlong}
            </Button>
          ) : (
            <Button href="/sign-in?next=/privacy" quiet>
              {words.signInFirst}
            </Button>
          )}
        </Buttons>
        {purposes.map((purpose) => (
          <Purpose key={purpose.id} purpose={purpose} />
        ))}
      </>
    ),
  }),
})

function Purpose({ purpose }: { readonly purpose: Notice }) {
  const { title, what, why, basis, articles, keeps, givenTo, offered } = purpose
  const cited = citation(articles.join('；'))
  const ground = basis === 'statutory-duty' ? words.statutory : offered ? words.consent : words.notOffered
  return (
    <section>
      <Heading>{title}</Heading>
      <Answers
        answers={[
          { question: words.what, answer: what },
          { question: words.why, answer: why },
          { question: words.ground, answer: { zh: `${ground.zh}（${cited.zh}）`, en: `${ground.en} (${cited.en})` } },
          ...(keeps === null ? [] : [{ question: words.howLong, answer: keeps }]),
          { question: words.givenTo, answer: givenTo ?? words.nobody },
        ]}
      />
    </section>
  )
}
