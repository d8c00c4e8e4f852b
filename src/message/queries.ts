import type { Uuid } from '#kernel/ids.ts'
import type { Message } from '#message/model.ts'
import { type MessagesRead, messagesOfCaseRead, messagesOfPersonRead } from '#message/store.ts'
import type { Db } from '#platform/db.ts'
import type { StreamKey } from '#platform/events.ts'

async function read(db: Db, { piece, parse }: MessagesRead): Promise<readonly Message[]> {
  const { rows } = await db.run<Parameters<MessagesRead['parse']>[0]>(piece)
  return rows.map(parse)
}

/** What the person was told about a case, the newest first. */
export const messagesOf = (db: Db, caseKey: StreamKey): Promise<readonly Message[]> => read(db, messagesOfCaseRead(caseKey))

/** What a person was told about any of their cases, the newest first. */
export const messagesOfPerson = (db: Db, prefecture: string, personId: Uuid, limit = 50): Promise<readonly Message[]> =>
  read(db, messagesOfPersonRead(prefecture, personId, limit))
