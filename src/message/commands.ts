import type { CaseEvent } from '#case/model.ts'
import { foldCase } from '#case/rules/procedure.ts'
import type { Message } from '#message/model.ts'
import { isOvertaken, isTold, TOLD_AS } from '#message/rules.ts'
import { insertMessagesChange } from '#message/store.ts'
import { messageText } from '#message/words.ts'
import type { Places } from '#place/model.ts'
import { fullNameOf } from '#place/rules/organs.ts'
import type { Change, Committer } from '#platform/commit.ts'
import type { Db } from '#platform/db.ts'
import { type PastEvent, streamsFact } from '#platform/events.ts'
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
  /** The same for items of one prefecture, all or none, committed with `done`. */
  writeMany(items: readonly OutboxItem[], done: Change): Promise<void>
}

export const openMessages = (deps: MessageDeps): Messages => ({
  write: (item) => writeMany(deps, [item], item.done),
  writeMany: (items, done) => writeMany(deps, items, done),
})

async function writeMany({ db, committer, places }: MessageDeps, items: readonly OutboxItem[], done: Change): Promise<void> {
  const [first] = items
  if (first === undefined) return
  const { past } = await gather(db, {
    past: streamsFact<CaseEvent>(
      first.prefecture,
      items.map(({ stream }) => stream),
    ),
  })
  const messages = items.map((item) => messageOf(places, item, past.get(item.stream) ?? []))
  await committer.commit({ events: [], changes: [insertMessagesChange(messages), done] })
}

/** @throws Error when the item asks for what nobody is told of */
function messageOf(places: Places, item: OutboxItem, past: readonly PastEvent<CaseEvent>[]): Message {
  const told = past.find(({ seq }) => seq === item.seq)?.event
  if (told === undefined || !isTold(told)) throw new Error(`event ${item.seq} is none that people are told of`)
  const upTo = past.filter(({ seq }) => seq <= item.seq)
  const state = foldCase(upTo.map(({ event, act }) => ({ event, at: act.at, actor: act.actor })))
  if (state.submission === null) throw new Error('nobody applied')
  const kind = TOLD_AS[told.type]
  return {
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
  }
}
