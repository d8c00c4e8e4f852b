import type { CaseEvent } from '#case/model.ts'
import { foldCase } from '#case/rules/procedure.ts'
import { isOvertaken, isTold, TOLD_AS } from '#message/rules.ts'
import { insertMessageChange } from '#message/store.ts'
import { messageText } from '#message/words.ts'
import type { Places } from '#place/model.ts'
import { fullNameOf } from '#place/rules/organs.ts'
import type { Committer } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { OutboxItem } from '#platform/outbox.ts'

export interface MessageDeps {
  readonly db: Db
  readonly committer: Committer
  readonly places: Places
}

export interface Messages {
  /** Tells the event of the item to the person whose case it is, once, unless something later has overtaken it. */
  write(item: OutboxItem): Promise<void>
}

export const openMessages = (deps: MessageDeps): Messages => ({ write: (item) => write(deps, item) })

async function write({ db, committer, places }: MessageDeps, item: OutboxItem): Promise<void> {
  const { past } = await gather(db, { past: streamFact<CaseEvent>({ prefecture: item.prefecture, stream: item.stream }) })
  const told = past.find(({ seq }) => seq === item.seq)?.event
  if (told === undefined || !isTold(told)) throw new Error(`event ${item.seq} is none that people are told of`)
  const upTo = past.filter(({ seq }) => seq <= item.seq)
  const state = foldCase(upTo.map(({ event, act }) => ({ event, at: act.at, actor: act.actor })))
  if (state.submission === null) throw new Error('nobody applied')
  const kind = TOLD_AS[told.type]
  const message = insertMessageChange({
    prefecture: item.prefecture,
    caseId: item.stream,
    seq: item.seq,
    personId: state.submission.personId,
    kind,
    text: messageText(told, { state, nameOf: (organ) => fullNameOf(places, organ) }),
    channel: 'page',
    at: item.at,
    overtaken: isOvertaken(
      kind,
      past.filter(({ seq }) => seq > item.seq).map(({ event }) => event),
    ),
  })
  await committer.commit({ events: [], changes: [message, item.done] })
}
