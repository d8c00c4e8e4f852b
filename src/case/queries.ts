import type { Reader, Readings } from '#account/commands/readings.ts'
import type { Action, ReadWhat, Subject } from '#account/model.ts'
import { can } from '#account/rules/can.ts'
import type { Calendar } from '#calendar/model.ts'
import type { CaseRecord } from '#case/commands.ts'
import type { CaseReply } from '#case/contract.ts'
import type { CaseEvent } from '#case/model.ts'
import { resourceOf } from '#case/rules/access.ts'
import { foldCase, openCommands } from '#case/rules/procedure.ts'
import {
  type CaseList,
  type CaseRow,
  caseKeyFact,
  caseStreamByNumberFact,
  cursorOf,
  earlierPhotosFact,
  listPiece,
  type OpenCount,
  openClaimFact,
  openCountsPiece,
  personOfCaseFact,
  rowFact,
  rowOf,
  streamsPiece,
  withCaseAtFact,
} from '#case/store.ts'
import { STATUS_WORDS } from '#case/words/status.ts'
import { actorWords, timelineSays } from '#case/words/timeline.ts'
import type { Facts, Service } from '#catalogue/model.ts'
import type { CaseFacts } from '#catalogue/queries.ts'
import { getVersion, photoOnRecordOf } from '#catalogue/rules.ts'
import { type CaseNumber, type Uuid, uuid } from '#kernel/ids.ts'
import type { Sentence } from '#kernel/language.ts'
import { type Instant, instant } from '#kernel/time.ts'
import { typedNumber } from '#kernel/typed-text.ts'
import type { Places } from '#place/model.ts'
import { findOrgan, fullNameOf } from '#place/rules/organs.ts'
import { forSystem } from '#platform/actor.ts'
import { positionText, readPosition } from '#platform/cursor.ts'
import type { Db } from '#platform/db.ts'
import { type StreamKey, streamFact } from '#platform/events.ts'
import { gather, known } from '#platform/facts.ts'
import { findOpened, personKeys } from '#platform/person-keys.ts'
import type { Sealed, Sealer } from '#platform/sealed.ts'
import type { Card, Person } from '#register/model.ts'
import type { Extension, Limit } from '#timelimit/model.ts'
import { statusOf } from '#timelimit/rules.ts'
import { explanationFromStart, explanationInWords, extensionInWords } from '#timelimit/words.ts'

export interface CaseQueryDeps {
  readonly db: Db
  readonly sealer: Sealer
  readonly calendar: () => Calendar
  readonly places: Places
  readonly services: ReadonlyMap<string, Service>
  readonly readings: Readings
}

export interface CaseQueries {
  /** For commands and comparisons; nothing of it may be shown. */
  findByNumber(prefecture: string, number: CaseNumber): Promise<CaseRecord | undefined>
  /**
   * To show: when the reader may, and only after the reading was written. Whoever may not gets what everybody gets for a number that
   * isn't any case's, and the attempt is written too.
   */
  open(number: CaseKeyNumber, reader: Reader, asked?: OpenAsked): Promise<CaseRecord | undefined>
  /** To whoever knows the number and the end of the identity number that it was submitted for. */
  openProgress(number: CaseKeyNumber, lastFour: string, reader: Reader): Promise<CaseRecord | undefined>
  /** Something more of an open case is shown: the photo, what was applied for. */
  recordShown(record: CaseRecord, reader: Reader, what: ReadWhat, fields: readonly string[]): Promise<void>
  findByKey(key: StreamKey): Promise<CaseRecord | undefined>
  view(record: CaseRecord, now: Instant): CaseReply
  /** A list to show, masked; written as one reading. @throws RangeError for a cursor that is not ours. */
  list(which: CaseList, reader: Reader, cursor: string | undefined, limit: number, what?: 'list' | 'export'): Promise<CasePage>
  /** The same for what decides or compares; nothing of it may be shown. */
  rows(which: CaseList, cursor: string | undefined, limit: number): Promise<CasePage>
  /** Of these people, those with a case that the organ accepted, or whose card lies there. */
  withCaseAt(organ: string, people: readonly Subject[]): Promise<ReadonlySet<string>>
  /** What is open at an organ, by state. */
  openCounts(organ: string, now: Instant): Promise<readonly OpenCount[]>
  /** The identity number that the case was submitted for, opened for comparing a second factor; undefined when the data was deleted. */
  identityNumberOf(record: CaseRecord): Promise<string | undefined>
  /** What the review of the case knew; undefined before it, and when the data was deleted. */
  reviewedFactsOf(record: CaseRecord): Promise<Facts<unknown> | undefined>
  /** What cases know of somebody before they apply: what of them is open, and the photo that was last taken at a window. */
  factsBefore(person: Person, cards: readonly Card[], onceFor: string | null): Promise<CaseFacts>
  /** Cases whose row differs from the fold of their events: none, or the projection is wrong. */
  differingFromEvents(prefectures: readonly string[]): Promise<readonly StreamKey[]>
}

export interface CasePage {
  readonly rows: readonly CaseRow[]
  readonly next: string | null
}

export interface CaseKeyNumber {
  readonly prefecture: string
  readonly number: CaseNumber
}

export interface OpenAsked {
  /** Without it: `case.read`. */
  readonly action?: Action
  /** Without it: `case`. */
  readonly what?: ReadWhat
}

const REBUILD_PAGE = 500
const NOBODYS = uuid('00000000-0000-7000-8000-000000000000')

