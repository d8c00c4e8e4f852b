/**
 * The rules of the house (ARCHITECTURE.md, "The house"), each a function from the files to its violations. A violation is a failure,
 * never a warning. To change a rule, write a decision record first.
 */
import { type Import, readSource, type Source } from '#test/architecture/source.ts'

export interface Violation {
  readonly rule: string
  readonly path: string
  readonly detail: string
}

/** Path from the root of the repository with `/`, and the text. */
export type Files = ReadonlyMap<string, string>

/** From left to right: a folder imports only from folders before it. */
export const FOLDERS = [
  ...['kernel', 'platform', 'calendar', 'timelimit', 'person', 'place', 'partners', 'account', 'register', 'catalogue', 'services', 'attachment', 'case'],
  ...['payment', 'production', 'delivery', 'licence', 'plate', 'violation', 'queue', 'appointment', 'hotline', 'rating', 'message', 'supervision', 'measures'],
]
/** From low to high: a file imports only from its own height or lower. */
const HEIGHTS: Readonly<Record<string, number>> = { model: 0, rules: 1, words: 2, contract: 3, store: 4, commands: 5, queries: 5, routes: 6, jobs: 6 }
const PRIVATE = new Set(['store', 'routes', 'jobs'])
const OWN_SHAPE = new Set(['kernel', 'platform', 'partners', 'services', 'measures'])
const PURE_FOLDERS = new Set(['kernel', 'timelimit', 'person', 'services', 'measures'])
const PAGES = new Set(['audit', 'citizen', 'window', 'hall', 'hotline', 'supervision', 'verify', 'shared', 'factory', 'dispatch', 'sign-in', 'sandbox'])
/** What pages are given, and the list of them. */
const PAGE_FILES = new Set(['services.ts', 'pages.ts'])
const FORBIDDEN_NAMES = new Set(['index', 'util', 'utils', 'helper', 'helpers', 'common', 'misc', 'lib'])
const SURROUNDINGS = [
  ...['process', 'Buffer', 'console', 'crypto', 'performance', 'fetch', 'globalThis', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
  ...['window', 'document', 'navigator', 'localStorage', 'sessionStorage', 'location'],
]
const BROWSER = ['document', 'navigator', 'localStorage', 'sessionStorage', 'customElements', 'IntersectionObserver', 'EventSource']
const MAX_LINES = 400
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.(db|slow|test|e2e|island|setup|worker))*\.(ts|tsx|mjs|json|css|svg|sql)$/

/** Where a file stands. */
interface Place {
  /** `src`, `web`, `sim`, `bench`, `test`, `scripts`. */
  readonly area: string
  /** In `src` the concept folder (`main` for main.ts), in `web` whose pages they are. */
  readonly folder: string
  /** In a concept folder the kind of file: `model`, `rules`, … */
  readonly kind: string
  readonly test: boolean
}

function placeOf(path: string): Place {
  const [area = '', second = '', third = ''] = path.split('/')
  const test = /\.(test|e2e)\.tsx?$/.test(path)
  const stem = (name: string): string => name.replace(/\..*$/, '')
  if (area === 'src') return { area, folder: stem(second), kind: stem(third), test }
  return { area, folder: second, kind: '', test }
}

/** The path of the file that a `#…` import names; undefined for a package or a module of Node. */
export function resolve(specifier: string): string | undefined {
  if (!specifier.startsWith('#')) return undefined
  const rest = specifier.slice(1)
  return /^(web|sim|test|bench|scripts)\//.test(rest) ? rest : `src/${rest}`
}

const isPure = (p: Place): boolean =>
  p.area === 'src' && (PURE_FOLDERS.has(p.folder) || (!OWN_SHAPE.has(p.folder) && (p.kind === 'model' || p.kind === 'rules')))
const isWords = (p: Place): boolean => p.area === 'src' && p.kind === 'words' && !OWN_SHAPE.has(p.folder)
const isIsland = (path: string): boolean => path.endsWith('.island.tsx')

interface House {
  readonly sources: readonly Source[]
  readonly paths: readonly string[]
}

type Rule = (house: House) => Iterable<Violation>

/** Every violation in the files. Anything but .ts, .tsx and .mjs is judged by its name alone. */
export function violations(files: Files): Violation[] {
  const sources = [...files].filter(([path]) => /\.(ts|tsx)$/.test(path)).map(([path, text]) => readSource(path, text))
  const house = { sources, paths: [...files.keys()] }
  return [...RULES.values()].flatMap((rule) => [...rule(house)])
}

