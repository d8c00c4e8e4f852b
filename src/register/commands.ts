import type { Readings } from '#account/commands/readings.ts'
import type { Reading, ReadPurpose } from '#account/model.ts'
import { purposeProblem } from '#account/rules/purposes.ts'
import { purposeProblemWords } from '#account/words.ts'
import type { Uuid } from '#kernel/ids.ts'
import { dayOf } from '#kernel/time.ts'
import { forPurpose, forSystem } from '#platform/actor.ts'
import type { Db } from '#platform/db.ts'
import type { Act } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import { ProblemError, problem } from '#platform/problem.ts'
import type { Sealer } from '#platform/sealed.ts'
import type { PersonView } from '#register/model.ts'
import { personView, shownInFull } from '#register/rules.ts'
import { openRegisterStore, type RegisterStore } from '#register/store.ts'

export interface RegisterDeps {
  readonly db: Db
  readonly sealer: Sealer
  readonly readings: Readings
}

export interface PersonAsked {
  readonly identityNumber: string
  readonly purpose: ReadPurpose
  /** In the reader's own words. */
  readonly note?: string | undefined
  /** The case that it is opened for. */
  readonly caseNumber?: string | undefined
}

/** The register as other folders use it: facts to gather, changes to commit with a decision, and the recorded look-up. */
export interface Register extends RegisterStore {
  /**
   * Opens a record for an officer. The reading is written before anything is answered; an attempt that finds nobody is written too.
   * @returns undefined when nobody in the province has the number
   * @throws ProblemError when the purpose says too little, and when the reader is slowed
   */
  readPerson(request: PersonAsked, act: Act): Promise<PersonView | undefined>
}

export function openRegister({ db, sealer, readings }: RegisterDeps): Register {
  const store = openRegisterStore(sealer)
  return {
    ...store,
    readPerson: (asked, act) => forPurpose(asked.purpose, () => readPerson({ db, readings, store }, asked, act)),
  }
}

/** Whether two people are registered in one household; a person is looked for in every prefecture, since an officer may live in any. */
export const sameHousehold = (db: Db, store: RegisterStore, person: Uuid, other: { readonly prefecture: string; readonly personId: Uuid }): Promise<boolean> =>
  forSystem(
    'own-household',
    async () => (await gather(db, { same: store.sameHouseholdFact(person, { prefecture: other.prefecture, id: other.personId }) })).same,
  )

interface ReadDeps extends Pick<RegisterDeps, 'db' | 'readings'> {
  readonly store: RegisterStore
}

async function readPerson({ db, readings, store }: ReadDeps, asked: PersonAsked, act: Act): Promise<PersonView | undefined> {
  const { identityNumber, purpose, note = null, caseNumber = null } = asked
  const on = dayOf(act.at)
  const wrong = purposeProblem(purpose, note, on)
  if (wrong) throw new ProblemError(problem('invalid-input', { fields: purposeProblemWords(wrong, purpose) }))
  const { person, cards } = await gather(db, {
    person: store.personByIdentityNumberFact(identityNumber),
    cards: store.cardsOfPersonByIdentityNumberFact(identityNumber),
  })
  const reading: Omit<Reading, 'outcome' | 'subject'> = { what: 'record', purpose, note, caseNumber }
  if (person === null) {
    await readings.record(act, { ...reading, subject: null, outcome: 'not-found' })
    return undefined
  }
  const shown = shownInFull(purpose, on) ? ITEMS_IN_FULL : []
  await readings.record(act, { ...reading, subject: { prefecture: person.prefecture, personId: person.id }, outcome: 'shown', fields: shown })
  return personView(person, cards, purpose, on)
}

const ITEMS_IN_FULL = ['name', 'birth', 'address'] as const
