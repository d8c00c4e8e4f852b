import type { Uuid } from '#kernel/ids.ts'
import { instant } from '#kernel/time.ts'
import type { Message, MessageKind } from '#message/model.ts'
import type { Change } from '#platform/commit.ts'
import type { StreamKey } from '#platform/events.ts'
import type { Piece } from '#platform/statement.ts'

const RECORD = 'prefecture text, case_id uuid, seq int, person_id uuid, kind text, zh text, en text, channel text, at timestamptz, overtaken boolean'
const LIST = 'prefecture, case_id, seq, person_id, kind, zh, en, channel, at, overtaken'

/** Once for each event: a second writer of the same message changes nothing. */
export const insertMessagesChange = (messages: readonly Message[]): Change => ({
  text: `insert into messages (${LIST}) select ${LIST} from json_to_recordset($1::json) as m(${RECORD}) on conflict do nothing`,
  values: [
    JSON.stringify(messages.map(({ caseId, personId, text, ...message }) => ({ ...message, case_id: caseId, person_id: personId, zh: text.zh, en: text.en }))),
  ],
})

interface Row {
  readonly prefecture: string
  readonly case_id: Uuid
  readonly seq: number
  readonly person_id: Uuid
  readonly kind: string
  readonly zh: string
  readonly en: string
  readonly at: string
}

export interface MessagesRead {
  readonly piece: Piece
  readonly parse: (row: Row) => Message
}

const parse = (row: Row): Message => ({
  prefecture: row.prefecture,
  caseId: row.case_id,
  seq: row.seq,
  personId: row.person_id,
  kind: row.kind as MessageKind,
  text: { zh: row.zh, en: row.en },
  channel: 'page',
  at: instant(row.at),
  overtaken: false,
})

const COLUMNS = 'prefecture, case_id, seq, person_id, kind, zh, en, at'

export const messagesOfCaseRead = ({ prefecture, stream }: StreamKey): MessagesRead => ({
  piece: {
    text: `select ${COLUMNS} from messages where prefecture = $1 and case_id = $2 and not overtaken order by seq desc`,
    values: [prefecture, stream],
  },
  parse,
})

export const messagesOfPersonRead = (prefecture: string, personId: Uuid, limit: number): MessagesRead => ({
  piece: {
    text: `select ${COLUMNS} from messages where prefecture = $1 and person_id = $2 and not overtaken order by at desc, case_id, seq desc limit $3`,
    values: [prefecture, personId, limit],
  },
  parse,
})
