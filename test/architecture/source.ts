/**
 * What the architecture test has to know of one file: what it imports, exports and declares, and which names it takes from its
 * surroundings. Read from the syntax tree, so that a comment or a string never counts.
 */
import { parseAst } from 'rolldown/parseAst'

export interface Import {
  /** As written: `#case/model.ts`, `node:fs`, `zod`. */
  readonly specifier: string
  /** Only types are taken: nothing is loaded at run time. */
  readonly typeOnly: boolean
  /** `export … from`: the start of a barrel. */
  readonly reexport: boolean
}

export interface Source {
  readonly path: string
  readonly lines: number
  readonly imports: readonly Import[]
  readonly defaultExport: boolean
  readonly decorators: boolean
  /** Each class with what it extends. */
  readonly classes: readonly { readonly name: string; readonly base: string | undefined }[]
  /** Names used as values that the file itself does not declare: `process`, `document`, … */
  readonly free: ReadonlySet<string>
  /** Uses of the clock, the machine's time zone or chance: `Date.now`, `new Date()`, `Math.random`, `getHours`, … */
  readonly ambient: readonly string[]
}

interface Node {
  readonly type: string
  readonly [key: string]: unknown
}

/** What a visit collects; `Source` is made from it. */
interface Found {
  readonly imports: Import[]
  readonly classes: { name: string; base: string | undefined }[]
  readonly declared: Set<string>
  readonly used: Set<string>
  readonly ambient: Set<string>
  defaultExport: boolean
  decorators: boolean
}

const LOCAL_TIME = new Set(['getFullYear', 'getMonth', 'getDate', 'getDay', 'getHours', 'getMinutes', 'getTimezoneOffset'])
const CLOCK_OR_CHANCE = new Set(['Date.now', 'Math.random', 'Temporal.Now', 'performance.now', 'crypto.randomUUID', 'crypto.getRandomValues'])
/** Wrappers round an expression; every other TS node holds types only, whose names are no values. */
const EXPRESSIONS = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression', 'TSTypeAssertion', 'TSInstantiationExpression'])
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

/** Reads one file. @throws when it is not TypeScript. */
export function readSource(path: string, text: string): Source {
  const found: Found = { imports: [], classes: [], declared: new Set(), used: new Set(), ambient: new Set(), defaultExport: false, decorators: false }
  visit(parseAst(text, { lang: path.endsWith('x') ? 'tsx' : 'ts' }) as unknown as Node, found)
  return {
    path,
    lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    imports: found.imports,
    defaultExport: found.defaultExport,
    decorators: found.decorators,
    classes: found.classes,
    free: new Set([...found.used].filter((name) => !found.declared.has(name))),
    ambient: [...found.ambient],
  }
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
const nameOf = (value: unknown): string | undefined => (isNode(value) && value.type === 'Identifier' ? String(value.name) : undefined)
const textOf = (value: unknown): string | undefined => (isNode(value) && value.type === 'Literal' && typeof value.value === 'string' ? value.value : undefined)

function visit(node: Node, found: Found): void {
  if (node.type.startsWith('TS') && !EXPRESSIONS.has(node.type)) {
    visitTypes(node, found)
    return
  }
  note(node, found)
  for (const [key, value] of Object.entries(node)) {
    if (isLabelOnly(node, key)) continue
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, found)
  }
}

/** Types bring imports (`import('#x').T`) and parameter properties, but no values. */
function visitTypes(node: Node, found: Found): void {
  if (node.type === 'TSImportType') addImport(found, node.source ?? node.argument, true, false)
  if (node.type === 'TSImportEqualsDeclaration') addImport(found, (node.moduleReference as Node | undefined)?.expression, false, false)
  for (const value of Object.values(node)) for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visitTypes(child, found)
}

/** The name after a dot, before a colon or in an import list is a label, not a use of that name. */
function isLabelOnly(node: Node, key: string): boolean {
  switch (node.type) {
    case 'MemberExpression':
      return key === 'property' && node.computed !== true
    case 'Property':
      return key === 'key' && node.computed !== true
    case 'PropertyDefinition':
    case 'MethodDefinition':
      return key === 'key' && node.computed !== true
    case 'ImportDeclaration':
      return true
    case 'ExportSpecifier':
      return true
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return key === 'label'
    default:
      return false
  }
}

function note(node: Node, found: Found): void {
  if (Array.isArray(node.decorators) && node.decorators.length > 0) found.decorators = true
  switch (node.type) {
    case 'ImportDeclaration':
      addImport(found, node.source, node.importKind === 'type', false)
      for (const specifier of node.specifiers as Node[]) declare(specifier.local, found)
      return
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      if (node.source) addImport(found, node.source, node.exportKind === 'type', true)
      if ((node.specifiers as Node[] | undefined)?.some((s) => nameOf(s.exported) === 'default')) found.defaultExport = true
      return
    case 'ExportDefaultDeclaration':
      found.defaultExport = true
      return
    case 'ImportExpression':
      addImport(found, node.source, false, false)
      return
    case 'ClassDeclaration':
    case 'ClassExpression':
      declare(node.id, found)
      found.classes.push({ name: nameOf(node.id) ?? '(nameless)', base: nameOf(node.superClass) })
      return
    case 'VariableDeclarator':
      declare(node.id, found)
      return
    case 'CatchClause':
      declare(node.param, found)
      return
    case 'Identifier':
      found.used.add(String(node.name))
      return
    default:
      if (FUNCTIONS.has(node.type)) {
        declare(node.id, found)
        for (const parameter of node.params as unknown[]) declare(parameter, found)
      }
      noteAmbient(node, found)
  }
}

function noteAmbient(node: Node, found: Found): void {
  if (node.type === 'MemberExpression') {
    const property = nameOf(node.property) ?? ''
    const member = `${nameOf(node.object) ?? ''}.${property}`
    if (CLOCK_OR_CHANCE.has(member)) found.ambient.add(member)
    if (LOCAL_TIME.has(property)) found.ambient.add(`.${property}()`)
  }
  const callee = nameOf(node.callee)
  if (node.type === 'NewExpression' && callee === 'Date' && (node.arguments as unknown[]).length === 0) found.ambient.add('new Date()')
  if (node.type === 'CallExpression' && callee === 'Date') found.ambient.add('Date()')
}

function addImport(found: Found, source: unknown, typeOnly: boolean, reexport: boolean): void {
  const specifier = textOf(source) ?? textOf((source as Node | undefined)?.literal)
  if (specifier !== undefined) found.imports.push({ specifier, typeOnly, reexport })
}

/** Every name that a pattern binds. */
function declare(pattern: unknown, found: Found): void {
  if (!isNode(pattern)) return
  const name = nameOf(pattern)
  if (name !== undefined) found.declared.add(name)
  else if (pattern.type === 'Property') declare(pattern.value, found)
  else if (pattern.type === 'AssignmentPattern') declare(pattern.left, found)
  else for (const part of [pattern.properties, pattern.elements, pattern.argument].flat()) declare(part, found)
}
