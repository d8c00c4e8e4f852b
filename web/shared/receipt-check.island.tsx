/** Checks a proof in the browser, so that nobody has to believe the server that it holds: the path by our own SM3, the signature by the browser's Ed25519. */
import { rootOfInclusion } from '#kernel/merkle.ts'
import { sm3Node } from '#kernel/sm3.ts'

interface Proof {
  readonly leaf: string
  readonly index: number
  readonly path: readonly string[]
  readonly head: { prefecture: string; log: string; size: number; root: string; at: string; keyId: string; signature: string }
}

interface Key {
  readonly id: string
  readonly algorithm: string
  readonly publicKey: string
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))

/** Undefined where the browser can't check it: it knows no Ed25519, or the key is of SM2, which no browser knows. */
async function isSigned({ head }: Proof, keys: readonly Key[]): Promise<boolean | undefined> {
  const key = keys.find(({ id }) => id === head.keyId)
  if (key === undefined) return false
  if (key.algorithm !== 'ed25519') return undefined
  const message = `yitang evidence head\n${head.prefecture}\n${head.log}\n${head.size}\n${head.root}\n${head.at}\n`
  let publicKey: CryptoKey
  try {
    publicKey = await crypto.subtle.importKey('spki', bytesOf(key.publicKey), { name: 'Ed25519' }, false, ['verify'])
  } catch {
    return undefined
  }
  return crypto.subtle.verify({ name: 'Ed25519' }, publicKey, bytesOf(head.signature), new TextEncoder().encode(message))
}

async function check(place: HTMLElement): Promise<void> {
  const { proof: text = '', keys = '[]', title = '', holds = '', place: placeOnly = '', fails = '' } = place.dataset
  const proof = JSON.parse(text) as Proof
  const inTree = rootOfInclusion({ ...proof, size: proof.head.size }, sm3Node) === proof.head.root
  const signed = inTree ? await isSigned(proof, JSON.parse(keys) as Key[]) : false
  const strong = document.createElement('strong')
  strong.textContent = inTree && signed ? holds : inTree && signed === undefined ? placeOnly : fails
  place.append(`${title} `, strong)
  place.dataset.checked = inTree && signed ? 'holds' : inTree && signed === undefined ? 'place' : 'fails'
}

for (const place of document.querySelectorAll<HTMLElement>('.receipt-check')) void check(place)
