import type { Readings } from '#account/commands/readings.ts'
import type { AuthorityDocument, EndReason, Relation, Representation, RepresentationKind, Represented, Scope } from '#account/model.ts'
import { CONSENT_OF, onBehalfText } from '#account/rules/representation.ts'
import {
  authorityProblem,
  consentProblem,
  guardianshipProblem,
  guardianUntil,
  RECORDED,
  type Registered,
  type RepresentationEvent,
  type RepresentationProblem,
  type StandingProblem,
  standingProblem,
} from '#account/rules/standing.ts'
import {
  endChange,
  overTermPiece,
  recordChange,
  representationFact,
  representationOfRow,
  representativesOfFact,
  representedByFact,
} from '#account/store/representations.ts'
import { REPRESENTATION_REFUSALS } from '#account/words.ts'
import type { Uuid } from '#kernel/ids.ts'
import { type Day, dayOf, endOfDay, type Instant, plusMs, startOfDay } from '#kernel/time.ts'
import { PREFECTURES } from '#place/model.ts'
import { forSystem } from '#platform/actor.ts'
import type { Ids } from '#platform/chance.ts'
import { type Committer, decidedAgain, LostRace, Taken } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Act, storedEvents } from '#platform/events.ts'
import { type Fact, gather } from '#platform/facts.ts'
import { type Answer, type Once, problemAnswer } from '#platform/once.ts'
import type { Sweep } from '#platform/outbox.ts'
import { problem } from '#platform/problem.ts'

/** What the register knows, handed in by the composition root. */
export interface PeopleFacts {
  find(personId: Uuid): Promise<Registered | null>
  findByNumber(identityNumber: string): Promise<Registered | null>
  /** The same, when that is also the name. */
  findByNameAndNumber(name: string, identityNumber: string): Promise<Registered | null>
}

export interface RepresentationDeps {
  readonly db: Db
  readonly committer: Committer
  readonly ids: Ids
  readonly people: PeopleFacts
  readonly readings: Pick<Readings, 'record'>
}

/** A record as it stands, for whoever decides on what rests on it. */
export const recordedFact = (id: Uuid): Fact<Representation | null> => representationFact(PREFECTURES, id)

interface Named {
  readonly identityNumber: string
  readonly name: string
}

export interface ConsentAsked extends Named {
  readonly relation: Relation
  readonly scope: Scope
  /** Its last day. */
  readonly until: Day
}

export interface AuthorityAsked {
  readonly personNumber: string
  readonly representativeNumber: string
  readonly document: AuthorityDocument
  readonly scope: Scope
  readonly from: Day
  /** null: the paper names none. */
  readonly until: Day | null
}

type Answering = (made: Representation) => Answer

export type Standing = { readonly ok: true; readonly represented: Represented } | { readonly ok: false; readonly problem: StandingProblem | 'unknown' }

export interface Representations {
  /** The person lets somebody act; who that is, the answer names only when name and number are of one person. */
  giveConsent(personId: Uuid, asked: ConsentAsked, act: Act, once: Once, answer: Answering): Promise<Answer>
  /** The register's word: no consent of a child under sixteen is asked for. */
  confirmGuardian(guardianId: Uuid, child: Named, act: Act, once: Once, answer: Answering): Promise<Answer>
  /** A paper that an officer saw. */
  recordAuthority(asked: AuthorityAsked, act: Act, once: Once, answer: Answering): Promise<Answer>
  /** Ended by either of the two, or by an officer for the person; ended twice is ended once. @returns undefined when `may` says no, or nothing is there */
  end(id: Uuid, may: (one: Representation) => EndReason | undefined, act: Act, once: Once, answer: Answering): Promise<Answer | undefined>
  find(id: Uuid): Promise<Representation | undefined>
  /** Whom somebody acts for, and who acts for them, each with why it carries nothing any more. */
  of(personId: Uuid, at: Instant): Promise<{ readonly byMe: readonly Shown[]; readonly forMe: readonly Shown[] }>
  /** On what somebody acts who says that they act on this. @param representative their own record */
  standing(id: Uuid, representative: Uuid, at: Instant): Promise<Standing>
  /** Writes down what is over its term, at the instant at which it was. */
  readonly sweep: Sweep
}

