/** Every sentence a person may read exists in both languages; the type demands it. */
export interface Sentence {
  readonly zh: string
  readonly en: string
}

export type Language = keyof Sentence

export const say = (sentence: Sentence, language: Language): string => sentence[language]
