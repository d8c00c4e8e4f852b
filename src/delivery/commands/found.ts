import type { CaseCommand, CaseEvent, CaseState } from '#case/model.ts'
import { ENDED, foldCase } from '#case/rules/procedure.ts'
import { chaseFoundName, type DeliveryDeps, keyOf, PASS_FOUND_ON, systemAct } from '#delivery/commands/parcel.ts'
import { returnOrgan } from '#delivery/rules/routes.ts'
import { foundCardDates } from '#delivery/rules/schedule.ts'
import { settingsOn } from '#delivery/rules/settings.ts'
import { foundChaseWords, foundPassedOnWords, foundReplacedWords } from '#delivery/words.ts'
import type { Uuid } from '#kernel/ids.ts'
import { type Day, dayOf, daysBetween } from '#kernel/time.ts'
import { fullNameOf } from '#place/rules/organs.ts'
import type { Timer } from '#platform/commit.ts'
import { type PastEvent, type StreamKey, streamFact } from '#platform/events.ts'
import { gather } from '#platform/facts.ts'
import type { OutboxItem } from '#platform/outbox.ts'

/** 拾获招领: the timers of a found card, upon the event by which it was taken in. */
export function foundCardTimers({ settings }: Pick<DeliveryDeps, 'settings'>, key: StreamKey, seq: number, takenInOn: Day): readonly Timer[] {
  const timer = (reaction: string, dueAt: Timer['dueAt']): Timer => ({ prefecture: key.prefecture, stream: key.stream, seq, reaction, dueAt })
  const { reminders, passOnAt } = foundCardDates(takenInOn, settingsOn(settings(), takenInOn))
  return [...reminders.map((dueAt, step) => timer(chaseFoundName(step), dueAt)), timer(PASS_FOUND_ON, passOnAt)]
}

export async function keepFound(deps: DeliveryDeps, item: OutboxItem): Promise<void> {
  await deps.committer.commit({ events: [], changes: [item.done], timers: foundCardTimers(deps, keyOf(item), item.seq, dayOf(item.at)) })
}

/** A reminder to the owner; none when the card was collected meanwhile. */
export const chaseFound = (deps: DeliveryDeps, item: OutboxItem): Promise<void> =>
  whileItWaits(deps, item, (_, days, heldAt) => ({ type: 'ChaseCollection', sentence: foundChaseWords(days, fullNameOf(deps.places, heldAt)) }))

/** Nobody came: the organ that signed the card keeps it from now on. */
export const passFoundOn = (deps: DeliveryDeps, item: OutboxItem): Promise<void> =>
  whileItWaits(deps, item, ({ issuer }, days) => {
    const organ = returnOrgan(deps.places, issuer)
    return { type: 'PassFoundCardOn', organ, why: 'unclaimed', sentence: foundPassedOnWords(days, fullNameOf(deps.places, organ)) }
  })

/** Says the command to a case whose found card still waits; where the owner has another card by now, nobody is sent for a void one. */
async function whileItWaits(
  deps: DeliveryDeps,
  item: OutboxItem,
  commandOf: (submission: NonNullable<CaseState['submission']>, days: number, heldAt: string) => CaseCommand,
): Promise<void> {
  const key = keyOf(item)
  const { past } = await gather(deps.db, { past: streamFact<CaseEvent>(key) })
  const { submission, status, heldAt } = foldCase(past.map(({ event, act }) => ({ event, at: act.at, actor: act.actor })))
  const takenIn = past.find(({ seq }) => seq === item.seq)
  if (!submission || !takenIn || isSaid(past, item) || ENDED.has(status) || heldAt === null) return
  const takenInOn = dayOf(takenIn.act.at)
  const command: CaseCommand = (await hasAnother(deps, { prefecture: key.prefecture, id: submission.personId }, takenInOn))
    ? { type: 'PassFoundCardOn', organ: returnOrgan(deps.places, submission.issuer), why: 'replaced', sentence: foundReplacedWords }
    : commandOf(submission, daysBetween(takenInOn, dayOf(item.at)), heldAt)
  const outcome = await deps.cases.apply(key, command, systemAct(item))
  if (outcome.kind !== 'done') throw new Error(`the case did not take ${command.type}: ${outcome.kind}`)
}

const isSaid = (past: readonly PastEvent<CaseEvent>[], item: OutboxItem): boolean => past.some(({ act }) => act.requestId === systemAct(item).requestId)

/** A resident ID card of the owner that was issued since. */
async function hasAnother({ db, register }: DeliveryDeps, owner: { readonly prefecture: string; readonly id: Uuid }, since: Day): Promise<boolean> {
  const { cards } = await gather(db, { cards: register.cardsFact(owner) })
  return cards.some(({ kind, issuedOn }) => kind === 'resident-id-card' && issuedOn >= since)
}
