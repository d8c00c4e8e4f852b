import type { z } from 'zod'
import type { Action, Actor } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import type { ApplyOptions, CaseOutcome, CaseRecord, Cases } from '#case/commands.ts'
import {
  caseListReply,
  caseParams,
  caseReply,
  decideReferralBody,
  evidenceReply,
  extendLimitBody,
  handOverBody,
  listQuery,
  progressBody,
  requestMaterialsBody,
  secondLookBody,
  settleFeeBody,
  submitBody,
  supplyMaterialsBody,
  withdrawBody,
} from '#case/contract.ts'
import type { CaseCommand, CaseState, FeeSettlement } from '#case/model.ts'
import type { CaseQueries } from '#case/queries.ts'
import { jurisdictionOf, resourceOf } from '#case/rules/access.ts'
import type { CaseList, CaseRow } from '#case/store.ts'
import { permission } from '#case/words/refusals.ts'
import { STATUS_WORDS } from '#case/words/status.ts'
import { type CaseNumber, parseCaseNumber, uuid } from '#kernel/ids.ts'
import { cents } from '#kernel/money.ts'
import type { Instant } from '#kernel/time.ts'
import type { Places } from '#place/model.ts'
import type { Evidence, StreamEvidence } from '#platform/evidence/queries.ts'
import { type AnyRoute, type Incoming, type Principal, route } from '#platform/http.ts'
import { type Answer, jsonAnswer, problemAnswer } from '#platform/once.ts'
import { ProblemError, problem } from '#platform/problem.ts'

export interface CaseRouteDeps {
  readonly evidence: Evidence
  readonly cases: Cases
  readonly queries: CaseQueries
  readonly places: Places
  /** Checks of a newly supplied photo, as at submission. */
  readonly materialChecks: (record: CaseRecord, photoDigest: string, at: Instant) => Promise<Extract<CaseCommand, { type: 'SupplyMaterials' }>['checks']>
}

export const actorOf = (principal: Principal | null): Actor | null => principal as Actor | null

const TAG = 'cases'
/** What a person does to their own case, a guardian or an agent may do for them, or is told why not. */
const FOR_ANOTHER: ReadonlySet<Action> = new Set<Action>(['case.withdraw'])

