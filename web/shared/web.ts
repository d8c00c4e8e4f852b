/**
 * How a page plugs in. One page is one file: its path, who may open it, what it loads, how it looks, what it can do.
 * Every step is a URL and a form: POST, then redirect; a POST that fails renders the page again with what was typed.
 */
import { createHash, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { unstorableFields } from '#kernel/fields.ts'
import type { Language, Sentence } from '#kernel/language.ts'
import type { Instant } from '#kernel/time.ts'
import { isOwnOrigin } from '#platform/edge/headers.ts'
import type { LimitName } from '#platform/edge/limits.ts'
import type { Act } from '#platform/events.ts'
import { actOf, matterOf, type Principal, problemOf } from '#platform/http.ts'
import { type Answer, type Once, openOnce } from '#platform/once.ts'
import { type Problem, ProblemError, type ProblemType, problem } from '#platform/problem.ts'
import { type Assets, CLIENT_FOLDER, readAssets } from '#web/shared/assets.ts'
import { listHref, type OptionGroup } from '#web/shared/choice.tsx'
import { errorPage } from '#web/shared/error-pages.tsx'
import type { Forms, Submission, TypedValues } from '#web/shared/form.tsx'
import { type Acting, type PageActor, renderPage, type SessionEnd, type View } from '#web/shared/page.tsx'
import { addReading, addressOf, type ReadingChoice, readingOf } from '#web/shared/preferences.ts'
import { type Audience, type Reading, read } from '#web/shared/reading.tsx'
import { formOf, type SentForm } from '#web/shared/sent-form.ts'

declare module 'fastify' {
  interface FastifyRequest {
    language: Language
    mode: ReadingChoice['mode']
    elderSize: ReadingChoice['elderSize']
  }
}

export interface PageContext<Services> {
  readonly services: Services
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly principal: Principal | null
  readonly reading: Reading
  readonly at: Instant
  readonly request: FastifyRequest
  /** What the form holds that is shown again after a POST; empty on a GET. */
  readonly typed: TypedValues
}

export interface ActionContext<Services> extends PageContext<Services> {
  readonly act: Act
  /** Bound to the form's hidden key and to what was typed: a double tap gets the first answer. */
  readonly once: Once
}

/** A cookie of this site; `null` takes it away. */
export interface OwnCookie {
  readonly name: string
  readonly value: string | null
  readonly path?: string
  readonly maxAgeSeconds?: number
  readonly secure?: boolean
}

/**
 * Where to go after an action, or what to correct, or the same page again with what was found meanwhile among its values
 * (a step of a long form: nothing has happened yet that a repeated POST would repeat). A thrown `ProblemError` counts as a problem.
 */
export type Outcome =
  | { readonly to: string; readonly cookie?: OwnCookie /** Everything that this browser kept of us goes. */; readonly clearsSite?: boolean }
  | { readonly problem: Problem; readonly values?: TypedValues }
  | { readonly again: TypedValues }

export interface PageDefinition<Services, Data> {
  /** Fastify's path: `/window/cases/:number`. */
  readonly path: string
  readonly audience: Audience
  /** Who may open it; absent: anybody, signed in or not. */
  readonly roles?: readonly string[]
  /** Shows and does what is the represented person's, while somebody acts for another. Other pages that one signs in for are one's own. */
  readonly forAnother?: boolean
  /** Stays one's own whomever one acts for: where that is chosen and ended. */
  readonly ownAlways?: boolean
  /** `undefined`: there is no such thing, or not for this reader (404, alike). */
  load(context: PageContext<Services>): Promise<Data | undefined> | Data | undefined
  view(data: Data, context: PageContext<Services>): View
  /** What `?format=csv` answers. */
  csv?(data: Data, context: PageContext<Services>): { readonly name: string; readonly text: string }
  /** How often this page's forms may be sent, and about whom or what: where something could be tried through. */
  readonly limit?: LimitName
  readonly subject?: (form: SentForm) => string
  /** Every refusal of them takes as long as any other. */
  readonly alike?: boolean
  readonly actions?: Readonly<Record<string, (form: SentForm, context: ActionContext<Services>) => Promise<Outcome>>>
  /** What an action does, in the words of the table of permissions, where somebody may first have to prove that it is them. */
  readonly demands?: Readonly<Record<string, string>>
}

export type Page<Services> = PageDefinition<Services, unknown>

/** Infers what a page loads, then forgets it: a list of pages need not know. */
export const definePage = <Services, Data>(definition: PageDefinition<Services, Data>): Page<Services> => definition as Page<Services>

export interface WebOptions<Services> {
  readonly services: Services
  /** What the header says about who is signed in. */
  describe(principal: Principal, request: FastifyRequest): Promise<PageActor> | PageActor
  /** Where to sign in; the page wanted follows as `?next=`. */
  readonly signInHref: string
  readonly signOutHref: string
  /** When the session ends unless it is used; undefined: it doesn't by itself. */
  sessionEnd?(principal: Principal, at: Instant): SessionEnd | undefined
  /** What somebody must prove before they do it, and what they had typed meanwhile. */
  readonly proof?: {
    demand(principal: Principal, action: string, at: Instant): Problem | undefined
    keep(actorId: string, form: Omit<Submission, 'problem'>, at: Instant): Promise<string>
    find(actorId: string, id: string, at: Instant): Promise<Omit<Submission, 'problem'> | undefined>
    /** Where it is proven; what is missing, and where to return, follow as the query. */
    readonly href: string
  }
  /** Whom somebody acts for, as the banner says it, and where that is ended. */
  acting?(principal: Principal): Acting | undefined
  /** The sandbox's banner. */
  readonly sandbox?: { readonly controlsHref: string }
  /** Long lists of options, served once and kept by the browser, by name: what a select's `from` fetches. */
  readonly lists?: Readonly<Record<string, readonly OptionGroup[]>>
  readonly clientFolder?: string
}

/** Adds the pages, their scripts and stylesheet, and pages for what isn't found or fails. */
export async function registerPages<Services>(app: FastifyInstance, pages: readonly Page<Services>[], options: WebOptions<Services>): Promise<void> {
  const folder = options.clientFolder ?? CLIENT_FOLDER
  const assets = readAssets(folder)
  await app.register(async (scope) => {
    await scope.register(fastifyStatic, {
      root: join(folder, 'assets'),
      prefix: '/assets/',
      immutable: true,
      maxAge: '365d',
      index: false,
      decorateReply: false,
    })
    addReading(scope)
    mountLists(scope, options.lists ?? {})
    for (const page of pages) mountPage(scope, page, options, assets)
    scope.setErrorHandler(async (error, request, reply) => {
      const found = problemOf(error as Parameters<typeof problemOf>[0], request)
      return sendProblem(request, reply, found.type, options, assets)
    })
    scope.get('/*', async (request, reply) => {
      if (request.url.startsWith('/api/') || !wantsPage(request)) return reply.callNotFound()
      return sendProblem(request, reply, 'not-found', options, assets)
    })
  })
}

/** `[[group, [[value, label, search], …]], …]` in one language. */
function mountLists(scope: FastifyInstance, lists: Readonly<Record<string, readonly OptionGroup[]>>): void {
  for (const [name, groups] of Object.entries(lists))
    for (const language of LANGUAGES) {
      const of = groups.map(({ label, options }) => [read(label, language), options.map((one) => [one.value, read(one.label, language), one.search ?? ''])])
      const text = JSON.stringify(of)
      scope.get(listHref(name, language), async (_request, reply) =>
        reply.type('application/json; charset=utf-8').header('cache-control', `private, max-age=${LIST_SECONDS}`).send(text),
      )
    }
}

/** Places change between releases only; a shift's worth is kept. */
const LIST_SECONDS = 8 * 3_600
const LANGUAGES: readonly Language[] = ['zh', 'en']

const wantsPage = (request: FastifyRequest): boolean => (request.headers.accept ?? '').includes('text/html')

function mountPage<Services>(scope: FastifyInstance, page: Page<Services>, options: WebOptions<Services>, assets: Assets): void {
  const config = actingConfig(page)
  scope.get(page.path, { config }, async (request, reply) => {
    if (mustSignIn(page, request)) return reply.redirect(signInHref(options, request), 303)
    const kept = await keptForm(request, options)
    const context = { ...contextOf(page, request, options), typed: kept?.values ?? {} }
    const data = await loadFor(page, context)
    if (context.query.format === 'csv' && page.csv !== undefined) {
      request.spend('export')
      const { name, text } = page.csv(data, context)
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
        .send(text)
    }
    return send(request, reply, 200, page.view(data, context), context.reading, options, assets, kept === undefined ? {} : { kept })
  })
  if (page.actions === undefined) return
  scope.post(page.path, { config: { ...config, alike: page.alike === true } }, async (request, reply) => {
    if (!isOwnOrigin(request)) return sendProblem(request, reply, 'foreign', options, assets)
    if (mustSignIn(page, request)) return reply.redirect(signInHref(options, request), 303)
    return runAction(page, request, reply, options, assets)
  })
}

/** What anybody may open shows no person's own; whoever acts for another is told so there, too. */
const actingConfig = <Services>({ roles, forAnother = roles === undefined, ownAlways = false }: Page<Services>) => ({ forAnother, ownAlways })

async function runAction<Services>(
  page: Page<Services>,
  request: FastifyRequest,
  reply: FastifyReply,
  options: WebOptions<Services>,
  assets: Assets,
): Promise<FastifyReply> {
  const context = contextOf(page, request, options)
  const form = await formOf(request)
  if (page.limit !== undefined) request.spend(page.limit, page.subject?.(form))
  const action = Object.hasOwn(page.actions ?? {}, form.action) ? page.actions?.[form.action] : undefined
  if (action === undefined) throw new ProblemError(problem('malformed-request'))
  const proof = await proofNeeded(page, form, request, options)
  if (proof !== undefined) return reply.redirect(proof, 303)
  const outcome = await outcomeOf(form, async () => {
    const once = openOnce(context.principal?.id ?? 'anyone', form.idempotencyKey, `${matterOf(request)}#${form.action}`, comparable(form), context.at)
    return action(form, { ...context, act: actOf(request), once })
  })
  if ('to' in outcome) {
    if (outcome.cookie !== undefined) keepCookie(reply, outcome.cookie)
    if (outcome.clearsSite === true) reply.header('clear-site-data', '"cache", "cookies", "storage"')
    return reply.redirect(outcome.to, 303)
  }
  if ('problem' in outcome && outcome.problem.type === 'not-found') return sendProblem(request, reply, 'not-found', options, assets)
  const values = 'again' in outcome ? outcome.again : (outcome.values ?? form.values)
  const shown = { ...context, typed: values }
  const data = await loadFor(page, shown)
  const sent: Omit<Submission, 'problem'> = { form: form.form, values }
  const forms = 'again' in outcome ? { kept: sent } : { failed: { ...sent, problem: outcome.problem } }
  return send(request, reply, 'again' in outcome ? 200 : outcome.problem.status, page.view(data, shown), shown.reading, options, assets, forms)
}

/** Where somebody must first prove that it is them; what they typed waits for them. */
async function proofNeeded<Services>(
  page: Page<Services>,
  form: SentForm,
  request: FastifyRequest,
  { proof }: WebOptions<Services>,
): Promise<string | undefined> {
  const demanded = page.demands?.[form.action]
  if (demanded === undefined || request.principal === null) return undefined
  const missing = proof?.demand(request.principal, demanded, request.at)
  if (proof === undefined || missing === undefined) return undefined
  const kept = await proof.keep(request.principal.id, { form: form.form, values: form.values }, request.at)
  const back = new URL(request.url, 'http://localhost')
  back.searchParams.set('kept', kept)
  return `${proof.href}?${new URLSearchParams({ why: missing.type, next: back.pathname + back.search })}`
}

/** What somebody had typed before they proved that it is them; nobody else's. */
async function keptForm<Services>(request: FastifyRequest, { proof }: WebOptions<Services>): Promise<Omit<Submission, 'problem'> | undefined> {
  const { kept } = request.query as { readonly kept?: unknown }
  if (typeof kept !== 'string' || request.principal === null) return undefined
  return proof?.find(request.principal.id, kept, request.at)
}

function keepCookie(reply: FastifyReply, { name, value, path = '/', maxAgeSeconds, secure = false }: OwnCookie): void {
  if (value === null) reply.clearCookie(name, { path, secure })
  else reply.setCookie(name, value, { path, httpOnly: true, sameSite: 'lax', secure, ...(maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds }) })
}

