/** SM3 (GB/T 32905-2016) in plain arithmetic, for where there is no library: in the browser. Node's own is many times as fast. */

const INITIAL = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e]

const rotated = (word: number, by: number): number => (by === 0 ? word : (word << by) | (word >>> (32 - by)))
const p0 = (x: number): number => x ^ rotated(x, 9) ^ rotated(x, 17)
const p1 = (x: number): number => x ^ rotated(x, 15) ^ rotated(x, 23)

/** The message with its padding: a one, zeros, and its length in bits. */
function padded(bytes: Uint8Array): DataView {
  const blocks = Math.ceil((bytes.length + 9) / 64)
  const whole = new Uint8Array(blocks * 64)
  whole.set(bytes)
  whole[bytes.length] = 0x80
  const view = new DataView(whole.buffer)
  view.setUint32(whole.length - 8, Math.floor((bytes.length * 8) / 2 ** 32))
  view.setUint32(whole.length - 4, (bytes.length * 8) >>> 0)
  return view
}

/** The 132 words that a block of 64 octets is expanded to: 68, then 64 of pairs of them. */
function expanded(view: DataView, offset: number, words: Int32Array): void {
  const word = (i: number): number => words[i] as number
  for (let i = 0; i < 16; i += 1) words[i] = view.getInt32(offset + i * 4)
  for (let i = 16; i < 68; i += 1) words[i] = p1(word(i - 16) ^ word(i - 9) ^ rotated(word(i - 3), 15)) ^ rotated(word(i - 13), 7) ^ word(i - 6)
  for (let i = 0; i < 64; i += 1) words[68 + i] = word(i) ^ word(i + 4)
}

function compressed(state: Int32Array, words: Int32Array): void {
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
  for (let j = 0; j < 64; j += 1) {
    const a12 = rotated(a, 12)
    const ss1 = rotated((a12 + e + rotated(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32)) | 0, 7)
    const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c)
    const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g)
    const tt1 = (ff + d + (ss1 ^ a12) + (words[68 + j] as number)) | 0
    const tt2 = (gg + h + ss1 + (words[j] as number)) | 0
    d = c
    c = rotated(b, 9)
    b = a
    a = tt1
    h = g
    g = rotated(f, 19)
    f = e
    e = p0(tt2)
  }
  const next = [a, b, c, d, e, f, g, h]
  for (let i = 0; i < 8; i += 1) state[i] = (state[i] as number) ^ (next[i] as number)
}

/** @returns 64 hexadecimal digits */
export function sm3(bytes: Uint8Array): string {
  const view = padded(bytes)
  const state = Int32Array.from(INITIAL)
  const words = new Int32Array(132)
  for (let offset = 0; offset < view.byteLength; offset += 64) {
    expanded(view, offset, words)
    compressed(state, words)
  }
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}

/** HASH(0x01 ‖ left ‖ right) of a Merkle tree whose hashes are SM3. */
export function sm3Node(left: string, right: string): string {
  const bytes = new Uint8Array(1 + (left.length + right.length) / 2)
  bytes[0] = 1
  const digits = left + right
  for (let i = 0; i < digits.length; i += 2) bytes[1 + i / 2] = Number.parseInt(digits.slice(i, i + 2), 16)
  return sm3(bytes)
}
