import { dayOf } from '#kernel/time.ts'
import { forPurpose } from '#platform/actor.ts'
import { type Committer, decidedAgain } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type Act, storedEvents } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { Sealer } from '#platform/sealed.ts'
import type { PersonRead, PersonView, ReadPurpose } from '#register/model.ts'
import { personView, shownInFull } from '#register/rules.ts'
import { openRegisterStore, type RegisterStore } from '#register/store.ts'

export interface RegisterDeps {
  readonly db: Db
  readonly committer: Committer
  readonly sealer: Sealer
}

/** The register as other folders use it: facts to gather, changes to commit with a decision, and the recorded look-up. */
export interface Register extends RegisterStore {
  /**
   * Opens a record for an officer. The reading is written to the person's stream before anything is answered.
   * @returns undefined when nobody in the province has the number; then nothing is written.
   */
  readPerson(request: { readonly identityNumber: string; readonly purpose: ReadPurpose }, act: Act): Promise<PersonView | undefined>
}

export function openRegister({ db, committer, sealer }: RegisterDeps): Register {
  const store = openRegisterStore(sealer)
  return {
    ...store,
    readPerson: ({ identityNumber, purpose }, act) =>
      forPurpose(purpose, () =>
        decidedAgain(async () => {
          const { person, cards, reads } = await gather(db, {
            person: store.personByIdentityNumberFact(identityNumber),
            cards: store.cardsOfPersonByIdentityNumberFact(identityNumber),
            reads: store.readsByIdentityNumberFact(identityNumber),
          })
          if (person === null) return undefined
          const read: PersonRead = { type: 'PersonRead', purpose, inFull: shownInFull(purpose) }
          await committer.commit({
            events: storedEvents({ prefecture: person.prefecture, stream: person.id }, reads.at(-1)?.seq ?? 0, [read], act),
            changes: [],
          })
          return personView(person, cards, purpose, dayOf(act.at))
        }),
      ),
  }
}
