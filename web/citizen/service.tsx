/** 一次性告知: who may apply, what to bring, what it costs, when it is there; from the service's own declaration. */
import { z } from 'zod'
import type { Service, ServiceVersion } from '#catalogue/model.ts'
import { findVersionOn } from '#catalogue/rules.ts'
import { unwrapped } from '#kernel/fields.ts'
import type { Sentence } from '#kernel/language.ts'
import { citation } from '#kernel/laws.ts'
import { dayOf } from '#kernel/time.ts'
import type { Limit } from '#timelimit/model.ts'
import { amountInWords } from '#timelimit/words.ts'
import { Materials } from '#web/citizen/materials.tsx'
import { citizenWords as words } from '#web/citizen/words.ts'
import type { Services } from '#web/services.ts'
import { Answers } from '#web/shared/answers.tsx'
import { Say } from '#web/shared/reading.tsx'
import { REASON_WORDS } from '#web/shared/reason-words.ts'
import { BackLink, Heading, Title } from '#web/shared/text.tsx'
import { definePage } from '#web/shared/web.ts'

export const servicePage = definePage<Services, { readonly service: Service; readonly version: ServiceVersion }>({
  path: '/services/:id',
  audience: 'resident',
  load({ services, params, at }) {
    const service = services.services.get(params.id ?? '')
    const version = service && findVersionOn(service, dayOf(at))
    return service && version && { service, version }
  },
  view: ({ service, version }) => ({
    title: service.title,
    body: (
      <>
        <BackLink href="/" />
        <Title>{service.title}</Title>
        <Heading>{words.who}</Heading>
        <p>
          <Say>{version.whoMayApply}</Say>
        </p>
        <Heading>{words.whereTo}</Heading>
        <p>
          <Say>{version.channels.includes('window') ? words.whereAll : whereOnline}</Say>
        </p>
        <p>
          <a href={`/services/${service.id}/for-me`}>
            <Say>{forMe}</Say>
          </a>
        </p>
        <Heading>{words.materials}</Heading>
        <Materials materials={version.materials} none={words.noMaterials} />
        <Heading>{words.cost}</Heading>
        <Costs version={version} />
        <Heading>{words.when}</Heading>
        <p>
          <Say>{version.oldWay === null ? words.whenAtOnce : words.whenMade}</Say>
        </p>
        <Answers
          answers={[
            ...(version.oldWay === null ? [] : [{ question: words.oldWay, answer: limitInWords(version.oldWay) }]),
            ...(version.statutory.kind === 'statutory' ? [{ question: words.statutory, answer: limitInWords(version.statutory) }] : []),
            { question: words.basis, answer: citation(version.source) },
          ]}
        />
      </>
    ),
  }),
})

const whereOnline: Sentence = { zh: '在网上办，不用跑腿。', en: 'Online, without a trip.' }
const forMe: Sentence = { zh: '我能办吗？登录后按我的情况回答', en: 'Can I? Sign in to have it answered for you' }

const limitInWords = ({ amount, unit, basis }: Limit): Sentence => {
  const length = amountInWords(amount, unit)
  const source = citation(basis)
  return { zh: `${length.zh}（${source.zh}）`, en: `${length.en} (${source.en})` }
}

/** By reason, as the service reckons it for somebody without any hardship. */
function Costs({ version }: { readonly version: ServiceVersion }) {
  const reasons = reasonsOf(version)
  const feeFor = (reason: string | undefined): Sentence => version.fee({ form: { reason }, person: null } as never).sentence
  if (reasons.length === 0 || new Set(reasons.map((reason) => feeFor(reason).zh)).size === 1)
    return (
      <p>
        <Say>{feeFor(reasons[0])}</Say>
      </p>
    )
  return <Answers answers={reasons.map((reason) => ({ question: REASON_WORDS[reason as keyof typeof REASON_WORDS] ?? reason, answer: feeFor(reason) }))} />
}

function reasonsOf({ form }: ServiceVersion): readonly string[] {
  const schema = form as z.ZodType
  const reason = schema instanceof z.ZodObject ? (schema.shape as Record<string, z.ZodType>).reason : undefined
  const inner = reason && unwrapped(reason)
  return inner instanceof z.ZodEnum ? inner.options.map(String) : []
}
