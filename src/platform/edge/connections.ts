import type { FastifyInstance } from 'fastify'
import { addressKey } from '#platform/edge/address.ts'

export interface ConnectionSettings {
  /** Of the whole process. */
  readonly most: number
  /** From one address: a hall's browsers behind one router, each with six. */
  readonly mostPerAddress: number
  /** Of a request's head, and of the whole request. */
  readonly headersMs: number
  readonly requestMs: number
}

export const CONNECTIONS: ConnectionSettings = { most: 4_000, mostPerAddress: 400, headersMs: 10_000, requestMs: 30_000 }

/** One address can't hold all connections there are. Proxies that we trust speak for many. */
export function boundConnections(app: FastifyInstance, { most, mostPerAddress }: ConnectionSettings, isProxy: (address: string) => boolean): void {
  const open = new Map<string, number>()
  app.server.maxConnections = most
  app.server.on('connection', (socket) => {
    const address = socket.remoteAddress
    if (address === undefined || isProxy(address)) return
    const key = addressKey(address)
    const held = (open.get(key) ?? 0) + 1
    if (held > mostPerAddress) {
      socket.destroy()
      return
    }
    open.set(key, held)
    socket.once('close', () => {
      const left = (open.get(key) ?? 1) - 1
      if (left === 0) open.delete(key)
      else open.set(key, left)
    })
  })
}
