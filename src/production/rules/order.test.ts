import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HalfDaySlot } from '#catalogue/model.ts'
import { uuid } from '#kernel/ids.ts'
import { day, instant } from '#kernel/time.ts'
import type { OrderCommand, OrderEvent, Ordered, OrderState } from '#production/model.ts'
import { movedBlanks, NO_BLANKS, tally } from '#production/rules/blanks.ts'
import { blankMoves, decideOrder, evolveOrder, NO_ORDER } from '#production/rules/order.ts'

const FRIDAY: HalfDaySlot = { day: day('2026-02-13'), half: 'pm' }
const SATURDAY: HalfDaySlot = { day: day('2026-02-14'), half: 'am' }
const BATCH = uuid('01900000-0000-7000-8000-000000000001')
const GOOD = { chip: true, print: true }

const ordered: Ordered = {
  casePrefecture: '2224',
  caseNumber: '22242602123456789',
  personShown: '王**',
  acceptedAt: instant('2026-02-13T09:00:00+08:00'),
  startedAt: instant('2026-02-13T09:00:00+08:00'),
  earliest: FRIDAY,
  validity: { years: 20, change: null },
  product: {
    kind: 'resident-id-card',
    madeAt: 'factory',
    validFrom: day('2026-02-13'),
    validTo: day('2046-02-13'),
    issuer: '222401000000',
    template: 'korean',
    reason: 'renewal-expiry',
    oldCardId: null,
  },
  handover: { by: 'station', organ: '222401530001', deliveryClass: 'urban' },
}

const assignment = (serial: string) => ({ batch: BATCH, line: '1', serial, position: 1 })
const toSlot = { in: 'slot', slot: SATURDAY } as const
const madeAt = instant('2026-02-13T13:20:00+08:00')

function lived(...commands: OrderCommand[]): OrderState {
  return commands.reduce((state, command) => {
    const decision = decideOrder(state, command)
    if (!decision.ok) throw new Error(JSON.stringify(decision.refusal))
    return decision.events.reduce(evolveOrder, state)
  }, NO_ORDER)
}

const queue: OrderCommand = { type: 'Queue', ordered, slot: FRIDAY }
const put: OrderCommand = { type: 'PutOnLine', slot: FRIDAY, assignment: assignment('JL1') }
const made: OrderCommand = { type: 'ReportMade', serial: 'JL1', line: '1', madeAt, measured: GOOD, remake: toSlot }

const typesOf = (state: OrderState, command: OrderCommand): string[] => {
  const decision = decideOrder(state, command)
  return decision.ok ? decision.events.map(({ type }) => type) : [decision.refusal.code]
}

