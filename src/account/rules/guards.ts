/** What sign-in rests on, each of which a test can leave out, to see that another test notices. */
export type SignInGuard =
  | 'second-factor' // an officer is half in before the passkey was shown
  | 'lock-out' // failures in a row are counted, and lock
  | 'hashed' // a session stands in the database by the digest of its token
  | 'idle' // a session ends when nobody uses it
  | 'absolute' // and in the end however much it is used
  | 'fresh-proof' // what is grave needs a proof of a moment ago
  | 'replay' // a client's assertion is worth one session

/** Tests only: no configuration sets it. */
export interface LeftOut {
  has(guard: SignInGuard): boolean
}
