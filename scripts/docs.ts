/** Writes the pages that are drawn from the code; `npm run docs` runs it. test/docs.test.ts fails while a page and the code differ. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { apiPage } from '#scripts/api.ts'
import { root } from '#scripts/children.ts'
import { procedurePage } from '#scripts/procedure.ts'
import { securityPage } from '#scripts/security.ts'

/** Path from the root of the repository → its text. */
export const drawnPages = (): ReadonlyMap<string, string> =>
  new Map([
    ['docs/api.md', apiPage()],
    ['docs/procedure.md', procedurePage()],
    ['docs/security.md', securityPage()],
  ])

if (import.meta.main) for (const [path, text] of drawnPages()) writeFileSync(join(root, path), text)
