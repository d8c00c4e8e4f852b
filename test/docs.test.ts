import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PROCEDURE } from '#case/rules/procedure.ts'
import { STATUS_WORDS } from '#case/words/status.ts'
import { root } from '#scripts/children.ts'
import { drawnPages } from '#scripts/docs.ts'
import { transitions } from '#scripts/procedure.ts'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).map((path) => path.replaceAll('\\', '/'))

/** The links of a page, without those in code. */
function linksOf(text: string): string[] {
  const prose = text.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)].map(([, target, source]) => (target ?? source) as string)
}

/** The anchors that a page's headings get. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- ]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  )

describe('the documents', () => {
  it.each(pages)('%s: every relative link leads somewhere', (page) => {
    const broken = linksOf(read(page)).filter((link) => {
      if (/^[a-z]+:/.test(link)) return false
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : join(dirname(page), path)
      if (!existsSync(join(root, target))) return true
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(read(target)).includes(anchor)
    })
    expect(broken).toEqual([])
  })

  it('pages that are drawn from the code are as they would be drawn now (else: npm run docs)', () => {
    for (const [path, text] of drawnPages()) expect(read(path), path).toBe(text)
  })

  it('each decision has a number of its own', () => {
    const numbers = pages.filter((page) => page.startsWith('docs/decisions/')).map((page) => page.slice('docs/decisions/'.length).slice(0, 4))
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(numbers.every((number) => /^\d{4}$/.test(number))).toBe(true)
  })

  it('the README names every variable of the environment that the product reads, and no other', () => {
    const variables = [...read('src/platform/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+): z\./gm)].map(([, name]) => name)
    const named = [...read('README.md').matchAll(/^\| `([A-Z][A-Z_]+)` \|/gm)].map(([, name]) => name)
    expect(variables.length).toBeGreaterThan(5)
    expect(named.toSorted()).toEqual(variables.toSorted())
  })

  it('the glossary has every state of a case, by its name and by the word on the screen', () => {
    const glossary = read('GLOSSARY.md')
    const missing = Object.entries(STATUS_WORDS).filter(
      ([status, { zh }]) => status !== 'none' && !(glossary.includes(`\`${status}\``) && glossary.includes(zh)),
    )
    expect(missing).toEqual([])
  })
})

describe('the glossary', () => {
  const letters = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '')
  const code = globSync('{src,web,sim}/**/*.{ts,tsx}', { cwd: root }).map(read).join('\n')
  const words = letters(code)
  const rows = [...read('GLOSSARY.md').matchAll(/^\| ([^|]+) \| ([^|]+) \|/gm)].filter(([, chinese]) => !/^(Chinese|-+)$/.test(chinese as string))

  it('names nothing that the code calls otherwise', () => {
    const unknown = rows.flatMap(([, , english]) => (english as string).split(', ').filter((term) => !words.includes(letters(term))))
    expect(rows.length).toBeGreaterThan(100)
    expect(unknown).toEqual([])
  })

  it('has each Chinese term once, but for the states of a case', () => {
    const terms = rows.filter(([, , english]) => !english?.startsWith('`')).flatMap(([, chinese]) => (chinese as string).split('、'))
    expect(terms.filter((term, i) => terms.indexOf(term) !== i)).toEqual([])
  })
})

describe('the procedure as it is drawn', () => {
  it('takes every command in every state in which it is legal', () => {
    const taken = new Set(transitions().map(({ from, by }) => `${from} ${by}`))
    const untried = Object.entries(PROCEDURE).flatMap(([status, commands]) =>
      commands.map((command) => `${status} ${command}`).filter((way) => !taken.has(way)),
    )
    expect(untried).toEqual([])
  })

  it('reaches every state, and leaves the ended ones by nothing that changes them', () => {
    const all = transitions()
    expect(new Set(all.map(({ to }) => to))).toEqual(new Set(Object.keys(PROCEDURE).filter((status) => status !== 'none')))
    expect(all.filter(({ from, to }) => ['concluded', 'rejected', 'withdrawn'].includes(from) && to !== from)).toEqual([])
  })
})
