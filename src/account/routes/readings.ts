import type { z } from 'zod'
import type { Readings } from '#account/commands/readings.ts'
import type { FlagReviews } from '#account/commands/reviews.ts'
import type { Withholdings } from '#account/commands/withholdings.ts'
import {
  type auditedReply,
  auditQuery,
  auditReply,
  flagsQuery,
  flagsReply,
  idParams,
  type myReadingReply,
  myReadingsQuery,
  myReadingsReply,
  reviewBody,
  reviewedReply,
  withholdBody,
  withholdingReply,
} from '#account/contract/readings.ts'
import type { Action, Actor, KeptReading, ReadPurpose, Resource, Role } from '#account/model.ts'
import type { ReadingQueries } from '#account/queries/readings.ts'
import { can } from '#account/rules/can.ts'
import { parseOnBehalf } from '#account/rules/representation.ts'
import { ownFile } from '#account/store/readings.ts'
import type { Withholding } from '#account/store/withholdings.ts'
import { CONSENT_WORDS, FLAG_WORDS, READ_OUTCOME_WORDS, READ_PURPOSE_WORDS, READ_WHAT_WORDS, ROLE_WORDS } from '#account/words.ts'
import { type Uuid, uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import type { Places } from '#place/model.ts'
import { findOrgan, fullNameOf, organsUnder } from '#place/rules/organs.ts'
import { type AnyRoute, type Principal, personOf, route } from '#platform/http.ts'
import { type Answer, jsonAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'

export interface ReadingRouteDeps {
  readonly readings: Readings
  readonly queries: ReadingQueries
  readonly reviews: FlagReviews
  readonly withholdings: Withholdings
  readonly places: Places
}

const TAG = 'readings'
const FRESH = { 'cache-control': 'no-store' }
const FLAGS_SHOWN = 200

const actorOf = (principal: Principal | null): Actor | null => principal as Actor | null

function demand(principal: Principal | null, action: Action, resource: Resource = {}): void {
  if (!can(actorOf(principal), action, resource)) throw new ProblemError(problem('not-found'))
}

const organName = (places: Places, organ: string | null): Sentence | null => (organ !== null && findOrgan(places, organ) ? fullNameOf(places, organ) : null)

/** A reading as the person concerned may know it: the officer by number, and none of the officer's own words. */
export const readingBody = (places: Places, reading: KeptReading): z.output<typeof myReadingReply> => ({
  id: reading.id,
  at: reading.at,
  organ: reading.organ,
  organName: organName(places, reading.organ),
  role: reading.role,
  roleWords: ROLE_WORDS[reading.role as Role] ?? { zh: '未登录的查询', en: 'Somebody not signed in' },
  officer: reading.officer,
  what: reading.what,
  whatWords: READ_WHAT_WORDS[reading.what],
  outcome: reading.outcome,
  outcomeWords: READ_OUTCOME_WORDS[reading.outcome],
  caseNumber: reading.caseNumber,
  purpose: reading.purpose,
  purposeWords: reading.purpose === null ? null : READ_PURPOSE_WORDS[reading.purpose as ReadPurpose],
  fields: [...reading.fields],
  ...consentBehind(reading.onBehalfOf),
})

/** On what somebody read it in the person's place, and the record of it. */
function consentBehind(onBehalfOf: string | null) {
  const behalf = parseOnBehalf(onBehalfOf)
  return { consent: behalf?.consent ?? null, consentWords: behalf ? CONSENT_WORDS[behalf.consent] : null, representation: behalf?.shownBy ?? null }
}

const auditedBody = (places: Places, reading: KeptReading): z.output<typeof auditedReply> => ({
  ...readingBody(places, reading),
  ...{ actor: reading.actor, personId: reading.personId, prefecture: reading.prefecture, note: reading.note, count: reading.count },
  requestId: reading.requestId,
})

export const readingRoutes = (deps: ReadingRouteDeps): readonly AnyRoute[] => [mine(deps), ...audits(deps), ...withholdings(deps)]

const mine = ({ readings, queries, places }: ReadingRouteDeps): AnyRoute =>
  route({
    method: 'GET',
    path: '/api/v1/me/readings',
    summary: 'Who read my file, when, and what for; what the law lets be kept back for a term appears when it ends',
    tag: TAG,
    query: myReadingsQuery,
    forAnother: true,
    reply: { 200: myReadingsReply },
    async handle({ query, principal, at, act }) {
      const personId = personOf(principal)
      demand(principal, 'reading.own', { personId })
      const page = await queries.ofPerson(personId as Uuid, query.own === 'yes', query, at)
      await readings.record(act, { subject: ownFile(personId as Uuid), what: 'own-file', outcome: 'shown', count: page.readings.length })
      return jsonAnswer(200, { readings: page.readings.map((reading) => readingBody(places, reading)), next: page.next }, FRESH)
    },
  })

const audits = ({ readings, queries, reviews, places }: ReadingRouteDeps): readonly AnyRoute[] => [
  route({
    method: 'GET',
    path: '/api/v1/audit/readings',
    summary: 'Readings by officer, organ, purpose, case or words, the latest first; withheld ones too',
    tag: TAG,
    query: auditQuery,
    reply: { 200: auditReply },
    async handle({ query: { cursor, limit, ...filter }, principal, act }) {
      demand(principal, 'reading.audit')
      const page = await queries.audit(filter, { cursor, limit })
      await readings.record(act, { subject: null, what: 'audit', outcome: 'shown', count: page.readings.length })
      return jsonAnswer(200, { readings: page.readings.map((reading) => auditedBody(places, reading)), next: page.next }, FRESH)
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/audit/flags',
    summary: 'What was unusual: look-ups in bulk, off hours, of oneself or one’s household, and attempts in vain',
    tag: TAG,
    query: flagsQuery,
    reply: { 200: flagsReply },
    async handle({ query, principal, act }) {
      demand(principal, 'reading.audit')
      const flags = await queries.flags(query.state === 'open', FLAGS_SHOWN)
      await readings.record(act, { subject: null, what: 'audit', outcome: 'shown', count: flags.length })
      const body = flags.map(({ id, kind, actor, officer, role, organ, first_at, last_at, readings: count, reviewed_at, reviewed_by, review }) => ({
        ...{ id, kind, kindWords: FLAG_WORDS[kind], actor, officer, role, organ, firstAt: first_at, lastAt: last_at, readings: count },
        ...{ reviewedAt: reviewed_at, reviewedBy: reviewed_by, review },
      }))
      return jsonAnswer(200, { flags: body }, FRESH)
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/audit/flags/:id/review',
    summary: 'Say what became of something unusual; once',
    tag: TAG,
    params: idParams,
    body: reviewBody,
    reply: { 200: reviewedReply },
    async handle({ params, body, principal, act, once }) {
      demand(principal, 'reading.review')
      const answer = await reviews.review(uuid(params.id), body.review, act, once, () => jsonAnswer(200, { reviewed: true }))
      if (answer === undefined) throw new ProblemError(problem('not-found'))
      return answer
    },
  }),
]

const withholdings = ({ withholdings: commands, places }: ReadingRouteDeps): readonly AnyRoute[] => {
  const resourceOf = (principal: Principal | null, organ: string): Resource => ({
    organ,
    jurisdiction: new Set(principal?.organ && findOrgan(places, principal.organ) ? organsUnder(places, principal.organ).map(({ code }) => code) : []),
  })
  const answerOf = (status: number, { id, organ, basis, until }: Withholding, state: 'requested' | 'approved'): Answer =>
    jsonAnswer(status, { id, organ, basis, until, state })
  return [
    route({
      method: 'POST',
      path: '/api/v1/audit/withholdings',
      summary: 'Ask that an organ’s readings of somebody be kept from their page for a term, on a legal basis; another approves',
      tag: TAG,
      body: withholdBody,
      reply: { 201: withholdingReply },
      async handle({ body, principal, act, once }) {
        demand(principal, 'reading.withhold', resourceOf(principal, body.organ))
        return commands.request({ ...body, personId: uuid(body.personId) }, act, once, (made) => answerOf(201, made, 'requested'))
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/audit/withholdings/:id/approve',
      summary: 'Approve it; never by whoever asked for it',
      tag: TAG,
      params: idParams,
      reply: { 200: withholdingReply },
      async handle({ params, principal, act, once }) {
        const found = await commands.find(uuid(params.id))
        if (found === undefined) throw new ProblemError(problem('not-found'))
        demand(principal, 'reading.withhold', resourceOf(principal, found.organ))
        const answer = await commands.approve(found.id, act, once, (approved) => answerOf(200, approved, 'approved'))
        if (answer === undefined) throw new ProblemError(problem('refused', { refusals: [ANOTHER_APPROVES] }))
        return answer
      },
    }),
  ]
}

const ANOTHER_APPROVES = {
  code: 'second-approver',
  sentence: { zh: '已经批准，或者申请人不能批准自己的申请。', en: 'It was approved already, or whoever asked for it can’t approve it.' },
  basis: '个人信息保护法 18',
  wayOut: { zh: '请由另一位有权的监督人员批准。', en: 'Have another supervisor with the power to do so approve it.' },
}
