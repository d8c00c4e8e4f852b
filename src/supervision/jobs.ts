import type { Db } from '#platform/db.ts'
import { type PastEvent, streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { OutboxItem, Reaction, Sweep } from '#platform/outbox.ts'
import type { BatchEvent } from '#production/model.ts'
import { slotEnd } from '#services/id-card/promise.ts'
import { type AlarmDeps, aboutSlot, raiseAlarm, watchAlarms } from '#supervision/commands/alarms.ts'
import { type RederiveDeps, rederiveDates } from '#supervision/commands/calendar.ts'
import { type FoldDeps, foldDeltas } from '#supervision/commands/fold.ts'
import { type ReplayDeps, runReplay } from '#supervision/commands/replay.ts'

/** Folds what cases did into the figures, and looks after the alarms. */
export const supervisionSweeps = (deps: FoldDeps & AlarmDeps): readonly Sweep[] => [
  {
    name: 'supervision.fold',
    run: async (now) => {
      await foldDeltas(deps, now)
      await watchAlarms(deps, now)
    },
  },
]

/** The factory says that it can't make everything in its half-day: somebody has to know before promises break. */
async function raiseCapacityAlarm(deps: AlarmDeps & { readonly db: Db }, item: OutboxItem): Promise<void> {
  const { past } = await gather(deps.db, { past: streamFact<BatchEvent>({ prefecture: item.prefecture, stream: item.stream }) })
  const raised = past.find(({ seq }: PastEvent<BatchEvent>) => seq === item.seq)?.event
  if (raised?.type !== 'CapacityAlarmRaised') throw new Error(`event ${item.seq} of ${item.stream} is no capacity alarm`)
  const { slot, cause, sentence } = raised
  await raiseAlarm(
    deps,
    { prefecture: item.prefecture, kind: 'capacity', about: aboutSlot(slot.day, slot.half, cause), subject: item.stream, dueAt: slotEnd(slot), sentence },
    item,
    item.done,
  )
}

export const supervisionReactions = (deps: AlarmDeps & RederiveDeps & ReplayDeps): readonly Reaction[] => [
  { name: 'supervision.capacity-alarm', on: ['CapacityAlarmRaised'], handle: (item) => raiseCapacityAlarm(deps, item) },
  { name: 'supervision.rederive', on: ['CalendarNoticeImported'], handle: (item) => rederiveDates(deps, item) },
  { name: 'supervision.replay', on: ['ReviewReplayRequested'], handle: (item) => runReplay(deps, item) },
]
