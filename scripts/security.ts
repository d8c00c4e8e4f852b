/** docs/security.md: the threat model and two catalogues, drawn from docs/security/*.json. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '#scripts/children.ts'

export interface SecurityRow {
  readonly id: string | number
  readonly title: string
  readonly state: 'met' | 'not met' | 'not applicable'
  readonly why?: string
  /** `path › title of the test`, or the path of a page. */
  readonly shown?: readonly string[]
  /** Of ASVS: 1 or 2. */
  readonly level?: number
  /** Of the checklist: the clause. */
  readonly basis?: string
}

export interface Catalogue {
  readonly source: string
  readonly rows: readonly SecurityRow[]
}

export const readCatalogue = (name: 'asvs' | 'checklist' | 'threats'): Catalogue =>
  JSON.parse(readFileSync(join(root, 'docs', 'security', `${name}.json`), 'utf8')) as Catalogue

/** `path › title` in two. */
export function evidenceOf(shown: string): { readonly path: string; readonly title: string | undefined } {
  const [path = '', title] = shown.split(' › ')
  return { path, title }
}

const escaped = (text: string): string => text.replaceAll('|', '\\|')

function shownBy({ why, shown = [] }: SecurityRow): string {
  const links = shown.map(evidenceOf).map(({ path, title }) => {
    const href = path === 'docs/security.md' ? 'security.md' : path.startsWith('docs/') ? path.slice('docs/'.length) : `../${path}`
    return `[${escaped(title ?? path.split('/').at(-1) ?? path)}](${href})`
  })
  return [why && escaped(why), links.join('; ')].filter(Boolean).join(' ')
}

const countsOf = ({ rows }: Catalogue): string =>
  (['met', 'not met', 'not applicable'] as const).map((state) => `${rows.filter((row) => row.state === state).length} ${state}`).join(', ')

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const CHAPTERS: Readonly<Record<string, string>> = {
  ...{ V1: 'Encoding', V2: 'Business logic', V3: 'Web front end', V4: 'API', V5: 'Files', V6: 'Authentication', V7: 'Sessions', V8: 'Authorisation' },
  ...{ V9: 'Tokens', V10: 'OAuth and OIDC', V11: 'Cryptography', V12: 'Communication', V13: 'Configuration', V14: 'Data protection' },
  ...{ V15: 'Coding', V16: 'Logs and errors', V17: 'WebRTC' },
}

const chapterOf = ({ id }: SecurityRow): string => String(id).split('.')[0] ?? ''

function asvsTables({ rows }: Catalogue): string {
  return Object.entries(CHAPTERS)
    .map(([chapter, title]) => {
      const own = rows.filter((row) => chapterOf(row) === chapter)
      const cells = own.map((row) => [String(row.id).slice(1), String(row.level), escaped(row.title), row.state, shownBy(row)])
      return `### ${chapter} ${title}\n\n${tableOf(['no.', 'level', 'what', 'state', 'why, and what shows it'], cells)}`
    })
    .join('\n\n')
}

export function securityPage(): string {
  const [threats, asvs, checklist] = [readCatalogue('threats'), readCatalogue('asvs'), readCatalogue('checklist')]
  return `<!-- Drawn from docs/security/ by npm run docs. Do not edit. -->
# Security

What is worth protecting, who might want it, what stops them, and the test that plays it; then every requirement of two catalogues with where we stand. *Met* means that a test shows it, or, where a requirement asks for a document, that the document is there. *Not met* is said plainly, also where only the test is missing. A link leads to the file; its words are the test's title.

## What is protected

| asset | why |
| --- | --- |
| records of people: identity number, name, address, phone, photo, fingerprints on file | they can't be changed when they got about |
| cases and decisions | they have legal effect, and must be what was decided |
| the log of who did and read what | everything else rests on it |
| keys: of persons, of purposes, of signatures | whoever has them has the rest |
| the service itself | nobody makes a second trip |

## Where the boundaries run

| from → to | who stands outside | what is checked there |
| --- | --- | --- |
| network → \`src/platform/edge\` | anybody | origin, room, limits, size and depth ([decision 0018](decisions/0018-the-edge.md)) |
| edge → handler | a session, or nobody | who it is, for what role; the schema of the route |
| handler → command, query | somebody with a role | one table of rights; the purpose of a reading, written down first |
| program → database | our own mistakes | row-level security, for whom each statement runs; a role that owns nothing |
| database → log of evidence | whoever may write the database | leaves, signed heads, published roots |
| product → partner, partner → product | the courier, the card line, the identity platform | signatures over time, path and body; time-outs; no redirect |
| data → keys | whoever reads disk or backup | sealed values; keys outside of the database |

## Ways in

| who | how |
| --- | --- |
| resident | the province's identity platform (OpenID Connect, code with PKCE), whose level of assurance is demanded per act |
| officer | the same platform, then a passkey (WebAuthn); without the passkey only the pages of passkeys |
| a department's program, a kiosk | an assertion signed by its own key, for ten minutes |
| courier, card line | each report signed |
| nobody | first pages, catalogue, calendar, terms; progress of a case by its number and the end of the identity number |
| anybody, in the sandbox | its own sign-in and controls, which production doesn't mount |

## Sessions

The token is 256 bits by chance; the database has its digest. A session ends when it is idle, and in the end however much it is used; how long is by role, in [src/account/rules/sessions.ts](../src/account/rules/sessions.ts). Somebody may have several, sees them among their devices, and ends one or all others; a new sign-in ends the one before in the same browser, retiring or moving an officer ends all. The platform's own session goes on: ending ours doesn't end it.

## Cryptography

| what | algorithm | key |
| --- | --- | --- |
| sealed values, files | AES-256-GCM or SM4-GCM, by configuration; a value names its own | per person and purpose, or per file; wrapped by a key per purpose, which is turned over while the product runs |
| look-up by number | HMAC-SM3 | of the installation |
| leaves and trees of the log | SM3 | – |
| heads of the log | Ed25519 | of the installation; turned over, both published |
| partners' reports | HMAC-SM3 | per partner in production |
| sessions | SHA-256 of 256 random bits | – |
| passkeys, assertions | what WebAuthn and JOSE allow-list | of the officer's device, of the program |
| chance | the operating system's | – |

## What is logged

| where | what | for how long |
| --- | --- | --- |
| events | every change, by whom, on whose behalf, on what ground | with the record |
| readings | every opening of somebody's data, and every attempt | at least six natural months |
| flags of readings, floods | what was unusual, who ran against a limit | as readings |
| lines on standard error (JSON) | each request by its route, status and time, never its address or body; faults | by whoever collects them |
| metrics | counts and times by route | by whoever collects them |

## Who might do what

${tableOf(
  ['who', 'does what', 'stopped', 'by what, and what plays it'],
  threats.rows.map((row) => [String(row.id).trim(), escaped(row.title), row.state === 'met' ? 'yes' : 'not yet', shownBy(row)]),
)}

## OWASP ASVS 5.0.0, levels 1 and 2

${asvs.rows.length} requirements: ${countsOf(asvs)}. The numbers are the standard's, the words our own.

${asvsTables(asvs)}

## 等保 2.0 level 3, GB/T 35273, 个人信息保护法, GB/T 39786

${checklist.rows.length} items: ${countsOf(checklist)}.

${tableOf(
  ['no.', 'what', 'basis', 'state', 'why, and what shows it'],
  checklist.rows.map((row) => [String(row.id), escaped(row.title), escaped(row.basis ?? ''), row.state, shownBy(row)]),
)}
`
}
