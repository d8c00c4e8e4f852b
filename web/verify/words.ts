import type { Sentence } from '#kernel/language.ts'
import type { ProofFault } from '#platform/evidence/proof.ts'

export const verifyWords = {
  title: { zh: '核验回执', en: 'Check a receipt' },
  lead: {
    zh: '每件事办理时都会封存，之后谁也不能悄悄改动。扫描回执上的核验码，或把证明粘贴在这里，就能知道它是否还在。不用登录。',
    en: 'Everything that is done with a case is sealed, so that nobody can change it unseen later. Scan the code on the receipt, or paste the proof here, to see that it is still there. No need to sign in.',
  },
  receipt: { zh: '回执的证明', en: 'The proof of the receipt' },
  receiptHint: {
    zh: '扫码得到的网址或文字，或者以 { 开头的一段文字。也可以在下面选择文件。',
    en: 'The address or text that the code holds, or the text that begins with {. You can choose a file below instead.',
  },
  file: { zh: '或者选择文件', en: 'Or choose a file' },
  check: { zh: '核验', en: 'Check it' },
  nothing: { zh: '请粘贴回执的证明，或者选择文件。', en: 'Paste the proof of the receipt, or choose a file.' },
  unreadable: {
    zh: '这不是回执的证明。请扫描回执上的核验码，把得到的文字完整地粘贴过来。',
    en: 'This is no proof of a receipt. Scan the code on the receipt and paste the whole text that it holds.',
  },
  holds: { zh: '核验通过：这件事已经封存，没有被改动', en: 'It holds: this was sealed, and is there as it was' },
  holdsLead: {
    zh: '它在封存记录里的位置和当时的签名都对得上。',
    en: 'Its place in the log and the signature of that moment agree.',
  },
  fails: { zh: '核验没有通过', en: 'It does not hold' },
  failsWayOut: {
    zh: '请对照回执再试一次；仍不通过的，请把回执交给受理单位或其上级督察部门查明。',
    en: 'Compare it with the receipt and try again. If it still fails, show the receipt to the station or to the supervision above it.',
  },
  gone: {
    zh: '封存记录里没有这一条，而回执上的签名说有过。',
    en: 'The log has no such entry, although the signature on the receipt says that there was one.',
  },
  goneUnsigned: {
    zh: '封存记录里没有这一条，回执上的签名也不是我们的。',
    en: 'The log has no such entry, and the signature on the receipt is not ours.',
  },
  browser: { zh: '在您的浏览器里再核验一次', en: 'Checked again in your browser' },
  browserHolds: { zh: '通过：位置和签名都对得上', en: 'It holds: place and signature agree' },
  browserPlace: { zh: '位置对得上；这个浏览器不能核对签名', en: 'The place agrees; this browser can’t check the signature' },
  browserFails: { zh: '没有通过', en: 'It does not hold' },
  sealedAt: { zh: '封存时间', en: 'Sealed' },
  log: { zh: '封存记录', en: 'Log' },
  place: { zh: '位置', en: 'Place' },
  leaf: { zh: '封存的指纹（SM3）', en: 'Sealed digest (SM3)' },
  whole: { zh: '完整证明（可以保存）', en: 'The whole proof, to keep' },
  how: { zh: '怎样自己核对', en: 'How to check it yourself' },
  howText: {
    zh: '从指纹起，依次与证明里的各个摘要相接做 SM3，得到的根应与签名的相同；签名用公布的公钥核对。公钥和每天的总根都是公开的。',
    en: 'From the digest on, join each hash of the proof and take SM3; the root must be the one that was signed, and the signature is checked with the published key. The keys and the root of each day are public.',
  },
  keys: { zh: '公布的公钥', en: 'Published keys' },
  another: { zh: '核验另一张', en: 'Check another' },
} as const satisfies Readonly<Record<string, Sentence>>

export const FAULT_WORDS: Readonly<Record<ProofFault, Sentence>> = {
  'not-in-tree': { zh: '证明里的指纹不在签名的记录之下。', en: 'The digest in the proof does not stand under the signed log.' },
  'unknown-key': { zh: '签名所用的钥匙不是我们公布过的。', en: 'The key of its signature is none that we published.' },
  'wrong-signature': { zh: '签名对不上：证明里的内容被改过。', en: 'The signature does not match: something in the proof was changed.' },
}

/** `第 12 条，共 340 条` */
export const placeInLog = (index: number, size: number): Sentence => ({ zh: `第 ${index + 1} 条，共 ${size} 条`, en: `entry ${index + 1} of ${size}` })
