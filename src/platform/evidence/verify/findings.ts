/** What the verifier may find, each named as exactly as can be. */
export type FindingKind =
  /** A row is not what its leaf in the log says. */
  | 'altered'
  /** The log has a leaf, and the row is gone. */
  | 'removed'
  /** A row that never came into the log. */
  | 'inserted'
  /** A row that waits for the log is not what its waiting leaf says. */
  | 'altered-waiting'
  /** The leaf in the log was rewritten; the row itself is what was sealed. */
  | 'leaf-altered'
  /** Leaves are gone from the log: `index`, up to but not including `to`. */
  | 'leaf-removed'
  /** Leaves under no head. */
  | 'leaf-inserted'
  /** Leaves stand in another order than they were sealed in. */
  | 'reordered'
  /** Rows and leaves were both rewritten: somewhere from `index` up to `to`, which is as near as the heads allow. */
  | 'rewritten'
  | 'head-altered'
  | 'head-removed'
  | 'head-inserted'
  /** No key that was published has signed it. */
  | 'head-unsigned'
  /** Heads of a log were published, and the database knows nothing of it. */
  | 'log-gone'
  | 'day-altered'

export interface Finding {
  readonly what: FindingKind
  readonly prefecture: string
  readonly kind?: string
  readonly stream?: string
  readonly seq?: number
  readonly index?: number
  readonly to?: number
  readonly detail?: string
}

const SAID: Readonly<Record<FindingKind, string>> = {
  altered: 'a row was altered',
  removed: 'a row was removed',
  inserted: 'a row was inserted past the log',
  'altered-waiting': 'a row was altered before it was sealed',
  'leaf-altered': 'a leaf of the log was altered (its row is as it was sealed)',
  'leaf-removed': 'leaves were removed from the log',
  'leaf-inserted': 'leaves were added to the log past the sealer',
  reordered: 'a leaf of the log stands in another place than it was sealed in',
  rewritten: 'rows and their leaves were rewritten between two heads',
  'head-altered': 'a head is not the one that was published',
  'head-removed': 'a published head was removed',
  'head-inserted': 'a head stands where none was published',
  'head-unsigned': 'a head was not signed by a published key',
  'log-gone': 'a whole log is gone',
  'day-altered': 'the root of a day is not the one that was published',
}

/** One line for the terminal. */
export function findingInWords({ what, prefecture, kind, stream, seq, index, to, detail }: Finding): string {
  const where = [
    `prefecture ${prefecture}`,
    ...(kind === undefined ? [] : [kind]),
    ...(stream === undefined ? [] : [`stream ${stream}`]),
    ...(seq === undefined ? [] : [`seq ${seq}`]),
    ...(index === undefined ? [] : [to === undefined || to === index + 1 ? `leaf ${index}` : `leaves ${index} to ${to - 1}`]),
    ...(detail === undefined ? [] : [detail]),
  ]
  return `${SAID[what]}: ${where.join(', ')}`
}