export function caseRoutes(deps: CaseRouteDeps): readonly AnyRoute[] {
  const { cases, queries, places, evidence } = deps

  /** Made once for a state: what is kept for the key is what is sent. */
  const caseAnswer = (status: number, at: Instant): ((record: CaseRecord) => Answer) => {
    const made = new WeakMap<CaseState, Answer>()
    return (record) => {
      const { state } = record
      const known = made.get(state)
      if (known) return known
      const answer = jsonAnswer(status, queries.view(record, at), { etag: `"${state.version}"`, location: `/api/v1/cases/${state.submission?.number}` })
      made.set(state, answer)
      return answer
    }
  }

  const answerTo = (outcome: CaseOutcome, answer: (record: CaseRecord) => Answer): Answer => {
    switch (outcome.kind) {
      case 'done':
        return answer(outcome)
      case 'refused':
        return problemAnswer(problem('refused', { refusals: outcome.reasons }))
      case 'replayed':
        return outcome.answer
      case 'not-found':
        return problemAnswer(problem('not-found'))
      case 'version-changed':
        return problemAnswer(problem('version-changed'))
    }
  }

  /** A command on an existing case: same guard, same answers, whatever it is. */
  const commandRoute = <B extends z.ZodType>(
    name: string,
    summary: string,
    action: Action,
    body: B,
    commandOf: (body: z.output<B>, incoming: Incoming<{ number: string }, undefined, z.output<B>>) => CaseCommand | Promise<CaseCommand>,
  ): AnyRoute =>
    route({
      method: 'POST',
      path: `/api/v1/cases/:number/${name}`,
      summary,
      tag: TAG,
      demands: action,
      forAnother: FOR_ANOTHER.has(action),
      params: caseParams,
      body,
      reply: { 200: caseReply },
      handle: async (incoming) => {
        const { prefecture, number } = parsedNumber(incoming.params.number)
        const answer = caseAnswer(200, incoming.at)
        const options: ApplyOptions = {
          once: incoming.once,
          answer,
          permitted: (state) => permission(actorOf(incoming.principal), action, resourceOf(places, incoming.principal, state)),
          ...(incoming.ifMatch !== undefined && { expectedVersion: versionOfEtag(incoming.ifMatch) }),
        }
        const command = await commandOf(incoming.body as z.output<B>, incoming as Incoming<{ number: string }, undefined, z.output<B>>)
        return answerTo(await cases.applyByNumber(prefecture, number, command, incoming.act, options), answer)
      },
    })

  return [
    route({
      method: 'POST',
      path: '/api/v1/cases',
      summary: 'Submit an application: at a window by an officer, online by the person; the automatic review answers in the same request',
      tag: TAG,
      body: submitBody,
      reply: { 201: caseReply },
      handle: async ({ body, principal, act, once, at }) => {
        // At a window an officer submits for whoever stands there; from home everybody submits their own.
        const applicant = body.channel === 'online' && principal?.organ == null ? (principal?.personId ?? null) : null
        if (!can(actorOf(principal), 'case.submit', { personId: applicant }) || (applicant ?? principal?.organ) == null)
          throw new ProblemError(problem('not-found'))
        const input = {
          service: body.service,
          channel: body.channel,
          form: body.form,
          organ: principal?.organ ?? null,
          applicant: applicant === null ? undefined : uuid(applicant),
          representation: body.representation === undefined ? undefined : uuid(body.representation),
        }
        const answer = caseAnswer(201, at)
        return answerTo(await cases.submit(input, act, once, answer), answer)
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/cases/:number',
      summary: 'A case as it stands, with its promise and everything that happened',
      tag: TAG,
      forAnother: true,
      params: caseParams,
      reply: { 200: caseReply },
      handle: async ({ params, principal, at, act }) => {
        const record = await queries.open(parsedNumber(params.number), { actor: actorOf(principal), act })
        if (!record) throw new ProblemError(problem('not-found'))
        return caseAnswer(200, at)(record)
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/cases/:number/evidence',
      forAnother: true,
      summary: 'Proof that what happened to a case stands in the evidence log: leaf, place, path and signed head of each event',
      tag: TAG,
      params: caseParams,
      reply: { 200: evidenceReply },
      handle: async ({ params, principal, act }) => {
        const record = await queries.open(parsedNumber(params.number), { actor: actorOf(principal), act })
        if (!record) throw new ProblemError(problem('not-found'))
        return jsonAnswer(200, evidenceOf(record, await evidence.ofStream(record.key.prefecture, record.key.stream)))
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/cases',
      summary: 'A work list, by cursor',
      tag: TAG,
      query: listQuery,
      reply: { 200: caseListReply },
      handle: async ({ query, principal, act }) => {
        const reader = { actor: actorOf(principal), act }
        const page = await queries.list(listFor(places, reader.actor, query.list), reader, query.cursor, query.limit)
        return jsonAnswer(200, { items: page.rows.map(listItem), next: page.next })
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/progress',
      summary: 'Progress of a case by its number and the last four characters of the identity number',
      tag: TAG,
      body: progressBody,
      open: true,
      limit: 'progress',
      subject: ({ number }) => number,
      alike: true,
      reply: { 200: caseReply },
      handle: async ({ body, at, principal, act }) => {
        const record = await queries.openProgress(parsedNumber(body.number), body.lastFour, { actor: actorOf(principal), act })
        if (!record) throw new ProblemError(problem('not-found'))
        return jsonAnswer(200, queries.view(record, at))
      },
    }),
    commandRoute('settle-fee', 'Record how the fee was paid or waived; production starts only then', 'case.settle-fee', settleFeeBody, (body) => ({
      type: 'SettleFee',
      settlement: settlementOf(body),
    })),
    commandRoute('decide-referral', 'Decide what the automatic review referred to a person', 'case.decide-referral', decideReferralBody, (body) => ({
      type: 'DecideReferral',
      ...body,
    })),
    commandRoute('request-materials', 'Name everything that is missing, at once', 'case.decide-referral', requestMaterialsBody, (body) => ({
      type: 'RequestMaterials',
      missing: body.missing,
      basis: '行政许可法 32',
    })),
    commandRoute('extend-limit', 'Extend the limit set by law, once, where transport is poor', 'case.extend-limit', extendLimitBody, ({ reason, ...body }) => ({
      type: 'ExtendLimit',
      ...body,
      reason: { zh: reason, en: reason },
    })),
    commandRoute('supply-materials', 'Supply what was missing', 'case.supply-materials', supplyMaterialsBody, async (body, { params, at }) => {
      const { prefecture, number } = parsedNumber(params.number)
      const record = body.photo === undefined ? undefined : await queries.findByNumber(prefecture, number)
      const checks = record && body.photo !== undefined ? await deps.materialChecks(record, body.photo, at) : []
      return { type: 'SupplyMaterials', photoDigest: body.photo ?? null, note: body.note, checks }
    }),
    commandRoute('withdraw', 'Withdraw an application', 'case.withdraw', withdrawBody, (body) => ({ type: 'Withdraw', reason: body.reason })),
    commandRoute(
      'hand-over',
      'Hand the card over, with identity check and the old card',
      'case.hand-over',
      handOverBody,
      async ({ proxy, ...body }, { params }) => {
        const { prefecture, number } = parsedNumber(params.number)
        const record = proxy && (await queries.findByNumber(prefecture, number))
        return { type: 'HandOver', ...body, proxy: record ? await cases.sealFor(record, JSON.stringify(proxy)) : null }
      },
    ),
    commandRoute('second-look', 'Record the second look at a sampled automatic grant', 'case.second-look', secondLookBody, (body) => ({
      type: 'RecordSecondLook',
      ...body,
    })),
  ]
}

const BEING_SEALED = {
  zh: '还有刚办理的内容正在封存，一分钟内就有证明。',
  en: 'What happened just now is being sealed; its proof is there within a minute.',
}

const evidenceOf = ({ past, state }: CaseRecord, { waiting, proofs }: StreamEvidence): z.output<typeof evidenceReply> => ({
  number: state.submission?.number ?? '',
  waiting,
  said: waiting > 0 ? BEING_SEALED : null,
  proofs: proofs.flatMap((proof) => {
    const happened = past.find(({ seq }) => seq === proof.seq)
    return happened ? [{ ...proof, type: happened.event.type, at: happened.act.at }] : []
  }),
})

/** Already checked by the schema. */
export function parsedNumber(text: string): { readonly prefecture: string; readonly number: CaseNumber } {
  const parsed = parseCaseNumber(text)
  if (!parsed.ok) throw new ProblemError(problem('not-found'))
  return parsed
}

function versionOfEtag(etag: string): number {
  const version = /^(?:W\/)?"(\d{1,9})"$/.exec(etag)?.[1]
  if (version === undefined) throw new ProblemError(problem('version-changed'))
  return Number(version)
}

function settlementOf(body: z.output<typeof settleFeeBody>): FeeSettlement {
  return body.how === 'paid'
    ? { how: 'paid', means: body.means, receiptNumber: body.receiptNumber, amount: cents(body.amountCents) }
    : { how: 'waived', basis: body.basis, note: body.note }
}

/** Which rows an actor may list: their own organ's, or those of their jurisdiction. */
export function listFor(places: Places, actor: Actor | null, list: z.output<typeof listQuery>['list']): CaseList {
  const organ = actor?.organ ?? null
  if (organ === null || !can(actor, 'case.list', { organ, jurisdiction: jurisdictionOf(places, organ) })) throw new ProblemError(problem('not-found'))
  const organs = [...jurisdictionOf(places, organ)]
  switch (list) {
    case 'referred':
      return { list, organs }
    case 'to-look-at':
      return { list, issuers: organs }
    default:
      return { list, organ }
  }
}

export const listItem = (row: CaseRow): z.output<typeof caseListReply>['items'][number] => ({
  number: row.number,
  service: row.service,
  status: row.status,
  statusWords: STATUS_WORDS[row.status],
  person: row.person_shown,
  organ: row.organ,
  submittedAt: row.submitted_at,
  acceptedAt: row.accepted_at,
  withYouBy: row.with_you_by,
  referralDueAt: row.referral_due_at,
  arrivedAt: row.arrived_at,
  feeDueCents: row.fee_settled ? 0 : row.fee_cents,
})
