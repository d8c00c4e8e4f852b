import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { StandIn } from '#partners/standin.ts'

interface Stored {
  readonly payload: AdapterPayload
  /** In the machine's own time, as the library reckons. */
  readonly until: number | null
}

/** The library's state among the stand-in's own, so that another process can go on with it. */
export function adapterOver(standIn: StandIn): (model: string) => Adapter {
  return (model) => {
    const keyOf = (id: string): string => `oidc:${model}:${id}`
    const find = async (id: string): Promise<AdapterPayload | undefined> => {
      const stored = await standIn.read<Stored | null>(keyOf(id))
      return stored == null || (stored.until !== null && stored.until < machineNow()) ? undefined : stored.payload
    }
    const findBy = async (name: 'uid' | 'userCode', value: string): Promise<AdapterPayload | undefined> => {
      const id = await standIn.read<string>(`oidc:${model}:${name}:${value}`)
      return id === undefined ? undefined : find(id)
    }
    return {
      async upsert(id, payload, expiresIn) {
        await standIn.write(keyOf(id), { payload, until: expiresIn ? machineNow() + expiresIn * 1000 : null } satisfies Stored)
        if (payload.uid !== undefined) await standIn.write(`oidc:${model}:uid:${payload.uid}`, id)
        if (payload.grantId !== undefined) await standIn.write(`oidc-grant:${payload.grantId}:${keyOf(id)}`, keyOf(id))
      },
      find,
      findByUid: (uid) => findBy('uid', uid),
      findByUserCode: (userCode) => findBy('userCode', userCode),
      async consume(id) {
        const stored = await standIn.read<Stored | null>(keyOf(id))
        if (stored != null) await standIn.write(keyOf(id), { ...stored, payload: { ...stored.payload, consumed: Math.floor(machineNow() / 1000) } })
      },
      destroy: (id) => standIn.write(keyOf(id), null),
      async revokeByGrantId(grantId) {
        for (const key of await standIn.list<string>(`oidc-grant:${grantId}:`)) await standIn.write(key, null)
      },
    }
  }
}

const machineNow = (): number => performance.timeOrigin + performance.now()
