import { canonicalJson } from '#kernel/canonical.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Day, Instant } from '#kernel/time.ts'
import { typedNumber } from '#kernel/typed-text.ts'
import type { Change } from '#platform/commit.ts'
import { type Fact, fact, known } from '#platform/facts.ts'
import { storeKeysChange, wrappedKeysOf } from '#platform/person-keys.ts'
import type { PersonKeys, Sealed, Sealer, WrappedKeys } from '#platform/sealed.ts'
import type { Card, CorrectableItem, Disclosure, Household, Person, PersonKey, Receiver, RegisterEffect } from '#register/model.ts'

/** What the register holds, as facts to gather and changes to commit. Personal data is sealed and opened here and nowhere else. */
export interface RegisterStore {
  /** The open record of whoever has the number, in the whole province. Spaces, dashes and full width don't matter. */
  personByIdentityNumberFact(number: string): Fact<Person | null>
  /** The same for a guardian's number, and null when none was given. */
  guardianByIdentityNumberFact(number: string | undefined): Fact<Person | null>
  personFact(key: PersonKey): Fact<Person | null>
  /** Several people of a prefecture, by id; who is not registered there is not among them. */
  peopleFact(prefecture: string, ids: readonly Uuid[]): Fact<ReadonlyMap<Uuid, Person>>
  /** The record with the keys that its data is sealed with: for whoever writes of this person what only they open. */
  recordByIdentityNumberFact(number: string): Fact<PersonRecord | null>
  /** Everybody registered in the household, by id. */
  householdMembersFact(key: PersonKey): Fact<readonly Person[]>
  /** Some synthetic people of a prefecture with their cards, for the sandbox. */
  syntheticPeopleFact(prefecture: string, limit: number): Fact<readonly { readonly person: Person; readonly cards: readonly Card[] }[]>
  /** Whether somebody of any prefecture is registered in one household with this person. */
  sameHouseholdFact(person: Uuid, other: PersonKey): Fact<boolean>
  /** All cards ever issued to the person, in order of issue. */
  cardsFact(person: PersonKey): Fact<readonly Card[]>
  cardsOfPersonByIdentityNumberFact(number: string): Fact<readonly Card[]>
  /** @throws LostRace, from the commit, when a card has not the status that the decision saw. */
  effectChanges(effects: readonly RegisterEffect[]): readonly Change[]
  /** New records, with their keys and their claim on the number. @throws Taken (`identity_claims_pkey`), from the commit, when a number is registered already. */
  personChanges(...people: readonly Person[]): readonly Change[]
  /** The same with keys that were made before, since something is sealed with them already. */
  recordChanges(...records: readonly PersonRecord[]): readonly Change[]
  householdChange(...households: readonly Household[]): Change
  cardChange(...cards: readonly Card[]): Change
  /** Writes the record anew as version + 1. @throws LostRace, from the commit, when `person.version` is no longer the last. */
  personUpdateChange(record: PersonRecord): Change
}

/** A person, and the keys of the person's data. A person whose key was deleted is nobody here: no fact finds them. */
export interface PersonRecord {
  readonly person: Person
  readonly keys: PersonKeys
}

/** What of a person is sealed. */
type Private = Pick<Person, 'identityNumber' | 'name' | 'sex' | 'ethnicity' | 'birth' | 'phone' | 'address' | 'relationToHead' | 'guardians'>

interface PersonRow {
  prefecture: string
  id: Uuid
  township: string
  household: Uuid
  status: Person['status']
  flags: Person['flags']
  hardship: Person['hardship']
  fingerprints_on: Day | null
  synthetic: boolean
  version: number
  sealed: string
  keys?: WrappedKeys | null
}

interface CardRow {
  prefecture: string
  id: Uuid
  person_id: Uuid
  kind: Card['kind']
  issuer: string
  issued_on: Day
  valid_to: Day | null
  status: Card['status']
  case_id: Uuid | null
  version: number
}

const PERSON_COLUMNS = `p.prefecture, p.id, p.township, p.household, p.status, p.flags, p.hardship, p.fingerprints_on, p.synthetic, p.version, p.sealed,
  ${wrappedKeysOf('p')} as keys`
const PERSON_RECORD =
  'prefecture text, id uuid, identity_index text, township text, household uuid, status text, flags text[], hardship text, fingerprints_on date, synthetic boolean, version int, sealed text'
