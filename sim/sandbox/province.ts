import type { Uuid } from '#kernel/ids.ts'
import { maskName } from '#person/rules.ts'
import { PREFECTURES } from '#place/model.ts'
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

/** Empties everything of ours but the clock, as only a sandbox can. The caller sees to it that nothing else writes meanwhile. */
export const emptyDatabase = async (db: Db): Promise<void> => {
  await db.run({ text: 'select empty_sandbox()', values: [] })
}
