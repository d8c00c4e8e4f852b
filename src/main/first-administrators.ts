/**
 * `npm run first-administrators -- --number 100001 --number 100002`: the first security administrators of an installation, once, while
 * there is none. Prints a one-time code for each; they enrol their passkeys with it and appoint everybody else.
 *
 *     --number=<警号>    twice or more: whoever proposes a role may not approve it
 *     --organ=<code>    where they work; without it, the province's public security department
 */
import { parseArgs } from 'node:util'
import { type FirstAdministratorsProblem, foundAdministrators } from '#account/commands/first-administrators.ts'
import { actingAs, SYSTEM } from '#platform/actor.ts'
import { systemIds } from '#platform/chance.ts'
import { readClock } from '#platform/clock.ts'
import { openCommitter } from '#platform/commit.ts'
import { openDb } from '#platform/db.ts'

const PROVINCE_ORGAN = '220000000000'

const SAYS: Readonly<Record<FirstAdministratorsProblem, string>> = {
  'founded-already': 'Nothing was done: there are security administrators already, or were. They appoint the next ones, on the page “Officers and roles”.',
  'too-few': 'Name at least two people: --number=<警号> --number=<警号>. Whoever proposes a role may not approve it.',
  'number-wrong': 'A number has 4 to 60 letters, digits, dots, colons or dashes.',
  'number-taken': 'Nothing was done: an officer with one of these numbers is registered already.',
}

const { values } = parseArgs({ options: { number: { type: 'string', multiple: true, default: [] }, organ: { type: 'string', default: PROVINCE_ORGAN } } })
const db = openDb({ url: process.env.DATABASE_URL ?? '', connectionsMax: 2, onLost: () => undefined, otherwise: SYSTEM })
try {
  await actingAs(SYSTEM, async () => {
    const deps = { db, committer: openCommitter(db), ids: systemIds }
    const outcome = await foundAdministrators(deps, values.number, values.organ, await readClock(db))
    if ('problem' in outcome) {
      process.stderr.write(`${SAYS[outcome.problem]}\n`)
      process.exitCode = 1
      return
    }
    for (const { number, code, until } of outcome.founded) process.stdout.write(`${number} ${code} until ${until}\n`)
    process.stdout.write('Hand each code over in person: it is shown this once, and worth one passkey.\n')
  })
} finally {
  await db.end()
}
