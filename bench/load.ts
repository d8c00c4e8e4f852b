/**
 * The load, in a process of its own: sends requests that are written out beforehand over a few kept connections, one at a time on
 * each, and notes when each was answered. As cheap as it can be, for it shares the machine with what it measures.
 *
 * Started with `fork`; takes one `Load` message, answers one `Loaded` message.
 */
import { connect } from 'node:net'
import { performance } from 'node:perf_hooks'
import type { Ends } from '#bench/figure.ts'

export interface Load {
  readonly host: string
  readonly port: number
  /** Whole requests, as they go over the wire, for each connection. */
  readonly lanes: readonly (readonly string[])[]
}

export interface Loaded {
  readonly ends: Ends
  /** Status → how many answers had it. */
  readonly statuses: Readonly<Record<string, number>>
  /** An answer that was no success, if there was one. */
  readonly refused: string | undefined
}

/** A request as it goes over the wire. */
export const requestText = (path: string, headers: Readonly<Record<string, string>>, body: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: yitang\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n${body}`

const HEAD_END = Buffer.from('\r\n\r\n')

/** @throws Error when the connection ends before everything is answered. */
function playLane(load: Load, requests: readonly Buffer[], statuses: Record<string, number>, refusals: string[]): Promise<number[]> {
  return new Promise((done, failed) => {
    const ends: number[] = []
    const socket = connect({ host: load.host, port: load.port, noDelay: true })
    let unread: Buffer = Buffer.alloc(0)
    const next = (): void => {
      const request = requests[ends.length]
      if (request === undefined) {
        socket.destroy()
        done(ends)
      } else socket.write(request)
    }
    socket.on('connect', next)
    socket.on('error', failed)
    socket.on('close', () => failed(new Error('the server closed the connection')))
    socket.on('data', (part: Buffer) => {
      unread = unread.length === 0 ? part : Buffer.concat([unread, part])
      const head = unread.indexOf(HEAD_END)
      if (head < 0) return
      const headText = unread.toString('latin1', 0, head)
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(headText)?.[1])
      if (unread.length < head + HEAD_END.length + length) return
      const status = headText.slice(9, 12)
      statuses[status] = (statuses[status] ?? 0) + 1
      if (!status.startsWith('2') && refusals.length === 0) refusals.push(unread.toString('utf8'))
      unread = Buffer.alloc(0)
      ends.push(performance.now())
      next()
    })
  })
}

async function play(load: Load): Promise<Loaded> {
  const lanes = load.lanes.map((requests) => requests.map((request) => Buffer.from(request)))
  const statuses: Record<string, number> = {}
  const refusals: string[] = []
  const ends = await Promise.all(lanes.map((requests) => playLane(load, requests, statuses, refusals)))
  return { ends, statuses, refused: refusals[0] }
}

if (import.meta.main) {
  process.once('message', async (load: Load) => {
    const loaded = await play(load)
    process.send?.(loaded, undefined, undefined, () => process.disconnect?.())
  })
}