const CARD_COLUMNS = 'c.prefecture, c.id, c.person_id, c.kind, c.issuer, c.issued_on, c.valid_to, c.status, c.case_id, c.version'
const CARD_RECORD = 'prefecture text, id uuid, person_id uuid, kind text, issuer text, issued_on date, valid_to date, status text, case_id uuid, version int'

const cardOf = (row: CardRow): Card => ({
  prefecture: row.prefecture,
  id: row.id,
  personId: row.person_id,
  kind: row.kind,
  issuer: row.issuer,
  issuedOn: row.issued_on,
  validTo: row.valid_to,
  status: row.status,
  caseId: row.case_id,
  version: row.version,
})

const cardRow = (card: Card): CardRow => ({
  prefecture: card.prefecture,
  id: card.id,
  person_id: card.personId,
  kind: card.kind,
  issuer: card.issuer,
  issued_on: card.issuedOn,
  valid_to: card.validTo,
  status: card.status,
  case_id: card.caseId,
  version: card.version,
})

/** All rows in one parameter, so that the statement's text does not depend on their count. */
const insertChange = (table: string, columns: string, record: string, rows: readonly object[]): Change => ({
  text: `insert into ${table} (${columns}) select ${columns} from json_to_recordset($1::json) as r(${record})`,
  values: [JSON.stringify(rows)],
})

const columnsOf = (record: string): string =>
  record
    .split(', ')
    .map((column) => column.split(' ')[0])
    .join(', ')

const cardsFactOf = (where: string, values: readonly unknown[]): Fact<readonly Card[]> =>
  fact(`select coalesce(json_agg(c order by c.issued_on, c.id), '[]'::json) from (select ${CARD_COLUMNS} from cards c ${where}) c`, values, (rows: CardRow[]) =>
    rows.map(cardOf),
  )

const cardChange = (...cards: readonly Card[]): Change => insertChange('cards', columnsOf(CARD_RECORD), CARD_RECORD, cards.map(cardRow))

/**
 * Compare-and-set: `lost_race()` ends the statement when a card has gone on meanwhile. A statement for each card, for a list of
 * them makes the server read the whole table while it is short.
 */
const cardStatusChange = ({ prefecture, cardId, from, to }: Extract<RegisterEffect, { type: 'set-card-status' }>): Change => ({
  text: `update cards set status = $4::text, version = version + case when status = $3::text then 1 else lost_race() end
    where prefecture = $1::text and id = $2::uuid`,
  values: [prefecture, cardId, from, to],
})

const fingerprintsChange = ({ prefecture, personId, on }: Extract<RegisterEffect, { type: 'record-fingerprints' }>): Change => ({
  text: `update register_people set fingerprints_on = greatest(fingerprints_on, $3::date), version = version + 1
    where prefecture = $1::text and id = $2::uuid`,
  values: [prefecture, personId, on],
})

function effectChanges(effects: readonly RegisterEffect[]): readonly Change[] {
  const issued = effects.filter((effect) => effect.type === 'issue-card')
  const statuses = effects.filter((effect) => effect.type === 'set-card-status')
  const fingerprints = effects.filter((effect) => effect.type === 'record-fingerprints')
  return [
    ...(issued.length > 0 ? [cardChange(...issued.map(({ card }): Card => ({ ...card, status: 'valid', version: 1 })))] : []),
    ...statuses.map(cardStatusChange),
    ...fingerprints.map(fingerprintsChange),
  ]
}

const HOUSEHOLD_RECORD = 'prefecture text, id uuid, township text, kind text, synthetic boolean, version int'

const householdChange = (...households: readonly Household[]): Change =>
  insertChange('register_households', columnsOf(HOUSEHOLD_RECORD), HOUSEHOLD_RECORD, households)

