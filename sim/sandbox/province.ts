import type { Uuid } from '#kernel/ids.ts'
import { maskName, parseIdentityNumber } from '#person/rules.ts'
import { PREFECTURES } from '#place/model.ts'
import { actingAs, SYSTEM } from '#platform/actor.ts'
import type { Db } from '#platform/db.ts'
import { gather } from '#platform/facts.ts'
import type { Register } from '#register/commands.ts'

export interface SandboxResident {
  readonly personId: string
  readonly shownName: string
  readonly name: string
  readonly identityNumber: string
}

/** A resident by id alone, as the sandbox's sign-in names them: looked for in every prefecture. */
export async function findResident(db: Db, register: Register, id: string): Promise<SandboxResident | undefined> {
  const { rows } = await db.run<{ prefecture: string }>({
    text: 'select prefecture from register_people where prefecture = any($1::text[]) and id = $2::uuid',
    values: [PREFECTURES, id],
  })
  const prefecture = rows[0]?.prefecture
  if (prefecture === undefined) return undefined
  const { person } = await gather(db, { person: register.personFact({ prefecture, id: id as Uuid }) })
  return person ? { personId: person.id, shownName: maskName(person.name), name: person.name, identityNumber: person.identityNumber } : undefined
}

const LOOKED_AT = 300
const SHOWN = 12

/** For the identity platform's stand-in: by a whole identity number, or by the beginning of a name among 长春's first; some, without either. */
export async function searchResidents(
  db: Db,
  register: Register,
  search: string,
): Promise<readonly { readonly name: string; readonly identityNumber: string }[]> {
  const parsed = parseIdentityNumber(search)
  if (parsed.ok) {
    const { person } = await actingAs(SYSTEM, () => gather(db, { person: register.personByIdentityNumberFact(parsed.number) }))
    return [{ name: person?.name ?? '未登记的人', identityNumber: parsed.number }]
  }
  const { people } = await actingAs(SYSTEM, () => gather(db, { people: register.syntheticPeopleFact('2201', LOOKED_AT) }))
  return people
    .map(({ person }) => person)
    .filter(({ name }) => name.startsWith(search.trim()))
    .slice(0, SHOWN)
    .map(({ name, identityNumber }) => ({ name, identityNumber }))
}

/** Empties everything of ours but the clock, as only a sandbox can. The caller sees to it that nothing else writes meanwhile. */
export const emptyDatabase = async (db: Db): Promise<void> => {
  await db.run({ text: 'select empty_sandbox()', values: [] })
}
