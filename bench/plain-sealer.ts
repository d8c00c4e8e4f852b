/** A sealer that seals nothing, for what sealing costs. */
import type { PersonKeys, Seal, Sealed, Sealer } from '#platform/sealed.ts'

/** Encrypts nothing and asks no key: what is left is what writing down the same values costs. For the bench alone. */
export function plainSealer(real: Sealer): Sealer {
  const sealOf = (k: string): Seal => ({
    seal: (plain): Sealed => ({ k, c: Buffer.from(plain).toString('base64') }),
    open: ({ c }) => Buffer.from(c, 'base64').toString(),
  })
  const plainKeys = (keys: PersonKeys): PersonKeys => ({ ...keys, of: (purpose) => sealOf(`${purpose}:${keys.owner.prefecture}:${keys.owner.id}`) })
  return {
    ...real,
    ...sealOf('form'),
    newKeys: (owner) => plainKeys(real.newKeys(owner)),
    completedKeys: (keys) => plainKeys(real.completedKeys(keys)),
    heldKeys: (owner, wrapped) => plainKeys({ owner, wrapped, of: () => sealOf('') }),
    newFile: (about) => ({ ...sealOf('file'), wrapped: real.newFile(about).wrapped }),
    heldFile: () => sealOf('file'),
  }
}