export interface Shown extends Representation {
  readonly problem: StandingProblem | null
}

const BASIS: Readonly<Record<RepresentationKind, string>> = { family: '民法典 165', guardian: '民法典 23', agent: '民法典 165' }
const AT_ONCE = 200

export function openRepresentations(deps: RepresentationDeps): Representations {
  const { db, committer, ids, people, readings } = deps

  /** That somebody's name or number was tried is theirs to know, whatever came of it. */
  const lookedUp = (act: Act, ...found: readonly (Registered | null)[]): Promise<void> =>
    readings.record(
      act,
      ...found.map((one) => ({ subject: one, what: 'representation' as const, outcome: one === null ? ('not-found' as const) : ('shown' as const) })),
    )

  const refuse = async (code: RepresentationProblem, once: Once): Promise<Answer> => {
    const answered = problemAnswer(problem('refused', { refusals: [{ code, ...REPRESENTATION_REFUSALS[code] }] }))
    await committer.commit({ events: [], changes: [once.remember(answered)] })
    return answered
  }

  type Wanted = Pick<Representation, 'kind' | 'relation' | 'document' | 'scope' | 'from' | 'until'>

  async function record(person: Registered, representative: Registered, wanted: Wanted, act: Act, once: Once, answer: Answering): Promise<Answer> {
    const made: Representation = {
      ...wanted,
      ...{ prefecture: person.prefecture, id: ids.uuid(act.at), personId: person.personId, personShown: person.shown },
      ...{ representativeId: representative.personId, representativeShown: representative.shown },
      ...{ recordedAt: act.at, recordedBy: act.actor, recordedOrgan: act.actorOrgan, endedAt: null, endedBecause: null, version: 1 },
    }
    const { relation, document, scope, from, until } = wanted
    const event: RepresentationEvent = {
      ...{ type: RECORDED[wanted.kind], person: person.personId, representative: representative.personId },
      ...{ relation, document, scope, from, until },
    }
    const answered = answer(made)
    try {
      await committer.commit({
        events: storedEvents({ prefecture: made.prefecture, stream: made.id }, 0, [event], act, { basis: BASIS[wanted.kind] }),
        changes: [recordChange(made), once.remember(answered)],
      })
    } catch (error) {
      if (error instanceof Taken && error.constraint === 'representations_once') return refuse('stands-already', once)
      throw error
    }
    return answered
  }

  const answeredOnce = (once: Once, work: () => Promise<Answer>): Promise<Answer> =>
    decidedAgain(async () => {
      const { seen } = await gather(db, { seen: once.seen })
      return once.replay(seen) ?? work()
    })

  const ending = (one: Representation, because: EndReason, act: Act, more: readonly ReturnType<Once['remember']>[] = []): Promise<void> =>
    committer.commit({
      events: storedEvents<RepresentationEvent>({ prefecture: one.prefecture, stream: one.id }, one.version, [{ type: 'RepresentationEnded', because }], act, {
        basis: '民法典 173',
      }),
      changes: [endChange(one, because, act.at), ...more],
    })

  const find = async (id: Uuid): Promise<Representation | undefined> => (await gather(db, { one: recordedFact(id) })).one ?? undefined

  return {
    giveConsent: (personId, asked, act, once, answer) =>
      answeredOnce(once, async () => {
        const [person, representative] = await Promise.all([people.find(personId), people.findByNameAndNumber(asked.name, asked.identityNumber)])
        await lookedUp(act, representative)
        if (person === null) return refuse('nobody-by-that-name', once)
        const wrong = consentProblem(person, representative, asked.until, dayOf(act.at))
        if (wrong !== undefined || representative === null) return refuse(wrong ?? 'nobody-by-that-name', once)
        const { relation, scope } = asked
        const wanted: Wanted = { kind: 'family', relation, scope, document: null, from: act.at, until: afterDay(asked.until) }
        return record(person, representative, wanted, act, once, answer)
      }),
    confirmGuardian: (guardianId, child, act, once, answer) =>
      answeredOnce(once, async () => {
        const [guardian, ward] = await Promise.all([people.find(guardianId), people.findByNameAndNumber(child.name, child.identityNumber)])
        await lookedUp(act, ward)
        if (guardian === null) return refuse('not-the-guardian', once)
        const wrong = guardianshipProblem(ward, guardian, dayOf(act.at))
        if (wrong !== undefined || ward === null) return refuse(wrong ?? 'not-the-guardian', once)
        const wanted: Wanted = { kind: 'guardian', relation: null, scope: WHOLE, document: null, from: act.at, until: guardianUntil(ward.birth) }
        // What the register says is not the guardian's to write: the product does, having asked it.
        return forSystem('guardianship', () => record(ward, guardian, wanted, act, once, answer))
      }),
    recordAuthority: (asked, act, once, answer) =>
      answeredOnce(once, async () => {
        const [person, representative] = await Promise.all([people.findByNumber(asked.personNumber), people.findByNumber(asked.representativeNumber)])
        await lookedUp(act, person, representative)
        const wrong = authorityProblem(person, representative, asked, dayOf(act.at))
        if (wrong !== undefined || person === null || representative === null) return refuse(wrong ?? 'nobody-by-that-name', once)
        const { document, scope, from, until } = asked
        const wanted: Wanted = { kind: 'agent', relation: null, document, scope, from: startOfDay(from), until: until && afterDay(until) }
        return record(person, representative, wanted, act, once, answer)
      }),
    end: (id, may, act, once, answer) =>
      decidedAgain(async () => {
        const { seen, one } = await gather(db, { seen: once.seen, one: recordedFact(id) })
        const replayed = once.replay(seen)
        if (replayed) return replayed
        const because = one === null ? undefined : may(one)
        if (one === null || because === undefined) return undefined
        const ended = one.endedAt === null ? { ...one, endedAt: act.at, endedBecause: because, version: one.version + 1 } : one
        const answered = answer(ended)
        if (one.endedAt === null) await ending(one, because, act, [once.remember(answered)])
        else await committer.commit({ events: [], changes: [once.remember(answered)] })
        return answered
      }),
    find,
    async of(personId, at) {
      const { byMe, forMe } = await gather(db, { byMe: representedByFact(personId), forMe: representativesOfFact(PREFECTURES, personId) })
      const shown = async (one: Representation): Promise<Shown> => ({
        ...one,
        problem: standingProblem(one, one.endedAt === null ? await people.find(one.personId) : null, at) ?? null,
      })
      return { byMe: await Promise.all(byMe.map(shown)), forMe: await Promise.all(forMe.map(shown)) }
    },
    standing: (id, representative, at) =>
      // Nobody is anybody's representative before this is answered.
      forSystem('session', async (): Promise<Standing> => {
        const one = await find(id)
        if (one === undefined || one.representativeId !== representative) return { ok: false, problem: 'unknown' }
        const wrong = standingProblem(one, await people.find(one.personId), at)
        return wrong === undefined ? { ok: true, represented: representedBy(one) } : { ok: false, problem: wrong }
      }),
    sweep: {
      name: 'account.representations',
      async run(now) {
        for (;;) {
          const { rows } = await db.run(overTermPiece(now, AT_ONCE))
          for (const one of rows.map(representationOfRow)) await endByTerm(one, ending)
          if (rows.length < AT_ONCE) return
        }
      },
    },
  }
}

const WHOLE: Scope = { may: 'act', services: [] }

/** A term names its last day; it is over when that day is. */
const afterDay = (last: Day): Instant => plusMs(endOfDay(last), 1)

async function endByTerm(one: Representation, ending: (one: Representation, because: EndReason, act: Act) => Promise<void>): Promise<void> {
  const act: Act = {
    ...{ at: one.until as Instant, actor: 'system:representations', actorRole: 'system', actorOrgan: null, onBehalfOf: null },
    requestId: `representation:${one.id}`,
  }
  try {
    await ending(one, 'term', act)
  } catch (error) {
    // Somebody ended it a moment before: that stands.
    if (!(error instanceof LostRace)) throw error
  }
}

const representedBy = ({ prefecture, id, personId, personShown, kind, scope }: Representation): Represented => ({
  ...{ prefecture, id, personId, personShown, kind, scope },
  onBehalfOf: onBehalfText({ personId, consent: CONSENT_OF[kind], shownBy: id }),
})