export function openCaseQueries(deps: CaseQueryDeps): CaseQueries {
  const { db, readings } = deps
  const recordFrom = (key: StreamKey | null, past: CaseRecord['past']): CaseRecord | undefined =>
    key && past.length > 0 ? { key, past, state: foldCase(past.map(({ event, act }) => ({ event, at: act.at, actor: act.actor }))) } : undefined

  const findByNumber = async (prefecture: string, number: CaseNumber): Promise<CaseRecord | undefined> => {
    const { key, past } = await gather(db, { key: caseKeyFact(prefecture, number), past: caseStreamByNumberFact(prefecture, number) })
    return recordFrom(key, past)
  }
  /** A row for every attempt, also for a number that is no case's: so that both take as long. */
  const recorded = async (number: CaseNumber, record: CaseRecord | undefined, may: boolean, what: ReadWhat, { act }: Reader) => {
    const outcome = may ? 'shown' : record === undefined ? 'not-found' : 'refused'
    await readings.record(act, { subject: subjectOf(record), what, outcome, caseNumber: number })
    return may ? record : undefined
  }
  const numberOfRecord = async (record: CaseRecord): Promise<string | undefined> => {
    const form = await findOpened(db, deps.sealer, record.state.submission?.form as Sealed)
    return form === undefined ? undefined : (JSON.parse(form) as { identityNumber: string }).identityNumber
  }

  const pageOf = async (which: CaseList, cursor: string | undefined, limit: number): Promise<CasePage> => {
    const { rows } = await db.run<CaseRow>(listPiece(which, cursor === undefined ? undefined : readPosition(cursor), limit))
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return { rows: page, next: rows.length > limit && last ? positionText(cursorOf(which.list, last)) : null }
  }

  return {
    findByNumber,
    async open({ prefecture, number }, reader, { action = 'case.read', what = 'case' } = {}) {
      // The database shows a case only to whoever may see it. Whose it is must be known all the same, to write down who asked.
      const seen = await findByNumber(prefecture, number)
      const record = seen ?? (await forSystem('case-asked-for', () => findByNumber(prefecture, number)))
      const may = record !== undefined && record === seen && can(reader.actor, action, resourceOf(deps.places, reader.actor, record.state))
      return recorded(number, record, may, what, reader)
    },
    async openProgress({ prefecture, number }, lastFour, reader) {
      const { record, ending } = await forSystem('progress', async () => {
        const found = await findByNumber(prefecture, number)
        // For a number that is no case's, the same question of nobody: both ways ask the database as often.
        if (found === undefined) await personKeys(db, deps.sealer, { prefecture, id: NOBODYS })
        return { record: found, ending: typedNumber((found && (await numberOfRecord(found))) ?? '').slice(-4) }
      })
      return recorded(number, record, record !== undefined && ending !== '' && ending === lastFour.toUpperCase(), 'progress', reader)
    },
    recordShown: (record, { act }, what, fields) =>
      readings.record(act, { subject: subjectOf(record), what, outcome: 'shown', caseNumber: record.state.submission?.number ?? null, fields }),
    async findByKey(key) {
      const { past } = await gather(db, { past: streamFact<CaseEvent>(key) })
      return recordFrom(key, past)
    },
    view: (record, now) => viewOf(deps, record, now),
    async list(which, { act }, cursor, limit, what = 'list') {
      const page = await pageOf(which, cursor, limit)
      await readings.record(act, { subject: null, what, outcome: 'shown', count: page.rows.length })
      return page
    },
    rows: pageOf,
    openCounts: async (organ, now) => (await db.run<OpenCount>(openCountsPiece(organ, now))).rows,
    withCaseAt: async (organ, people) => (await gather(db, { served: withCaseAtFact(organ, people) })).served,
    identityNumberOf: numberOfRecord,
    async reviewedFactsOf({ past }) {
      const reviewed = past.find(({ event }) => event.type === 'CaseReviewed')?.event
      if (reviewed?.type !== 'CaseReviewed') return undefined
      const facts = await findOpened(db, deps.sealer, reviewed.facts as Sealed)
      return facts === undefined ? undefined : (JSON.parse(facts) as Facts<unknown>)
    },
    async factsBefore({ identityNumber }, cards, onceFor) {
      const index = deps.sealer.blindIndex('identity-number', typedNumber(identityNumber))
      const { earlier, ...open } = await gather(db, {
        openDuplicate: onceFor === null ? known(null) : openClaimFact(`open:${onceFor}:${index}`),
        openCardApplication: openClaimFact(`open:id-card:${index}`),
        earlier: earlierPhotosFact(`person:${index}`),
      })
      return { ...open, photoOnRecord: photoOnRecordOf(cards, earlier) }
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

/** Whose a case is, to write down whose parcel or card was shown to somebody who sees no case. */
export const findSubjectOfCase = (db: Db, { prefecture, stream }: StreamKey): Promise<Subject | null> =>
  forSystem('case-asked-for', async () => (await gather(db, { person: personOfCaseFact(prefecture, stream) })).person)

const subjectOf = (record: CaseRecord | undefined): Subject | null =>
  record?.state.submission ? { prefecture: record.key.prefecture, personId: record.state.submission.personId } : null

async function differs(db: Db, key: StreamKey): Promise<boolean> {
  const { row, past } = await gather(db, { row: rowFact(key), past: streamFact<CaseEvent>(key) })
  const folded = rowOf(key, foldCase(past.map(({ event, act }) => ({ event, at: act.at, actor: act.actor }))))
  const comparable = (value: CaseRow | null) =>
    JSON.stringify(value, (_, field) => (typeof field === 'string' && /^\d{4}-\d\d-\d\dT/.test(field) ? instant(field) : field))
  return comparable(row) !== comparable(folded)
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
