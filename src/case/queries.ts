import type { Calendar } from '#calendar/model.ts'
import type { CaseRecord } from '#case/commands.ts'
import type { CaseReply } from '#case/contract.ts'
import type { CaseEvent } from '#case/model.ts'
import { foldCase, openCommands } from '#case/rules/procedure.ts'
import {
  type CaseList,
  type CaseRow,
  caseKeyFact,
  caseStreamByNumberFact,
  cursorOf,
  listPiece,
  type OpenCount,
  openCountsPiece,
  rowFact,
  rowOf,
  streamsPiece,
} from '#case/store.ts'
import { STATUS_WORDS } from '#case/words/status.ts'
import { actorWords, timelineSays } from '#case/words/timeline.ts'
import type { Facts, Service } from '#catalogue/model.ts'
import { getVersion } from '#catalogue/rules.ts'
import type { CaseNumber, Uuid } from '#kernel/ids.ts'
import { uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Instant, instant } from '#kernel/time.ts'
import type { Places } from '#place/model.ts'
import { findOrgan, fullNameOf } from '#place/rules/organs.ts'
import type { Db } from '#platform/db.ts'
import { type StreamKey, streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { findOpened } from '#platform/person-keys.ts'
import type { Sealed, Sealer } from '#platform/sealed.ts'
import type { Extension, Limit } from '#timelimit/model.ts'
import { statusOf } from '#timelimit/rules.ts'
import { explanationFromStart, explanationInWords, extensionInWords } from '#timelimit/words.ts'

export interface CaseQueryDeps {
  readonly db: Db
  readonly sealer: Sealer
  readonly calendar: () => Calendar
  readonly places: Places
  readonly services: ReadonlyMap<string, Service>
}

export interface CaseQueries {
  findByNumber(prefecture: string, number: CaseNumber): Promise<CaseRecord | undefined>
  findByKey(key: StreamKey): Promise<CaseRecord | undefined>
  view(record: CaseRecord, now: Instant): CaseReply
  /** @throws RangeError for a cursor that is not ours. */
  list(which: CaseList, cursor: string | undefined, limit: number): Promise<{ readonly rows: readonly CaseRow[]; readonly next: string | null }>
  /** What is open at an organ, by state. */
  openCounts(organ: string, now: Instant): Promise<readonly OpenCount[]>
  /** The identity number that the case was submitted for, opened for comparing a second factor; undefined when the data was deleted. */
  identityNumberOf(record: CaseRecord): Promise<string | undefined>
  /** What the review of the case knew; undefined before it, and when the data was deleted. */
  reviewedFactsOf(record: CaseRecord): Promise<Facts<unknown> | undefined>
  /** Cases whose row differs from the fold of their events: none, or the projection is wrong. */
  differingFromEvents(prefectures: readonly string[]): Promise<readonly StreamKey[]>
}

const REBUILD_PAGE = 500

export function openCaseQueries(deps: CaseQueryDeps): CaseQueries {
  const { db } = deps
  const recordFrom = (key: StreamKey | null, past: CaseRecord['past']): CaseRecord | undefined =>
    key && past.length > 0 ? { key, past, state: foldCase(past.map(({ event, act }) => ({ event, at: act.at, actor: act.actor }))) } : undefined

  return {
    async findByNumber(prefecture, number) {
      const { key, past } = await gather(db, { key: caseKeyFact(prefecture, number), past: caseStreamByNumberFact(prefecture, number) })
      return recordFrom(key, past)
    },
    async findByKey(key) {
      const { past } = await gather(db, { past: streamFact<CaseEvent>(key) })
      return recordFrom(key, past)
    },
    view: (record, now) => viewOf(deps, record, now),
    async list(which, cursor, limit) {
      const { rows } = await db.run<CaseRow>(listPiece(which, parsedCursor(cursor), limit))
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return { rows: page, next: rows.length > limit && last ? cursorText(cursorOf(which.list, last)) : null }
    },
    openCounts: async (organ, now) => (await db.run<OpenCount>(openCountsPiece(organ, now))).rows,
    async identityNumberOf({ state }) {
      const form = await findOpened(db, deps.sealer, state.submission?.form as Sealed)
      return form === undefined ? undefined : (JSON.parse(form) as { identityNumber: string }).identityNumber
    },
    async reviewedFactsOf({ past }) {
      const reviewed = past.find(({ event }) => event.type === 'CaseReviewed')?.event
      if (reviewed?.type !== 'CaseReviewed') return undefined
      const facts = await findOpened(db, deps.sealer, reviewed.facts as Sealed)
      return facts === undefined ? undefined : (JSON.parse(facts) as Facts<unknown>)
    },
    async differingFromEvents(prefectures) {
      const differing: StreamKey[] = []
      for (const prefecture of prefectures) {
        for (let after: Uuid | null = null; ; ) {
          const { rows }: { rows: { id: Uuid }[] } = await db.run<{ id: Uuid }>(streamsPiece(prefecture, after, REBUILD_PAGE))
          for (const { id } of rows) if (await differs(db, { prefecture, stream: id })) differing.push({ prefecture, stream: id })
          after = rows.at(-1)?.id ?? null
          if (rows.length < REBUILD_PAGE) break
        }
      }
      return differing
    },
  }
}

async function differs(db: Db, key: StreamKey): Promise<boolean> {
  const { row, past } = await gather(db, { row: rowFact(key), past: streamFact<CaseEvent>(key) })
  const folded = rowOf(key, foldCase(past.map(({ event, act }) => ({ event, at: act.at, actor: act.actor }))))
  const comparable = (value: CaseRow | null) =>
    JSON.stringify(value, (_, field) => (typeof field === 'string' && /^\d{4}-\d\d-\d\dT/.test(field) ? instant(field) : field))
  return comparable(row) !== comparable(folded)
}

const cursorText = ({ at, id }: { readonly at: Instant; readonly id: Uuid }): string => Buffer.from(`${at} ${id}`).toString('base64url')

function parsedCursor(text: string | undefined): { at: Instant; id: Uuid } | undefined {
  if (text === undefined) return undefined
  const [at, id] = Buffer.from(text, 'base64url').toString().split(' ')
  return { at: instant(at ?? ''), id: uuid(id ?? '') }
}

function limitView(
  calendar: Calendar,
  limit: Limit,
  { startedAt, finishedAt, extended }: { readonly startedAt: Instant; readonly finishedAt: Instant | null; readonly extended: Extension | null },
  now: Instant,
): NonNullable<CaseReply['statutory']> {
  const running = { limit, startedAt, pauses: [], ...(finishedAt && { finishedAt }), ...(extended && { extended }) }
  const { state, due } = statusOf(calendar, running, now)
  return {
    dueAt: due.dueAt,
    extendedDays: extended?.amount ?? 0,
    basis: limit.basis,
    state,
    provisional: due.provisional,
    because: extended ? [...explanationInWords(limit, due), extensionInWords(limit, extended)] : [...explanationFromStart(calendar, limit, startedAt, due)],
  }
}

function viewOf({ calendar, places, services }: CaseQueryDeps, { key, state, past }: CaseRecord, now: Instant): CaseReply {
  const { submission, submittedAt } = state
  if (!submission || !submittedAt) throw new Error(`case ${key.stream} has no submission`)
  const version = getVersion(services.get(submission.service) as Service, submission.serviceVersion)
  const organName = (code: string): Sentence => (findOrgan(places, code) ? fullNameOf(places, code) : { zh: code, en: code })
  const ran = { startedAt: submittedAt, finishedAt: state.arrivedAt ?? state.concludedAt }
  return {
    number: submission.number,
    service: submission.service,
    title: submission.title,
    status: state.status,
    statusWords: STATUS_WORDS[state.status],
    version: state.version,
    person: submission.personShown,
    organ: submission.organ,
    issuer: submission.issuer,
    submittedAt,
    acceptedAt: state.acceptedAt,
    fee: state.fee && {
      item: state.fee.item,
      amountCents: state.fee.amount,
      basis: state.fee.basis,
      sentence: state.fee.sentence,
      settled: state.settlement !== null,
    },
    checks: [...state.checks],
    referral: state.referral && { toOrgan: state.referral.toOrgan, dueAt: state.referral.dueAt, reasons: [...state.referral.reasons] },
    promised: state.promised && { ...state.promised, because: [...state.promised.because] },
    firstPromised: state.firstPromised && { ...state.firstPromised, because: [...state.firstPromised.because] },
    statutory: limitView(calendar(), version.statutory, { ...ran, extended: state.extension }, now),
    oldWay: version.oldWay && limitView(calendar(), version.oldWay, { ...ran, extended: null }, now),
    handover: { ...submission.handover },
    waybill: state.waybill,
    heldAt: state.heldAt,
    concludedAt: state.concludedAt,
    kept: state.kept,
    next: [...openCommands(state)],
    timeline: past.map(({ event, act }) => ({
      at: act.at,
      type: event.type,
      who: actorWords(event, act.actorRole, act.actorOrgan, organName),
      ...spread(timelineSays(event, organName)),
    })),
  }
}

const spread = ({ sentence, because }: ReturnType<typeof timelineSays>) => ({ sentence, because: [...because] })
