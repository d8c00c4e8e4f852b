import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { StandIn } from '#partners/standin.ts'

/** The library's state among the stand-in's own, so that another process can go on with it. */
export function adapterOver(standIn: StandIn): (model: string) => Adapter {
  return (model) => {
    const keyOf = (id: string): string => `oidc:${model}:${id}`
    const find = async (id: string): Promise<AdapterPayload | undefined> => {
      // What has expired the library tells by its own `exp`.
      return (await standIn.read<AdapterPayload | null>(keyOf(id))) ?? undefined
    }
    const findBy = async (name: 'uid' | 'userCode', value: string): Promise<AdapterPayload | undefined> => {
      const id = await standIn.read<string>(`oidc:${model}:${name}:${value}`)
      return id === undefined ? undefined : find(id)
    }
    return {
      async upsert(id, payload) {
        await standIn.write(keyOf(id), payload)
        if (payload.uid !== undefined) await standIn.write(`oidc:${model}:uid:${payload.uid}`, id)
        if (payload.grantId !== undefined) await standIn.write(`oidc-grant:${payload.grantId}:${keyOf(id)}`, keyOf(id))
      },
      find,
      findByUid: (uid) => findBy('uid', uid),
      findByUserCode: (userCode) => findBy('userCode', userCode),
      async consume(id) {
        const stored = await find(id)
        if (stored !== undefined) await standIn.write(keyOf(id), { ...stored, consumed: stored.iat ?? 1 })
      },
      destroy: (id) => standIn.write(keyOf(id), null),
      async revokeByGrantId(grantId) {
        for (const key of await standIn.list<string>(`oidc-grant:${grantId}:`)) await standIn.write(key, null)
      },
    }
  }
}
