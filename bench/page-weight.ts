/** The JavaScript that a resident's first page brings along, compressed as it would travel. */
import { gzipSync } from 'node:zlib'
import type { Figure } from '#bench/figure.ts'

export interface PageWeight {
  readonly scripts: ReadonlyMap<string, number>
  /** KiB, gzip, of all of them. */
  readonly kibibytes: number
}

const SCRIPT = /<script\b[^>]*?\bsrc="([^"]+)"/g
const PRELOAD = /<link\b[^>]*?\brel="modulepreload"[^>]*?\bhref="([^"]+)"/g
const INLINE = /<script\b(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g
/** Static imports of a built file; what is imported later on somebody's deed does not come with the page. */
const IMPORT = /(?:^|[;}\s])(?:import|export)\b[^;'"()]*?["']([^"']+\.js)["']/g

/** @param page address of the page; its scripts and all that they import are fetched. @throws Error when one can't be had */
export async function weighPage(page: string): Promise<PageWeight> {
  const html = await textOf(page)
  const scripts = new Map<string, number>()
  const inline = [...html.matchAll(INLINE)].map((found) => found[1] ?? '').join('')
  if (inline.trim() !== '') scripts.set('in the page', gzipSync(inline).length)
  const waiting = [...html.matchAll(SCRIPT), ...html.matchAll(PRELOAD)].map((found) => new URL(found[1] as string, page).href)
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    if (scripts.has(url)) continue
    const script = await textOf(url)
    scripts.set(url, gzipSync(script, { level: 9 }).length)
    for (const found of script.matchAll(IMPORT)) waiting.push(new URL(found[1] as string, url).href)
  }
  return { scripts, kibibytes: [...scripts.values()].reduce((sum, bytes) => sum + bytes, 0) / 1024 }
}

async function textOf(url: string): Promise<string> {
  const answer = await fetch(url, { headers: { accept: 'text/html,*/*', 'accept-language': 'zh-CN' } })
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`)
  return answer.text()
}

/** Pages that a resident may open first: the home page, and the progress of a case from the receipt's QR code. */
export const FIRST_PAGES = { home: '/', progress: '/progress' } as const

export async function pageFigures(origin: string): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const [name, path] of Object.entries(FIRST_PAGES)) {
    const { kibibytes } = await weighPage(new URL(path, origin).href)
    figures.push({ name: `JavaScript with a resident’s first page (${name}), gzip`, unit: 'KiB', rounds: [kibibytes], reach: { most: 10 } })
  }
  return figures
}
