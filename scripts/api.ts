/** Draws docs/api.md: every route of the API by its folder, from the same values that the product mounts. */
import { accountEventRoutes } from '#account/routes/account-events.ts'
import { officerRoutes } from '#account/routes/officers.ts'
import { privacyRoutes } from '#account/routes/privacy.ts'
import { readingRoutes } from '#account/routes/readings.ts'
import { representationRoutes } from '#account/routes/representations.ts'
import { signInRoutes } from '#account/routes/sign-in.ts'
import { photoRoutes } from '#attachment/routes.ts'
import { calendarRoutes } from '#calendar/routes.ts'
import { caseRoutes } from '#case/routes.ts'
import { answerRoutes, catalogueRoutes } from '#catalogue/routes.ts'
import { deliveryRoutes } from '#delivery/routes.ts'
import { paymentRoutes } from '#payment/routes.ts'
import { evidenceRoutes } from '#platform/evidence/routes.ts'
import type { AnyRoute } from '#platform/http.ts'
import { productionRoutes } from '#production/routes.ts'
import { ratingRoutes } from '#rating/routes.ts'
import { registerRoutes } from '#register/routes.ts'
import { supervisionRoutes } from '#supervision/routes.ts'

/** A list of routes needs nothing of what its routes will use. */
const NOTHING = {} as never

/** Every route of the API, as the product mounts them. */
export const apiRoutes = (): readonly AnyRoute[] =>
  [
    calendarRoutes,
    evidenceRoutes,
    catalogueRoutes,
    answerRoutes,
    signInRoutes,
    accountEventRoutes,
    readingRoutes,
    officerRoutes,
    privacyRoutes,
    representationRoutes,
    registerRoutes,
    photoRoutes,
    caseRoutes,
    productionRoutes,
    paymentRoutes,
    deliveryRoutes,
    ratingRoutes,
    supervisionRoutes,
  ].flatMap((open) => (open as (deps: never) => readonly AnyRoute[])(NOTHING))

const whoMay = ({ path, open }: AnyRoute): string => (path.startsWith('/partners/') ? 'the partner, by signature' : open ? 'anybody' : 'signed in')

const sentence = (text: string): string => text.replace(/\.$/, '').replaceAll('|', '\\|')

/** The text of docs/api.md. */
export function apiPage(): string {
  const sections = [...Map.groupBy(apiRoutes(), ({ tag }) => tag)].map(([tag, ofTag]) => {
    const rows = ofTag.map((one) => `| ${one.method} | \`${one.path}\` | ${sentence(one.summary)} | ${whoMay(one)} |`)
    return `## ${tag}\n\n| | path | what for | who |\n|---|---|---|---|\n${rows.join('\n')}`
  })
  return `<!-- Drawn from the routes by npm run docs. Do not edit. -->
# The API

A running product describes it fully, with every field, at \`/api/openapi.json\` (OpenAPI 3.1). This is the overview. What a role may do to what is one table in [src/account/rules/can.ts](../src/account/rules/can.ts); whatever it does not permit is answered like what does not exist, 404.

Every write carries an \`Idempotency-Key\` (8 to 255 visible ASCII characters): the same for every retry, and the first answer comes again. A record's version travels as \`ETag\`, and back as \`If-Match\` (412 when it has gone on). Lists go on by a cursor. Errors are \`application/problem+json\` in Chinese and English, told apart by \`type\`. A session's token goes in \`Authorization: Bearer …\` or the cookie.

${sections.join('\n\n')}
`
}