export function openRegisterStore(sealer: Sealer): RegisterStore {
  const indexOf = (number: string): string => sealer.blindIndex('identity-number', typedNumber(number))
  const claimOf = (number: string): string => `person:${indexOf(number)}`

  const sealedOf = ({ person, keys }: PersonRecord): string => {
    const { identityNumber, name, sex, ethnicity, birth, phone, address, relationToHead, guardians } = person
    const inner: Private = { identityNumber, name, sex, ethnicity, birth, phone, address, relationToHead, guardians }
    return canonicalJson(keys.of('register').seal(canonicalJson(inner)))
  }

  const recordOf = (row: PersonRow): PersonRecord | null => {
    const keys = sealer.heldKeys(row, row.keys ?? {})
    return row.keys?.register === null ? null : { person: personOf(row, keys), keys }
  }

  const personOf = (row: PersonRow, keys: PersonKeys): Person => ({
    ...(JSON.parse(keys.of('register').open(JSON.parse(row.sealed) as Sealed)) as Private),
    prefecture: row.prefecture,
    id: row.id,
    township: row.township,
    household: row.household,
    status: row.status,
    flags: row.flags,
    hardship: row.hardship,
    fingerprintsOn: row.fingerprints_on,
    synthetic: row.synthetic,
    version: row.version,
  })

  const newRecord = (person: Person): PersonRecord => ({ person, keys: sealer.newKeys(person) })

  const personRow = ({ person, keys }: PersonRecord): PersonRow & { identity_index: string } => ({
    prefecture: person.prefecture,
    id: person.id,
    identity_index: indexOf(person.identityNumber),
    township: person.township,
    household: person.household,
    status: person.status,
    flags: person.flags,
    hardship: person.hardship,
    fingerprints_on: person.fingerprintsOn,
    synthetic: person.synthetic,
    version: person.version,
    sealed: sealedOf({ person, keys }),
  })

  const recordFactOf = (from: string, values: readonly unknown[]): Fact<PersonRecord | null> =>
    fact(`select row_to_json(p) from (select ${PERSON_COLUMNS} from ${from}) p`, values, (row: PersonRow | null) => row && recordOf(row))

  const personFactOf = (from: string, values: readonly unknown[]): Fact<Person | null> => {
    const { parse, ...piece } = recordFactOf(from, values)
    return { ...piece, parse: (json) => parse(json)?.person ?? null }
  }

  const BY_NUMBER = 'identity_claims i join register_people p on p.prefecture = i.prefecture and p.id = i.subject where i.claim_key = $1::text'

  const personByIdentityNumberFact = (number: string): Fact<Person | null> => personFactOf(BY_NUMBER, [claimOf(number)])

  const recordChanges = (...records: readonly PersonRecord[]): readonly Change[] => [
    insertChange('register_people', columnsOf(PERSON_RECORD), PERSON_RECORD, records.map(personRow)),
    storeKeysChange(records.map(({ keys }) => keys)),
    insertChange(
      'identity_claims',
      'claim_key, prefecture, subject',
      'claim_key text, prefecture text, subject uuid',
      records.map(({ person: { identityNumber, prefecture, id } }) => ({ claim_key: claimOf(identityNumber), prefecture, subject: id })),
    ),
  ]

  return {
    personByIdentityNumberFact,
    guardianByIdentityNumberFact: (number) => (number === undefined ? known(null) : personByIdentityNumberFact(number)),
    recordByIdentityNumberFact: (number) => recordFactOf(BY_NUMBER, [claimOf(number)]),
    personFact: ({ prefecture, id }) => personFactOf('register_people p where p.prefecture = $1::text and p.id = $2::uuid', [prefecture, id]),
    peopleFact: (prefecture, ids) =>
      fact(
        `select coalesce(json_agg(p), '[]'::json) from (select ${PERSON_COLUMNS} from register_people p where p.prefecture = $1::text and p.id = any($2::uuid[])) p`,
        [prefecture, ids],
        (rows: PersonRow[]) => new Map(rows.flatMap((row) => recordOf(row)?.person ?? []).map((person) => [person.id, person])),
      ),
    householdMembersFact: ({ prefecture, id }) =>
      fact(
        `select coalesce(json_agg(p order by p.id), '[]'::json) from (select ${PERSON_COLUMNS} from register_people p where p.prefecture = $1::text and p.household = $2::uuid) p`,
        [prefecture, id],
        (rows: PersonRow[]) => rows.flatMap((row) => recordOf(row)?.person ?? []),
      ),
    syntheticPeopleFact: (prefecture, limit) =>
      fact(
        `select coalesce(json_agg(s order by s.id), '[]'::json) from (
          select ${PERSON_COLUMNS}, (select coalesce(json_agg(c order by c.issued_on, c.id), '[]'::json) from cards c where c.prefecture = p.prefecture and c.person_id = p.id) as cards
          from register_people p where p.prefecture = $1::text and p.synthetic order by p.id limit $2::int) s`,
        [prefecture, limit],
        (rows: (PersonRow & { cards: CardRow[] })[]) =>
          rows.flatMap((row) => {
            const record = recordOf(row)
            return record === null ? [] : [{ person: record.person, cards: row.cards.map(cardOf) }]
          }),
      ),
    sameHouseholdFact: (person, { prefecture, id }) =>
      fact(
        `select to_json(exists (select from register_people o join register_people p on p.prefecture = o.prefecture and p.household = o.household
          where o.prefecture = $1::text and o.id = $2::uuid and p.id = $3::uuid))`,
        [prefecture, id, person],
        Boolean,
      ),
    cardsFact: ({ prefecture, id }) => cardsFactOf('where c.prefecture = $1::text and c.person_id = $2::uuid', [prefecture, id]),
    cardsOfPersonByIdentityNumberFact: (number) =>
      cardsFactOf('join identity_claims i on c.prefecture = i.prefecture and c.person_id = i.subject where i.claim_key = $1::text', [claimOf(number)]),
    effectChanges,
    personChanges: (...people) => recordChanges(...people.map(newRecord)),
    recordChanges,
    householdChange,
    cardChange,
    personUpdateChange: (record) => ({
      text: `update register_people p set
          identity_index = r.identity_index, township = r.township, household = r.household, status = r.status, flags = r.flags, hardship = r.hardship,
          fingerprints_on = r.fingerprints_on, sealed = r.sealed, version = p.version + case when p.version = r.version then 1 else lost_race() end
        from json_to_recordset($1::json) as r(${PERSON_RECORD}) where p.prefecture = r.prefecture and p.id = r.id`,
      values: [JSON.stringify([personRow(record)])],
    }),
  }
}

