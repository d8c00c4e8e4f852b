/** Language, 长辈版 and text size: the query, then the cookie, then what the browser asks for. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Language } from '#kernel/language.ts'
import { type Audience, type ElderSize, type Mode, newReading, type Reading } from '#web/shared/reading.tsx'

export interface ReadingChoice {
  readonly language: Language
  readonly mode: Mode
  readonly elderSize: ElderSize
}

const ONE_YEAR_SECONDS = 365 * 24 * 3600

interface Asked {
  readonly query: Readonly<Record<string, unknown>>
  readonly cookies: Readonly<Record<string, string | undefined>>
  readonly acceptLanguage: string | undefined
}

/** Pure: what the reader gets. An unknown value counts as none. */
export function chooseReading({ query, cookies, acceptLanguage }: Asked): ReadingChoice {
  const language = languageOf(query.lang) ?? languageOf(cookies.lang) ?? languageAccepted(acceptLanguage)
  const mode = modeOf(query.mode) ?? modeOf(cookies.mode) ?? 'standard'
  const elderSize = sizeOf(query.size) ?? sizeOf(cookies.size) ?? 22
  return { language, mode, elderSize }
}

const languageOf = (value: unknown): Language | undefined => (value === 'zh' || value === 'en' ? value : undefined)
const modeOf = (value: unknown): Mode | undefined => (value === 'standard' || value === 'elder' ? value : undefined)
const sizeOf = (value: unknown): ElderSize | undefined => (value === '22' ? 22 : value === '26' ? 26 : value === '30' ? 30 : undefined)

/** The first of our languages by the weights of `Accept-Language`; Chinese when it names none of them. */
function languageAccepted(header: string | undefined): Language {
  const wishes = (header ?? '')
    .split(',')
    .map((part, index) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
      const weight = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find((q) => q !== undefined)
      return { language: languageOf(tag.split('-')[0]), weight: weight === undefined ? 1 : Number(weight), index }
    })
    .filter((wish) => wish.language !== undefined && wish.weight > 0)
    .sort((a, b) => b.weight - a.weight || a.index - b.index)
  return wishes[0]?.language ?? 'zh'
}

/** Sets `request.language`, `request.mode` and `request.elderSize`; a choice in the query is kept in a cookie. */
export function addReading(app: FastifyInstance): void {
  app.decorateRequest('language', 'zh')
  app.decorateRequest('mode', 'standard')
  app.decorateRequest('elderSize', 22)
  app.addHook('onRequest', async (request, reply) => {
    const query = request.query as Readonly<Record<string, unknown>>
    const choice = chooseReading({ query, cookies: request.cookies, acceptLanguage: request.headers['accept-language'] })
    Object.assign(request, choice)
    if (languageOf(query.lang) !== undefined) keep(reply, 'lang', choice.language)
    if (modeOf(query.mode) !== undefined) keep(reply, 'mode', choice.mode)
    if (sizeOf(query.size) !== undefined) keep(reply, 'size', String(choice.elderSize))
  })
}

const keep = (reply: FastifyReply, name: string, value: string): FastifyReply =>
  reply.setCookie(name, value, { path: '/', sameSite: 'lax', httpOnly: true, maxAge: ONE_YEAR_SECONDS })

/** Somebody typed a person's number into the address: no link of ours leads there again. */
const NUMBER = /(?<![0-9A-Za-z])(?:\d{17}[\dXx]|1[3-9]\d{9})(?![0-9A-Za-z])/

/** The address that was asked for, to lead back to. */
export const addressOf = ({ url }: { readonly url: string }): string => (NUMBER.test(url) ? '/' : url)

/** The reading of this request. Officers have their own density; 长辈版 is for residents. */
export const readingOf = (request: FastifyRequest, audience: Audience): Reading =>
  newReading({
    language: request.language,
    mode: audience === 'resident' ? request.mode : 'standard',
    elderSize: request.elderSize,
    audience,
    url: addressOf(request),
  })