async function outcomeOf(form: SentForm, run: () => Promise<Outcome>): Promise<Outcome> {
  const unstorable = unstorableFields(form.values)
  if (Object.keys(unstorable).length > 0) return { problem: problem('invalid-input', { fields: unstorable }) }
  try {
    return await run()
  } catch (error) {
    if (error instanceof ProblemError) return { problem: error.problem }
    throw error
  }
}

/** Files count by their bytes. */
const comparable = (form: SentForm): unknown => ({
  values: form.values,
  files: Object.fromEntries(Object.entries(form.files).map(([name, file]) => [name, createHash('sha256').update(file.bytes).digest('hex')])),
})

/** The page after an answer of a command: a kept refusal is shown again just as the first time. */
export function outcomeOfAnswer(answer: Answer, to: (body: never) => string): Outcome {
  const body: unknown = JSON.parse(answer.body)
  if (answer.status < 400) return { to: to(body as never) }
  const { type, status, title, titleEn, ...more } = body as Omit<Problem, 'title'> & { readonly title: string; readonly titleEn: string }
  return { problem: { ...more, type: type.replace('/problems/', '') as ProblemType, status, title: { zh: title, en: titleEn } satisfies Sentence } }
}

const mustSignIn = <Services>(page: Page<Services>, request: FastifyRequest): boolean => page.roles !== undefined && request.principal === null