interface Row {
  id: Uuid
  receiver: Receiver
  reference: string
  case_number: string
  fields: CorrectableItem[]
  sealed: string
  given_at: string
  kept_until: string
  corrected_seq: number
  corrected_at: string | null
}

/** As it is kept: the values sealed. */
export interface KeptDisclosure extends Disclosure {
  readonly id: Uuid
  readonly sealed: string
  readonly correctedSeq: number
}

const ROWS = `select id, receiver, reference, case_number, fields, sealed, given_at, kept_until, corrected_seq, corrected_at from disclosures`

const keptOf = (row: Row): KeptDisclosure => ({
  id: row.id,
  receiver: row.receiver,
  reference: row.reference,
  caseNumber: row.case_number,
  fields: row.fields,
  sealed: row.sealed,
  givenAt: row.given_at,
  keptUntil: row.kept_until,
  correctedSeq: row.corrected_seq,
  correctedAt: row.corrected_at,
})

const manyOf = (where: string, values: readonly unknown[]): Fact<readonly KeptDisclosure[]> =>
  fact(`select coalesce(json_agg(d order by d.given_at desc, d.id), '[]'::json) from (${ROWS} where ${where}) d`, values, (rows: Row[]) => rows.map(keptOf))

/** Who holds data of the person at this moment. */
export const heldByOthersFact = ({ prefecture, id }: PersonKey, at: Instant): Fact<readonly KeptDisclosure[]> =>
  manyOf('prefecture = $1::text and person_id = $2::uuid and kept_until > $3::timestamptz', [prefecture, id, at])

/** Everybody to whom the person's data was given, wherever their records lie. */
export const givenToOthersFact = (prefectures: readonly string[], personId: Uuid): Fact<readonly KeptDisclosure[]> =>
  manyOf('prefecture = any($1::text[]) and person_id = $2::uuid', [prefectures, personId])

export interface NewDisclosure extends Omit<Disclosure, 'correctedAt'> {
  readonly id: Uuid
  readonly person: PersonKey
  readonly sealed: string
}

/** The same receiver and reference is the same giving, however often it was tried. */
export const disclosureChange = (given: NewDisclosure): Change => ({
  text: `insert into disclosures (prefecture, id, person_id, receiver, reference, case_number, fields, sealed, given_at, kept_until)
    values ($1::text, $2::uuid, $3::uuid, $4::text, $5::text, $6::text, $7::text[], $8::text, $9::timestamptz, $10::timestamptz) on conflict do nothing`,
  values: [
    ...[given.person.prefecture, given.id, given.person.id, given.receiver, given.reference, given.caseNumber, given.fields, given.sealed],
    ...[given.givenAt, given.keptUntil],
  ],
})

/** The receiver was told, and holds the new values from now on. */
export const correctedChange = (prefecture: string, id: Uuid, seq: number, at: Instant, sealed: string): Change => ({
  text: `update disclosures set corrected_seq = $3::int, corrected_at = $4::timestamptz, sealed = $5::text
    where prefecture = $1::text and id = $2::uuid and corrected_seq < $3::int`,
  values: [prefecture, id, seq, at, sealed],
})
