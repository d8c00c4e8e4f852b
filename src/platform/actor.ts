import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * For whom the database works. Every statement runs with this on its connection, and the policies of the tables (row-level security)
 * look at nothing else: what an actor may not see is not there, whatever the program forgot to ask.
 */
export interface DbActor {
  readonly id: string
  /** A role of `account`, or `system`, `anyone` (not signed in), `nobody`. */
  readonly role: string
  readonly organ: string | null
  readonly personId: string | null
  /** What a record is read for, where it is nobody's case yet; null: no purpose was stated. */
  readonly purpose: string | null
  /** On which record of representation they act for another, and when: the policies look there whether it stands. */
  readonly acting?: { readonly prefecture: string; readonly representation: string; readonly at: string }
}

/** The product itself: sweeps, reactions, the start, seeds. Sees and writes everything that its role in the database may. */
export const SYSTEM: DbActor = { id: 'system', role: 'system', organ: null, personId: null, purpose: null }

/** Whoever opens a page or calls an open route without being signed in. */
export const ANYONE: DbActor = { id: 'anyone', role: 'anyone', organ: null, personId: null, purpose: null }

/** A statement that nobody answers for: sees no row about a person. */
export const NOBODY: DbActor = { id: 'nobody', role: 'nobody', organ: null, personId: null, purpose: null }

const acting = new AsyncLocalStorage<DbActor>()

/** Everything that `work` asks of the database, also after its awaits, is asked for `actor`. The innermost holds. */
export const actingAs = <T>(actor: DbActor, work: () => T): T => acting.run(actor, work)

export const actorNow = (): DbActor | undefined => acting.getStore()

/** The same actor, for a stated purpose. */
export function forPurpose<T>(purpose: string, work: () => T): T {
  const actor = actorNow()
  return actor === undefined || actor.purpose === purpose ? work() : acting.run({ ...actor, purpose }, work)
}

/**
 * What the product does for somebody beyond what the database lets them see, each with the reason why that is right. Everything else
 * that is done for a request is done as its caller; a wider policy would open the row to every other query too.
 */
const BEYOND = {
  metrics: 'How many alarms are open is a number about no person, asked for by whoever watches the machine.',
  session: 'Who asks is known only when the session is found; and a session begins and ends before and after anybody is signed in.',
  'account-events': 'Who came in by an account is shown to its owner and to auditors; the query asks for no other account, and both were asked for before.',
  'partner-report': 'A partner signs its reports instead of signing in; what a report sets off concerns cases of any organ.',
  progress: 'Whoever knows a case by its number and the end of its identity number sees how it stands; nothing is shown before both were compared.',
  'case-asked-for': 'Whose case somebody asked for must be known to write down that they asked; it is shown only to whoever `can` permits.',
  payment: 'An order is its payer’s to begin and the product’s to keep: whose case it is was asked before, and what the gateway says holds for everybody.',
  'own-household': 'Whether a reader looks up their own household is compared, and nothing of it shown.',
  'photo-analysis': 'A photo is analysed once, whichever organ it came to first; only the findings are used, not the file.',
  'photo-of-case': 'Whoever may see a case may see the photo that it names, which came to the organ that accepted it; the caller has asked about the case.',
  operations: 'An operator mends what gave up, in every prefecture: of the case that waits the number is shown, and nothing else.',
  'calendar-preview': 'An administrator learns how many dates a notice moves, by case number, and nothing else of the cases.',
  'own-export': 'A person is given everything that is kept about them, from tables that only the product itself reads.',
  guardianship: 'What the register says of a child and its guardian is written by the product, which asked the register, and by nobody else.',
  'representative-named': 'Whether a name and a number belong to one person is compared, and nothing shown but that they do.',
  correction: 'A correction goes on a person’s stream as the next of its events; of what else happened to the person only the number is used.',
  deletion: 'What is deleted on order stands in tables that nobody but the product touches; who ordered it stands in the event.',
  rating:
    'A rating is written for whoever owns the case or knows its number; what was typed is sealed and opened with the key of the person whose case it is, for whom the database showed the rating.',
} as const

export const forSystem = <T>(_because: keyof typeof BEYOND, work: () => T): T => actingAs(SYSTEM, work)

/**
 * What stands under an organ, as the beginning that all their codes have: codes nest by their digits (province two, prefecture four,
 * county six; everything below a county bureau has a whole code of its own, and nothing under it).
 */
export function jurisdictionPrefix(organ: string): string {
  if (/0{10}$/.test(organ)) return organ.slice(0, 2)
  if (/0{8}$/.test(organ)) return organ.slice(0, 4)
  if (/0{6}$/.test(organ)) return organ.slice(0, 6)
  return organ
}

/** No code begins with it: so that who has no organ has no jurisdiction, rather than all. */
const NO_JURISDICTION = '-'

const VARIABLES = ['actor_id', 'role', 'organ', 'person_id', 'purpose', 'jurisdiction', 'representation', 'at'] as const

/** The values of the session's variables, in the order of `SET_ACTOR`'s parameters. */
export const settingsOf = ({ id, role, organ, personId, purpose, acting }: DbActor): readonly string[] => [
  id,
  role,
  organ ?? '',
  personId ?? '',
  purpose ?? '',
  organ ? jurisdictionPrefix(organ) : NO_JURISDICTION,
  acting === undefined ? '' : `${acting.prefecture}/${acting.representation}`,
  acting?.at ?? '',
]

/** The same by name, for a client of another kind. */
export const sessionSettings = (actor: DbActor): Readonly<Record<string, string>> =>
  Object.fromEntries(settingsOf(actor).map((value, i) => [`yitang.${VARIABLES[i]}`, value]))

/** Sets all of them at once for the session; yields no row. */
export const SET_ACTOR = `select where (${VARIABLES.map((name, i) => `set_config('yitang.${name}', $${i + 1}, false)`).join(' || ')}) is null`