/** Calls `judge` on every import of a `#…` file outside tests. */
function* eachImport(house: House, rule: string, judge: (from: Place, to: Place, taken: Import, source: Source) => string | undefined): Iterable<Violation> {
  for (const source of house.sources) {
    const from = placeOf(source.path)
    if (from.test) continue
    for (const taken of source.imports) {
      const target = resolve(taken.specifier)
      if (target === undefined) continue
      const detail = judge(from, placeOf(target), taken, source)
      if (detail !== undefined) yield { rule, path: source.path, detail }
    }
  }
}

function* eachSource(house: House, rule: string, judge: (place: Place, source: Source) => Iterable<string>): Iterable<Violation> {
  for (const source of house.sources) for (const detail of judge(placeOf(source.path), source)) yield { rule, path: source.path, detail }
}

const numberSign: Rule = (house) =>
  eachSource(house, 'number-sign imports', function* (_, source) {
    for (const { specifier } of source.imports) {
      if (specifier.startsWith('.') || specifier.startsWith('/')) yield `relative import ${specifier}: write #folder/file.ts`
      else if (specifier.startsWith('#') && !/\.(ts|tsx|json|mjs)$/.test(specifier)) yield `${specifier} lacks its extension`
    }
  })

const left: Rule = (house) =>
  eachImport(house, 'folders point left', (from, to, taken) => {
    if (from.area !== 'src' || to.area !== 'src' || from.folder === 'main' || from.folder === to.folder) return undefined
    if (to.folder === 'main') return 'only main.ts knows everything, and nothing knows main.ts'
    return FOLDERS.indexOf(to.folder) < FOLDERS.indexOf(from.folder) ? undefined : `${taken.specifier} stands to the right of ${from.folder}/`
  })

const down: Rule = (house) =>
  eachImport(house, 'files point down', (from, to, taken) => {
    if (from.area !== 'src' || to.area !== 'src' || from.folder !== to.folder || OWN_SHAPE.has(from.folder)) return undefined
    const [own, other] = [HEIGHTS[from.kind], HEIGHTS[to.kind]]
    return own === undefined || other === undefined || other <= own ? undefined : `${from.kind} imports ${taken.specifier}, which stands higher`
  })

const privacy: Rule = (house) =>
  eachImport(house, 'private files', (from, to, taken) => {
    if (to.area !== 'src' || OWN_SHAPE.has(to.folder) || from.folder === 'main') return undefined
    if (from.area === 'src' && from.folder === to.folder) return undefined
    if (from.area !== 'src' && from.area !== 'web') return undefined
    if (to.kind === 'data') return `${taken.specifier}: data is private to its folder`
    return PRIVATE.has(to.kind) ? `${taken.specifier}: ${to.kind} is private to its folder` : undefined
  })

const outside: Rule = (house) =>
  eachImport(house, 'nothing imports web or sim', (from, to, taken) => {
    if (from.area === 'src' && (to.area === 'test' || to.area === 'bench' || to.area === 'scripts')) return `the product does not import ${taken.specifier}`
    if ((to.area === 'web' || to.area === 'sim') && from.folder !== 'main' && from.area !== to.area && (from.area === 'src' || from.area === 'web'))
      return `${taken.specifier} stands to the right of everything`
    return undefined
  })

const pure: Rule = (house) =>
  eachSource(house, 'pure files', function* (place, source) {
    if (place.test || !(isPure(place) || isWords(place))) return
    for (const { specifier } of source.imports) {
      const target = resolve(specifier)
      if (target === undefined) {
        if (specifier !== 'zod') yield `${specifier}: a pure file takes nothing but zod from outside`
      } else if (!target.endsWith('.json') && !isPure(placeOf(target)) && !isWords(placeOf(target))) yield `${specifier} is not pure`
    }
    for (const name of SURROUNDINGS) if (source.free.has(name)) yield `${name}: a pure file takes its surroundings as arguments`
  })

const ambient: Rule = (house) =>
  eachSource(house, 'time and chance are arguments', function* (place, source) {
    const free = place.area === 'src' ? place.folder === 'platform' || place.folder === 'main' : place.area !== 'web'
    if (!place.test && !free && !isIsland(source.path)) for (const use of source.ambient) yield use
  })

