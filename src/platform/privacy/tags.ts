/**
 * What each column says of people. Beside src/platform/schema.ts, and as complete: a column without a level doesn't compile. A new column
 * is tagged here in the same commit as its migration. Levels by GB/T 35273-2020 3.1–3.2 and 个人信息保护法 28:
 * public: may be shown to anybody; internal: about work, nobody is meant; personal: about somebody; sensitive: would harm them when it
 * got about (identity number, name with it, address, phone, face).
 * What is personal or sensitive stands sealed, or says why it may stand open.
 */
export type Level = 'public' | 'internal' | 'personal' | 'sensitive'

export type Tag =
  | 'public'
  | 'internal'
  | {
      readonly level: 'personal' | 'sensitive'
      readonly held: 'sealed' | { readonly open: string }
      /** A key or a digest by which things are found: of no use to anybody but the product, and in no export. */
      readonly handle?: true
    }

export interface TableTags<Row> {
  /** Which rows are about a person, as a condition on the row `t` with $1 the prefecture, $2 the id of the person's record, $3 now; or why none is. */
  readonly about: { readonly where: string } | { readonly nobody: string }
  readonly columns: Readonly<Record<keyof Row, Tag>>
}

export const levelOf = (tag: Tag): Level => (typeof tag === 'string' ? tag : tag.level)
export const isSealed = (tag: Tag): boolean => typeof tag !== 'string' && tag.held === 'sealed'

export const sealed: Tag = { level: 'sensitive', held: 'sealed' }
export const open = (reason: string): Tag => ({ level: 'personal', held: { open: reason } })
export const sensitiveOpen = (reason: string): Tag => ({ level: 'sensitive', held: { open: reason } })

export const opaque = open('an opaque id: who it is stands sealed in the register')
export const handle = (reason: string): Tag => ({ level: 'personal', held: { open: reason }, handle: true })

export const keyed = handle('a keyed digest: without the key no number can be tried')
export const masked = open('masked: the family name and a star')
export const caseNumber = open('opens nothing without the end of the identity number; read out at windows and on the phone')
export const officer = open('an officer by number, role and organ, never by name: who did what must be provable')
export const progress = open('what became of a case, without anything that says whose')

/** The cases of the person, and whatever stands under the id of one. */
export const CASES = '(select c.id from cases c where c.prefecture = $1::text and c.person_id = $2::uuid)'
export const ofPerson = { where: 't.prefecture = $1::text and t.person_id = $2::uuid' }
export const ofCase = (column: string) => ({ where: `t.${column} in ${CASES}` })
export const PHOTOS = `(select e.body::json ->> 'photoDigest' from events e where e.prefecture = $1::text and e.type = 'CaseSubmitted' and e.stream in ${CASES})`
export const ofPhotos = { where: `t.digest in ${PHOTOS}` }
export const nobody = (reason: string) => ({ nobody: reason })
