/** Some of the sandbox's people, a few of every kind that the windows treat differently. */
import type { Sentence } from '#kernel/language.ts'
import type { Day } from '#kernel/time.ts'
import { ageOn } from '#person/rules.ts'
import type { Card, Person } from '#register/model.ts'
import { cardStateOn, currentCard } from '#register/rules.ts'
import { cardStateWords, hardshipWords, registerFlagWords, registrationStatusWords } from '#register/words.ts'
import { type Column, Table } from '#web/shared/table.tsx'
import { Heading, Lead } from '#web/shared/text.tsx'
import { signInWords as words } from '#web/sign-in/words.ts'

export interface ToTry {
  readonly number: string
  readonly name: string
  readonly age: number
  readonly card: Sentence
  readonly remarks: readonly Sentence[]
}

const OF_EACH = 2

/** Two of each kind: by what the card is worth, and by what the register remarks. */
export function peopleToTry(people: readonly { readonly person: Person; readonly cards: readonly Card[] }[], on: Day): readonly ToTry[] {
  const taken = new Map<string, number>()
  return people
    .map(({ person, cards }) => described(person, cards, on))
    .filter(({ card, remarks, age }) => {
      const kind = remarks[0]?.en ?? `${card.en} ${age < 16 ? 'child' : ''}`
      taken.set(kind, (taken.get(kind) ?? 0) + 1)
      return (taken.get(kind) ?? 0) <= OF_EACH
    })
}

function described(person: Person, cards: readonly Card[], on: Day): ToTry {
  const card = currentCard(cards, on)
  return {
    number: person.identityNumber,
    name: person.name,
    age: ageOn(person.birth, on),
    card: card === undefined ? words.noCard : cardStateWords[cardStateOn(card, on)],
    remarks: [
      ...(person.status === 'valid' ? [] : [registrationStatusWords[person.status]]),
      ...person.flags.map((flag) => registerFlagWords[flag]),
      ...(person.hardship === 'none' ? [] : [hardshipWords[person.hardship]]),
    ],
  }
}

const COLUMNS: readonly Column<ToTry>[] = [
  { key: 'number', title: words.number, cell: ({ number }) => <span class="figure">{number}</span> },
  { key: 'name', title: words.name, cell: ({ name }) => <span class="one-line">{name}</span> },
  { key: 'age', title: words.age, numeric: true, cell: ({ age }) => age },
  { key: 'card', title: words.cardNow, cell: ({ card }) => card },
  { key: 'remarks', title: words.remarks, cell: ({ remarks }) => ({ zh: remarks.map(({ zh }) => zh).join('；'), en: remarks.map(({ en }) => en).join('; ') }) },
]

export const PeopleToTry = ({ people }: { readonly people: readonly ToTry[] }) => (
  <>
    <Heading>{words.people}</Heading>
    <Lead>{words.peopleLead}</Lead>
    <Table caption={words.people} hideCaption columns={COLUMNS} rows={people} keyOf={({ number }) => number} />
  </>
)
