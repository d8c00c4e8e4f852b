/**
 * Who is reading: language, mode (standard or 长辈版), audience. Every component asks this context
 * instead of taking a language prop, so that a page can't mix languages by accident.
 */
import { type ComponentChildren, createContext, isValidElement } from 'preact'
import { useContext } from 'preact/hooks'
import { type Language, type Sentence, say } from '#kernel/language.ts'

export type Mode = 'standard' | 'elder'
export type Audience = 'resident' | 'officer'
/** Base size of the text in 长辈版, in CSS px (工信部 APP 适老化规范: adjustable, the largest at least 30). */
export type ElderSize = 22 | 26 | 30
/** The scripts a page may load; `web/shared/<name>.island.tsx`. */
export type IslandName = 'type-ahead' | 'file-preview' | 'officer-keys' | 'live-list' | 'receipt-check' | 'passkey' | 'session-end'

export interface Reading {
  readonly language: Language
  readonly mode: Mode
  readonly elderSize: ElderSize
  readonly audience: Audience
  /** Path and query of this page: links that change one query parameter keep the rest. */
  readonly url: string
  /** Filled by components while the body renders; the shell then loads just these. */
  readonly islands: Set<IslandName>
}

/** Words on a label or a link: a sentence in both languages, or data that has no language (a name, a number). */
export type Words = Sentence | string
/** Words, or anything that renders. */
export type Content = Words | ComponentChildren

export const newReading = (part: Partial<Reading> = {}): Reading => ({
  language: 'zh',
  mode: 'standard',
  elderSize: 22,
  audience: 'resident',
  url: '/',
  islands: new Set(),
  ...part,
})

export const ReadingContext = createContext<Reading>(newReading())

export const useReading = (): Reading => useContext(ReadingContext)

export const read = (words: Words, language: Language): string => (typeof words === 'string' ? words : say(words, language))

/** A function that gives words in the reader's language. */
export function useSay(): (words: Words) => string {
  const { language } = useReading()
  return (words) => read(words, language)
}

const isSentence = (content: Content): content is Sentence =>
  typeof content === 'object' && content !== null && !isValidElement(content) && 'zh' in content && 'en' in content

/** Words in the reader's language, or the content as it is. */
export function Say({ children }: { readonly children: Content }) {
  const { language } = useReading()
  return <>{isSentence(children) ? say(children, language) : (children as ComponentChildren)}</>
}

/** The same path with some query parameters replaced; `undefined` removes one. */
export function withQuery(url: string, changes: Readonly<Record<string, string | undefined>>): string {
  const [path = '/', query = ''] = url.split('?', 2)
  const parameters = new URLSearchParams(query)
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) parameters.delete(name)
    else parameters.set(name, value)
  }
  const text = parameters.toString()
  return text === '' ? path : `${path}?${text}`
}