const shape: Rule = function* (house) {
  const kinds = new Map<string, string>()
  for (const path of house.paths) {
    const detail = shapeOf(path.split('/'))
    if (detail !== undefined) yield { rule: 'the same shape everywhere', path, detail }
    const { area, folder, kind, test } = placeOf(path)
    if (area !== 'src' || test || OWN_SHAPE.has(folder) || HEIGHTS[kind] === undefined) continue
    const form = path.split('/').length === 3 ? 'a file' : 'a folder'
    const other = kinds.get(`${folder}/${kind}`)
    if (other !== undefined && other !== form) yield { rule: 'the same shape everywhere', path, detail: `${kind} is both a file and a folder` }
    kinds.set(`${folder}/${kind}`, form)
  }
}

function shapeOf([area = '', folder = '', ...rest]: string[]): string | undefined {
  if (area === 'web' && rest.length === 0 && folder.endsWith('.css')) return undefined
  if (area === 'web' && rest.length === 0 && PAGE_FILES.has(folder)) return undefined
  if (area === 'web') return rest.length === 0 || !PAGES.has(folder) ? `web/ has the folders ${[...PAGES].join(', ')}` : undefined
  if (area !== 'src') return undefined
  if (rest.length === 0) return folder === 'main.ts' || folder.startsWith('main.') ? undefined : 'src/ itself holds only main.ts'
  if (folder === 'main') return undefined
  if (!FOLDERS.includes(folder)) return `${folder}/ is no folder of the house`
  const file = rest.at(-1)!
  if (file.endsWith('.tsx')) return 'pages live in web/'
  if (file.includes('.test.')) return undefined
  if (folder === 'measures') return rest.length === 1 && /^(0[1-9]|1[0-2])-[a-z0-9-]+\.ts$/.test(file) ? undefined : 'a measure is one file NN-name.ts'
  if (rest[0] === 'data') return file.endsWith('.json') ? undefined : 'data/ holds JSON'
  if (!file.endsWith('.ts')) return `${file} is neither TypeScript nor in data/`
  if (OWN_SHAPE.has(folder)) return undefined
  const kind = rest.length === 1 ? file.slice(0, -'.ts'.length) : rest[0]!
  return HEIGHTS[kind] === undefined ? `a concept folder has only ${Object.keys(HEIGHTS).join(', ')} and data/` : undefined
}

const names: Rule = function* (house) {
  for (const path of house.paths) {
    const parts = path.split('/')
    if (!KEBAB.test(parts.at(-1)!)) yield { rule: 'names', path, detail: 'files are kebab-case' }
    for (const part of parts.slice(1)) {
      if (FORBIDDEN_NAMES.has(part.replace(/\..*$/, ''))) yield { rule: 'names', path, detail: `${part} says nothing of what is in it` }
    }
  }
}

const length: Rule = (house) =>
  eachSource(house, 'at most 400 lines', function* (_, source) {
    if (source.lines > MAX_LINES && source.path !== 'src/platform/schema.ts') yield `${source.lines} lines`
  })

const barrels: Rule = (house) =>
  eachSource(house, 'no barrels', function* (_, source) {
    for (const taken of source.imports) if (taken.reexport) yield `exports from ${taken.specifier}: import it from where it lives`
  })

const defaults: Rule = (house) =>
  eachSource(house, 'default exports', function* ({ area, folder, test }, source) {
    const flat = area === 'src' && (folder === 'services' || folder === 'measures') && source.path.split('/').length === 3 && !test
    if (flat && !source.defaultExport) yield `a file of ${folder}/ exports its value as default`
    if (!flat && source.defaultExport && !source.path.endsWith('.config.ts')) yield 'only services, measures and the configuration of a tool have one'
  })

const decoratorsAndClasses: Rule = (house) => {
  const errors = errorClasses(house)
  return eachSource(house, 'no decorators, classes only for errors', function* (_, source) {
    if (source.decorators) yield 'decorator'
    for (const { name, base } of source.classes) if (base === undefined || !errors.has(base)) yield `class ${name}`
  })
}

