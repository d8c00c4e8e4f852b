import type { Actor, FlagKind, Reading, Subject } from '#account/model.ts'
import { isOfficer, isWatched, judgeReading, opensSomebody, SHIPPED_UNUSUAL, settingsAt, type UnusualSettings } from '#account/rules/unusual.ts'
import { flagChange, latelyFact, officerOfActorFact, readingRow, readingsChanges } from '#account/store/readings.ts'
import type { Uuid } from '#kernel/ids.ts'
import { instantOfMs, msOf, plusMinutes } from '#kernel/time.ts'
import type { Ids } from '#platform/chance.ts'
import type { Change, Committer } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import type { Act } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { redacted } from '#platform/log.ts'
import { openMemory } from '#platform/memory.ts'
import { ProblemError, problem } from '#platform/problem.ts'

/** What folders further right know, handed in by the composition root. */
export interface ReadingFacts {
  /** Of these people, those with a case that the organ accepted, or whose card lies there. */
  readonly withCaseAt: (organ: string, people: readonly Subject[]) => Promise<ReadonlySet<string>>
  /** Whether both are registered in one household. */
  readonly sameHousehold: (person: Uuid, other: Subject) => Promise<boolean>
}

export interface ReadingDeps {
  readonly db: Db
  readonly committer: Committer
  readonly ids: Ids
  readonly facts: ReadingFacts
  readonly settings?: readonly UnusualSettings[]
}

/** Who wants to see something: asked of `can`, and written down. */
export interface Reader {
  readonly actor: Actor | null
  readonly act: Act
}

export interface Readings {
  /**
   * Writes down what is about to be shown to whoever acts, or was refused to them. Awaited before the answer is sent: when it throws,
   * nothing is shown.
   * @throws ProblemError (too many requests, with the seconds) for whoever reads in bulk or tries in vain again and again; kept as well
   */
  record(act: Act, ...readings: readonly Reading[]): Promise<void>
}

const HOUR_MS = 3_600_000
/** Who an actor is among the officers changes rarely, and ends their sessions when it does. */
const REMEMBERED = { keepsMs: 30_000, entriesMax: 5_000 }

export function openReadings({ db, committer, ids, facts, settings = SHIPPED_UNUSUAL }: ReadingDeps): Readings {
  const officers = openMemory<{ readonly number: string; readonly personId: Uuid | null } | null>(REMEMBERED)

  const officerOf = async (act: Act) => {
    if (!isOfficer(act.actorRole)) return null
    const known = officers.get(act.actor)
    if (known) return known.value
    const { officer } = await gather(db, { officer: officerOfActorFact(act.actor) })
    officers.set(act.actor, officer)
    return officer
  }

  /** Different people without a case here; whoever's own case is at hand doesn't count. */
  async function peopleWithoutCase(act: Act, people: readonly Subject[], max: number): Promise<readonly Subject[]> {
    // A window that serves few is not looked into further.
    if (act.actorOrgan === null || people.length <= max) return people
    const served = await facts.withCaseAt(act.actorOrgan, people)
    return people.filter(({ personId }) => !served.has(personId))
  }

  async function judged(act: Act, reading: Reading, officer: { readonly personId: Uuid | null } | null) {
    const used = settingsAt(settings, act.at)
    const { subject } = reading
    // Read for the case at hand: nothing of what was read before matters.
    const forCase = reading.outcome === 'shown' && Boolean(reading.caseNumber)
    const { lately } = forCase
      ? { lately: { people: [], refused: 0 } }
      : await gather(db, {
          lately: latelyFact(act.actor, { since: plusMinutes(act.at, -used.windowMinutes) }, { since: plusMinutes(act.at, -used.refusedWindowMinutes) }),
        })
    const others = lately.people.filter(({ personId }) => personId !== subject?.personId)
    const all = subject === null ? others : [...others, subject]
    const counted = reading.caseNumber ? [] : await peopleWithoutCase(act, all, used.peopleWithoutCaseMax)
    const own = officer?.personId ?? null
    return judgeReading(
      used,
      { peopleWithoutCase: counted.filter(({ personId }) => personId !== subject?.personId).length, refused: lately.refused },
      {
        at: act.at,
        reading,
        hasCase: Boolean(reading.caseNumber) || !counted.some(({ personId }) => personId === subject?.personId),
        isSelf: own !== null && subject?.personId === own,
        isHousehold: own !== null && subject !== null && (await facts.sameHousehold(own, subject)),
      },
    )
  }

  return {
    async record(act, ...readings) {
      const officer = await officerOf(act)
      const number = officer?.number ?? null
      const flags = new Set<FlagKind>()
      let slowSeconds: number | null = null
      for (const reading of readings.filter((one) => opensSomebody(one) && isWatched(act.actorRole, one))) {
        const judgement = await judged(act, reading, officer)
        for (const kind of judgement.flags) flags.add(kind)
        slowSeconds = judgement.slowSeconds ?? slowSeconds
      }
      const rows = readings.map((reading) =>
        readingRow(
          { ...reading, note: reading.note ? redacted(reading.note) : null, ...(slowSeconds !== null && { outcome: 'slowed' as const, fields: [] }) },
          ids.uuid(act.at),
          act,
          number,
        ),
      )
      const hour = instantOfMs(Math.floor(msOf(act.at) / HOUR_MS) * HOUR_MS)
      const flagged: Change[] = [...flags].map((kind) => flagChange(kind, ids.uuid(act.at), hour, act, number))
      await committer.commit({ events: [], changes: [...readingsChanges(rows), ...flagged] })
      if (slowSeconds !== null) throw new ProblemError(problem('too-many-requests', { retryAfterSeconds: slowSeconds, title: SLOWED }))
    },
  }
}

const SLOWED = {
  zh: '短时间内查询的人太多，或多次查询无权查看的信息，系统已暂停您的查询并告知审计人员。请过一会儿再查；确有公务需要的，请从办件打开。',
  en: 'Too many people without a case in a short time, or too many attempts at what is not yours to see: look-ups are stopped for a while and the auditor knows. Try again later, or open the person’s case.',
}