describe('an order', () => {
  test('is finished once its card is good, and the card’s validity counts from the day of making', () => {
    const state = lived(queue, put)
    const decision = decideOrder(state, made)
    expect(decision).toMatchObject({
      ok: true,
      events: [
        { type: 'CardPersonalised', serial: 'JL1' },
        { type: 'QualityPassed', by: 'automatic', issuedOn: '2026-02-13', validTo: '2046-02-13', casePrefecture: '2224' },
        { type: 'CardFinished', finishedOn: '2026-02-13', remakes: 0 },
      ],
    })
    expect(lived(queue, put, made)).toMatchObject({ status: 'finished', serial: 'JL1', finishedAt: madeAt })
  })

  test('takes the same report once', () => {
    expect(typesOf(lived(queue, put, made), made)).toEqual([])
  })

  test('is not made by a report about another card', () => {
    expect(typesOf(lived(queue, put), { ...made, serial: 'JL9' })).toEqual(['other-card'])
    expect(typesOf(lived(queue), made)).toEqual(['order-state'])
    expect(typesOf(NO_ORDER, made)).toEqual(['not-ordered'])
  })

  test('is made again when the line spoils its card, and when it can’t be read', () => {
    const spoiled: OrderCommand = { type: 'ReportSpoiled', serial: 'JL1', line: '1', note: 'lamination', remake: toSlot }
    expect(typesOf(lived(queue, put), spoiled)).toEqual(['CardSpoiled', 'OrderRemade'])
    expect(lived(queue, put, spoiled)).toMatchObject({ status: 'queued', slot: SATURDAY, remakes: 1, assignment: null, serial: null })
    expect(typesOf(lived(queue, put), { ...made, measured: { chip: false, print: true } })).toEqual([
      'CardPersonalised',
      'QualityFailed',
      'CardSpoiled',
      'OrderRemade',
    ])
  })

  test('goes to the line again within its batch when there is time', () => {
    const again = { in: 'batch', slot: FRIDAY, assignment: assignment('JL2') } as const
    const state = lived(queue, put, { type: 'ReportSpoiled', serial: 'JL1', line: '1', note: '', remake: again })
    expect(state).toMatchObject({ status: 'on-line', slot: FRIDAY, assignment: { serial: 'JL2' }, remakes: 1 })
    expect(typesOf(state, made)).toEqual(['other-card'])
  })

  test('that is withdrawn while with the line ends in a destroyed card', () => {
    const state = lived(queue, put, { type: 'Cancel', reason: 'withdrawn' })
    expect(state).toMatchObject({ status: 'on-line', withdrawn: 'withdrawn' })
    expect(typesOf(state, made)).toEqual(['CardPersonalised', 'CardSpoiled', 'OrderCancelled'])
    expect(lived(queue, put, { type: 'Cancel', reason: 'withdrawn' }, made)).toMatchObject({ status: 'cancelled', slot: null })
  })

  test('can’t be cancelled once its card is made', () => {
    expect(typesOf(lived(queue, put, made), { type: 'Cancel', reason: 'late' })).toEqual(['order-state'])
  })

  test('is never planned before its own half-day, nor delayed into an earlier one', () => {
    expect(typesOf(NO_ORDER, { type: 'Queue', ordered: { ...ordered, earliest: SATURDAY }, slot: FRIDAY })).toEqual(['slot-order'])
    expect(typesOf(lived(queue, put), { type: 'Delay', slot: FRIDAY, batch: BATCH, cause: 'line-stopped' })).toEqual(['slot-order'])
  })

  test('lost on its way is made again without a spoiled card; come back with a defect, with one', () => {
    const finished = lived(queue, put, made)
    expect(typesOf(finished, { type: 'Remake', cause: 'parcel-lost', note: '', slot: SATURDAY })).toEqual(['OrderRemade'])
    expect(typesOf(finished, { type: 'Remake', cause: 'defect', note: '', slot: SATURDAY })).toEqual(['CardSpoiled', 'OrderRemade'])
  })

  const remakes = fc.constantFrom(toSlot, { in: 'batch', slot: FRIDAY, assignment: assignment('next') } as const)
  const commands: fc.Arbitrary<OrderCommand> = fc.oneof(
    fc.constant(queue),
    fc.constant<OrderCommand>({ type: 'Move', slot: SATURDAY, cause: 'capacity' }),
    fc.constant(put),
    fc.constant<OrderCommand>({ type: 'Delay', slot: SATURDAY, batch: BATCH, cause: 'line-stopped' }),
    fc.constant<OrderCommand>({ type: 'TakeOffLine', slot: SATURDAY, cause: 'line-stopped' }),
    fc.tuple(fc.boolean(), remakes).map(([chip, remake]): OrderCommand => ({ ...made, measured: { chip, print: true }, remake }) as OrderCommand),
    remakes.map((remake): OrderCommand => ({ type: 'ReportSpoiled', serial: 'JL1', line: '1', note: '', remake })),
    remakes.map((remake): OrderCommand => ({ type: 'FailQuality', reason: 'scratched', remake })),
    fc.constantFrom('defect' as const, 'parcel-lost' as const).map((cause): OrderCommand => ({ type: 'Remake', cause, note: '', slot: SATURDAY })),
    fc.constant<OrderCommand>({ type: 'Cancel', reason: 'withdrawn' }),
  )

  /** Every blank that is put to use gets a serial of its own, as the stock gives them out. */
  function live(history: readonly OrderCommand[]): { states: OrderState[]; events: OrderEvent[] } {
    let state = NO_ORDER
    let serials = 0
    const states: OrderState[] = []
    const events: OrderEvent[] = []
    for (const command of history) {
      serials += 1
      const fresh = `S${serials}`
      const own = state.assignment?.serial ?? 'JL1'
      const decision = decideOrder(state, renamed(command, fresh, own))
      if (!decision.ok) continue
      events.push(...decision.events)
      state = decision.events.reduce(evolveOrder, state)
      states.push(state)
    }
    return { states, events }
  }

  function renamed(command: OrderCommand, fresh: string, own: string): OrderCommand {
    const place = 'remake' in command && command.remake.in === 'batch' ? { remake: { ...command.remake, assignment: assignment(fresh) } } : {}
    if (command.type === 'PutOnLine') return { ...command, assignment: assignment(fresh) }
    if (command.type === 'ReportMade' || command.type === 'ReportSpoiled') return { ...command, serial: own, ...place }
    return { ...command, ...place } as OrderCommand
  }

  test('never rests as spoiled, and is with a line exactly when a blank is bound to it', () => {
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 30 }), (history) => {
        for (const state of live(history).states) {
          expect(state.status).not.toBe('spoiled')
          expect(state.assignment !== null).toBe(['on-line', 'made', 'finished'].includes(state.status))
        }
      }),
    )
  })

  test('whatever happens to it, its blanks tally', () => {
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 30 }), (history) => {
        const { events } = live(history)
        let ledger = { ...NO_BLANKS, received: 100, 'in-stock': 100 }
        for (const event of events) ledger = movedBlanks(ledger, blankMoves([event]))
        expect(tally(ledger)).toEqual({ balanced: true, difference: 0 })
        expect(Object.values(ledger).every((count) => count >= 0)).toBe(true)
        expect(movedBlanks({ ...NO_BLANKS, received: 100, 'in-stock': 100 }, blankMoves(events))).toEqual(ledger)
      }),
    )
  })

  test('the version counts its events', () => {
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 30 }), (history) => {
        const { states, events } = live(history)
        expect(states.at(-1)?.version ?? 0).toBe(events.length)
      }),
    )
  })
})