/** The errors of JavaScript, and every class of the house that extends one, directly or not. */
function errorClasses(house: House): ReadonlySet<string> {
  const classes = house.sources.flatMap((source) => source.classes)
  const errors = new Set(['Error', 'TypeError', 'RangeError', 'SyntaxError', 'AggregateError'])
  for (let known = 0; known < errors.size; ) {
    known = errors.size
    for (const { name, base } of classes) if (base !== undefined && errors.has(base)) errors.add(name)
  }
  return errors
}

const sql: Rule = (house) =>
  eachSource(house, 'SQL stands in stores', function* (place, source) {
    if (place.test || !(place.area === 'src' || place.area === 'web')) return
    if (['platform', 'partners', 'main'].includes(place.folder) || place.kind === 'store') return
    for (const { specifier, typeOnly } of source.imports) if (!typeOnly && (specifier === 'pg' || specifier === 'kysely')) yield specifier
  })

/** What reaches the browser starts at an island and is pure, words, an island or shared; nothing else is a script. */
const islands: Rule = function* (house) {
  const rule = 'islands'
  const bySource = new Map(house.sources.map((source) => [source.path, source]))
  for (const source of house.sources) {
    const place = placeOf(source.path)
    if (place.test || place.area !== 'web') continue
    if (!isIsland(source.path)) {
      for (const name of BROWSER) if (source.free.has(name)) yield { rule, path: source.path, detail: `${name}: only *.island.tsx runs in the browser` }
      continue
    }
    for (const path of reach(source.path, bySource)) {
      const { area, folder } = placeOf(path)
      if (!(isIsland(path) || isPure(placeOf(path)) || isWords(placeOf(path)) || (area === 'web' && folder === 'shared')))
        yield { rule, path: source.path, detail: `would send ${path} to the browser` }
      for (const { specifier, typeOnly } of bySource.get(path)?.imports ?? [])
        if (!typeOnly && !specifier.startsWith('#') && !/^preact(\/|$)/.test(specifier))
          yield { rule, path: source.path, detail: `would send ${specifier} (from ${path}) to the browser` }
    }
  }
}

/** Every file that is loaded with this one, itself first. */
function reach(start: string, sources: ReadonlyMap<string, Source>): Set<string> {
  const seen = new Set([start])
  for (const path of seen) {
    for (const { specifier, typeOnly } of sources.get(path)?.imports ?? []) {
      const target = resolve(specifier)
      if (target !== undefined && !typeOnly) seen.add(target)
    }
  }
  return seen
}

/** Type imports count: two files that know each other are one. */
const cycles: Rule = function* (house) {
  const edges = new Map(house.sources.map((source) => [source.path, source.imports.flatMap(({ specifier }) => resolve(specifier) ?? [])]))
  const state = new Map<string, 'open' | 'done'>()
  const found: Violation[] = []
  const walk = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return
    if (state.get(path) === 'open') {
      found.push({ rule: 'no cycles', path, detail: [...trail.slice(trail.indexOf(path)), path].join(' → ') })
      return
    }
    state.set(path, 'open')
    for (const next of edges.get(path) ?? []) walk(next, [...trail, path])
    state.set(path, 'done')
  }
  for (const path of edges.keys()) walk(path, [])
  yield* found
}

const RULES: ReadonlyMap<string, Rule> = new Map(
  Object.entries({
    numberSign,
    left,
    down,
    privacy,
    outside,
    pure,
    ambient,
    shape,
    names,
    length,
    barrels,
    defaults,
    decoratorsAndClasses,
    sql,
    islands,
    cycles,
  }),
)

/** Every service keeps a measure, and each measure names exactly the services that keep it. */
export function* unkeptPromises(
  services: readonly { readonly id: string; readonly measure: number }[],
  measures: readonly { readonly number: number; readonly services: readonly string[] }[],
): Iterable<Violation> {
  const rule = 'every service keeps a measure'
  const known = new Set(services.map(({ id }) => id))
  for (const service of services) {
    const measure = measures.find(({ number }) => number === service.measure)
    if (measure === undefined) yield { rule, path: service.id, detail: `names the measure ${service.measure}, which does not exist` }
    else if (!measure.services.includes(service.id)) yield { rule, path: service.id, detail: `is not named by measure ${measure.number}` }
  }
  for (const measure of measures) {
    for (const id of measure.services)
      if (!known.has(id)) yield { rule, path: `measure ${measure.number}`, detail: `names the service ${id}, which does not exist` }
  }
}