const signInHref = <Services>(options: WebOptions<Services>, request: FastifyRequest): string =>
  `${options.signInHref}?next=${encodeURIComponent(addressOf({ url: request.method === 'GET' ? request.url : (request.url.split('?')[0] ?? '/') }))}`

async function loadFor<Services>(page: Page<Services>, context: PageContext<Services>): Promise<unknown> {
  const permitted = page.roles === undefined || (context.principal !== null && page.roles.includes(context.principal.role))
  const data = permitted ? await page.load(context) : undefined
  if (data === undefined) throw new ProblemError(problem('not-found'))
  return data
}

function contextOf<Services>(page: Page<Services>, request: FastifyRequest, { services }: WebOptions<Services>): PageContext<Services> {
  return {
    services,
    params: request.params as Record<string, string>,
    query: lastOfEach(request.query as Record<string, string | string[]>),
    principal: request.principal,
    reading: readingOf(request, page.audience),
    at: request.at,
    request,
    typed: {},
  }
}

const lastOfEach = (query: Readonly<Record<string, string | readonly string[]>>): Record<string, string> =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, typeof value === 'string' ? value : (value.at(-1) ?? '')]))

async function send<Services>(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  view: View,
  reading: Reading,
  options: WebOptions<Services>,
  assets: Assets,
  sent: Omit<Forms, 'newIdempotencyKey'> = {},
): Promise<FastifyReply> {
  const { principal } = request
  const session = principal === null ? undefined : options.sessionEnd?.(principal, request.at)
  const acting = principal === null ? undefined : options.acting?.(principal)
  const html = renderPage({
    ...view,
    reading,
    assets,
    forms: { newIdempotencyKey: randomUUID, ...sent },
    ...(principal === null ? {} : { actor: await options.describe(principal, request), signOutHref: options.signOutHref }),
    ...(session === undefined ? {} : { session }),
    ...(acting === undefined ? {} : { acting }),
    ...(options.sandbox === undefined ? {} : { sandbox: { now: request.at, controlsHref: options.sandbox.controlsHref } }),
  })
  return reply.code(status).type('text/html; charset=utf-8').header('cache-control', 'no-store').header('vary', 'Accept-Language, Cookie').send(html)
}

async function sendProblem<Services>(
  request: FastifyRequest,
  reply: FastifyReply,
  type: ProblemType,
  options: WebOptions<Services>,
  assets: Assets,
): Promise<FastifyReply> {
  return send(request, reply, problem(type).status, errorPage(type), readingOf(request, 'resident'), options, assets)
}
