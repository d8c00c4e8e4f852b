/**
 * The whole framework: a thing with a life of its own is decided by pure functions.
 * `decide` says what happens or why it can't; `evolve` says what that makes of the state.
 */
export interface Decider<State, Command, Event, Refusal> {
  readonly initial: State
  decide(state: State, command: Command): Decision<Event, Refusal>
  evolve(state: State, event: Event): State
}

export type Decision<Event, Refusal> = { readonly ok: true; readonly events: readonly Event[] } | { readonly ok: false; readonly refusal: Refusal }

export const happened = <Event>(...events: readonly Event[]): { readonly ok: true; readonly events: readonly Event[] } => ({
  ok: true,
  events,
})

export const refused = <Refusal>(refusal: Refusal): { readonly ok: false; readonly refusal: Refusal } => ({
  ok: false,
  refusal,
})

/** The state after all `events`, in order. */
export function fold<State, Event>(decider: { readonly initial: State; evolve(state: State, event: Event): State }, events: Iterable<Event>): State {
  let state = decider.initial
  for (const event of events) state = decider.evolve(state, event)
  return state
}

/** Ends a switch over a union: a new member is a compile error here. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}
