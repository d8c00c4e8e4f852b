import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ParcelCommand, ParcelEvent, ParcelState, Preparation, Report, TrackingCode } from '#delivery/model.ts'
import { awaitsCollection, isUnderWay, parcelDecider } from '#delivery/rules/parcel.ts'
import { fold } from '#kernel/decider.ts'
import { type CaseNumber, uuid } from '#kernel/ids.ts'
import { cents } from '#kernel/money.ts'
import { day, type Instant, instant, plusMinutes } from '#kernel/time.ts'

const STATION = '220122520000'
const HALL = '222401300000'

const toStation: Preparation = {
  caseId: uuid('019c5a00-0000-7000-8000-000000000001'),
  caseNumber: '22242602000000013' as CaseNumber,
  serial: 'JL000001',
  attempt: 1,
  handover: { by: 'station', organ: STATION, deliveryClass: 'town' },
  route: { id: 'run-220122', kind: 'station-run', centre: '220000700000', bureau: '220122000000', stop: STATION, deliveryClass: 'town' },
  issuer: '222401000000',
  returnTo: HALL,
  takesOldCard: false,
  deliveryCode: null,
  postage: cents(0),
  dispatch: { dispatchOn: day('2026-02-13'), expectedOn: day('2026-02-15'), collectFrom: day('2026-02-24') },
}

const toAddress: Preparation = {
  ...toStation,
  handover: { by: 'mail', inProvince: true, deliveryClass: 'urban' },
  route: { id: 'mail-2224', kind: 'mail', centre: '220000700000', bureau: null, stop: null, deliveryClass: 'urban' },
  takesOldCard: true,
  deliveryCode: '246810',
  postage: cents(1200),
  dispatch: { dispatchOn: day('2026-02-13'), expectedOn: day('2026-02-14'), collectFrom: null },
}

const WAYBILL = 'EB123456785CN'
const HANDED_AT = instant('2026-02-13T16:00:00+08:00')
const HANDED: ParcelCommand = { type: 'RecordHandedOver', waybill: WAYBILL, at: HANDED_AT, dispatch: toStation.dispatch }
const LATER = { expectedOn: day('2026-02-17'), collectFrom: day('2026-02-24') }

const report = (number: number, code: TrackingCode, at: Instant = plusMinutes(HANDED_AT, number * 60)): Report => ({
  waybill: WAYBILL,
  number,
  code,
  happenedAt: at,
  place: '长春',
})

const take = (of: Report, doorstep: Extract<ParcelCommand, { type: 'TakeReport' }>['doorstep'] = null): ParcelCommand => ({
  type: 'TakeReport',
  report: of,
  doorstep,
  openAtDestination: day('2026-02-24'),
  openAtReturn: day('2026-02-25'),
  later: LATER,
})

interface Run {
  readonly state: ParcelState
  readonly events: readonly ParcelEvent[]
}

/** Runs commands one after the other; a refusal fails the test. */
function run(preparation: Preparation, ...commands: readonly ParcelCommand[]): Run {
  let state = parcelDecider.initial
  const events: ParcelEvent[] = []
  for (const command of [{ type: 'Prepare' as const, preparation }, ...commands]) {
    const decision = parcelDecider.decide(state, command)
    if (!decision.ok) throw new Error(`${command.type} was refused: ${decision.refusal}`)
    events.push(...decision.events)
    state = decision.events.reduce((before, event) => parcelDecider.evolve(before, event), state)
  }
  return { state, events }
}

const types = ({ events }: Run): string[] => events.map(({ type }) => type)
const refusalOf = (state: ParcelState, command: ParcelCommand): string | undefined => {
  const decision = parcelDecider.decide(state, command)
  return decision.ok ? undefined : decision.refusal
}

describe('a parcel to a station', () => {
  test('goes from the centre to the station, and is closed when the card is collected', () => {
    const { state, events } = run(toStation, HANDED, take(report(1, 'collected')), take(report(2, 'moved')), take(report(3, 'signed')), {
      type: 'CloseParcel',
      how: 'collected',
    })
    expect(types({ state, events })).toEqual(['ParcelPrepared', 'ParcelHandedToCourier', 'ParcelMoved', 'ParcelMoved', 'ParcelArrived', 'ParcelClosed'])
    expect(state).toMatchObject({ status: 'closed', heldAt: STATION, waybill: WAYBILL, collectFrom: '2026-02-24', version: 6 })
  })

  test('is brought back to the issuer when it can’t be handed over', () => {
    const { state } = run(
      toStation,
      HANDED,
      take(report(1, 'collected')),
      take(report(2, 'refused')),
      take(report(3, 'returning')),
      take(report(4, 'returned')),
    )
    expect(state).toMatchObject({ status: 'returned', heldAt: HALL, collectFrom: '2026-02-25' })
    expect(awaitsCollection(state)).toBe(true)
  })
})

describe('a parcel to an address', () => {
  const moved = take(report(1, 'collected'))

  test('counts as delivered with the code that the recipient was told, and the old card in exchange', () => {
    const { events } = run(toAddress, HANDED, moved, take(report(2, 'signed'), { deliveryCode: '246810', oldCard: 'handed-back' }))
    expect(events.at(-1)).toMatchObject({ type: 'ParcelDelivered', oldCard: 'handed-back' })
  })

  test('that an old card was due and none was given is the recipient’s declaration of loss', () => {
    const { events } = run(toAddress, HANDED, moved, take(report(2, 'signed'), { deliveryCode: '246810', oldCard: 'none' }))
    expect(events.at(-1)).toMatchObject({ type: 'ParcelDelivered', oldCard: 'declared-lost' })
  })

  test.each([{ deliveryCode: '000000', oldCard: 'none' as const }, { deliveryCode: null, oldCard: 'none' as const }, null])(
    'is not delivered when the door says %j',
    (doorstep) => {
      const { state, events } = run(toAddress, HANDED, moved, take(report(2, 'signed'), doorstep))
      expect(events.at(-1)).toMatchObject({ type: 'TrackingNoted', because: 'wrong-delivery-code' })
      expect(isUnderWay(state)).toBe(true)
    },
  )
})

describe('late', () => {
  test('is told with a new day, again and again while it lasts, and ends with the arrival', () => {
    const first = run(toStation, HANDED, { type: 'FindLate', later: LATER })
    expect(first.events.at(-1)).toEqual({
      type: 'ParcelFoundLate',
      report: null,
      expectedOn: '2026-02-15',
      nextExpectedOn: '2026-02-17',
      collectFrom: '2026-02-24',
    })
    expect(first.state).toMatchObject({ status: 'handed-to-courier', lateSince: '2026-02-15', expectedOn: '2026-02-17' })
    const again = run(toStation, HANDED, { type: 'FindLate', later: LATER }, { type: 'FindLate', later: { ...LATER, expectedOn: day('2026-02-19') } })
    expect(again.events.at(-1)).toMatchObject({ expectedOn: '2026-02-17', nextExpectedOn: '2026-02-19' })
    const arrived = run(toStation, HANDED, { type: 'FindLate', later: LATER }, take(report(1, 'signed')))
    expect(arrived.state).toMatchObject({ status: 'arrived-at-station', lateSince: null })
  })

  test('is never found of a parcel that has arrived, is lost or comes back', () => {
    for (const end of ['signed', 'lost', 'refused'] as const) {
      const { state } = run(toStation, HANDED, take(report(1, end)))
      expect(parcelDecider.decide(state, { type: 'FindLate', later: LATER })).toEqual({ ok: true, events: [] })
    }
  })

  test('the courier may say so before we find it', () => {
    const { events } = run(toStation, HANDED, take(report(1, 'collected')), take(report(2, 'delayed')))
    expect(events.at(-1)).toMatchObject({ type: 'ParcelFoundLate', nextExpectedOn: '2026-02-17', report: { number: 2 } })
  })
})

describe('lost', () => {
  const giveUp = (at: string): ParcelCommand => ({ type: 'GiveUpWaiting', at: instant(at), noMovementDays: 5 })

  test('is what nothing was heard of for five days, not an instant earlier', () => {
    const { state } = run(toStation, HANDED)
    expect(parcelDecider.decide(state, giveUp('2026-02-18T23:59:59.999+08:00'))).toEqual({ ok: true, events: [] })
    expect(parcelDecider.decide(state, giveUp('2026-02-19T00:00:00+08:00'))).toMatchObject({ ok: true, events: [{ type: 'ParcelLost', by: 'no-movement' }] })
  })

  test('a sign of life counts anew', () => {
    const { state } = run(toStation, HANDED, take(report(1, 'moved', instant('2026-02-16T09:00:00+08:00'))))
    expect(parcelDecider.decide(state, giveUp('2026-02-19T00:00:00+08:00'))).toEqual({ ok: true, events: [] })
    expect(parcelDecider.decide(state, giveUp('2026-02-22T00:00:00+08:00'))).toMatchObject({ events: [{ type: 'ParcelLost' }] })
  })

  test('a lost card that turns up is noted for destruction and changes nothing', () => {
    const { state, events } = run(toStation, HANDED, take(report(1, 'lost')), take(report(2, 'signed')))
    expect(events.at(-1)).toMatchObject({ type: 'TrackingNoted', because: 'found-after-loss' })
    expect(state).toMatchObject({ status: 'lost', heldAt: null, foundAt: report(2, 'signed').happenedAt })
  })

  test('is out of the way when the person holds the new card, and still must be destroyed when it turns up', () => {
    const replaced: ParcelCommand = { type: 'CloseParcel', how: 'replaced' }
    const { state, events } = run(toStation, HANDED, take(report(1, 'lost')), replaced, take(report(2, 'signed')))
    expect(state.status).toBe('closed')
    expect(events.at(-1)).toMatchObject({ type: 'TrackingNoted', because: 'found-after-loss' })
    expect(refusalOf(run(toStation, HANDED).state, replaced)).toBe('not-under-way')
  })

  test('the dispatcher may declare it only while it is under way', () => {
    const declare: ParcelCommand = { type: 'DeclareLost', note: '三次查找未果' }
    expect(refusalOf(run(toStation).state, declare)).toBe('not-under-way')
    expect(run(toStation, HANDED, declare).state.status).toBe('lost')
    expect(refusalOf(run(toStation, HANDED, take(report(1, 'signed'))).state, declare)).toBe('not-under-way')
  })
})

describe('sent again', () => {
  test('only what the courier never took is ordered again', () => {
    expect(run(toStation, { type: 'AskAgain', by: 'dispatcher' }).events.at(-1)).toMatchObject({ type: 'OrderAskedAgain' })
    expect(refusalOf(run(toStation, HANDED).state, { type: 'AskAgain', by: 'dispatcher' })).toBe('nothing-to-resend')
  })

  test('only what was brought back makes room for another parcel', () => {
    const back = run(toStation, HANDED, take(report(1, 'refused')), take(report(2, 'returned')))
    expect(run(toStation, HANDED, take(report(1, 'refused')), take(report(2, 'returned')), { type: 'CloseParcel', how: 'resent' }).state.status).toBe('closed')
    expect(back.state.status).toBe('returned')
    expect(refusalOf(run(toStation, HANDED, take(report(1, 'signed'))).state, { type: 'CloseParcel', how: 'resent' })).toBe('nothing-to-resend')
  })
})

describe('withdrawn', () => {
  const withdraw: ParcelCommand = { type: 'CloseParcel', how: 'withdrawn' }

  test('is a parcel whose card was found faulty before it left', () => {
    expect(run(toStation, withdraw).state.status).toBe('closed')
    expect(run(toStation, HANDED, withdraw).state.status).toBe('closed')
    expect(refusalOf(run(toStation, HANDED, take(report(1, 'collected'))).state, withdraw)).toBe('already-left')
  })

  test('what the courier still says of it is only noted', () => {
    expect(run(toStation, HANDED, withdraw, take(report(1, 'collected'))).events.at(-1)).toMatchObject({ type: 'TrackingNoted', because: 'after-end' })
  })
})

describe('reports', () => {
  test('a report that overtakes the answer to the order brings the waybill with it', () => {
    const { state, events } = run(toStation, take(report(1, 'collected')), HANDED)
    expect(types({ state, events })).toEqual(['ParcelPrepared', 'ParcelHandedToCourier', 'ParcelMoved'])
  })

  test('a report about another waybill is none about this parcel', () => {
    const { state } = run(toStation, HANDED)
    expect(refusalOf(state, take({ ...report(1, 'moved'), waybill: 'EB000000005CN' }))).toBe('unknown-parcel')
    expect(refusalOf(parcelDecider.initial, take(report(1, 'moved')))).toBe('unknown-parcel')
  })

  const journeys = [
    ['collected', 'moved', 'moved', 'out-for-delivery', 'signed'],
    ['collected', 'delayed', 'moved', 'signed'],
    ['collected', 'moved', 'refused', 'returning', 'returned'],
    ['collected', 'moved', 'lost'],
  ] as const satisfies readonly (readonly TrackingCode[])[]

  test('any order with any repetition of the same reports leads to the same end', () => {
    const shuffled = fc.constantFrom(...journeys).chain((journey) => {
      const reports = journey.map((code, i) => report(i + 1, code))
      return fc.tuple(fc.constant(reports), fc.shuffledSubarray([...reports, ...reports], { minLength: reports.length * 2 }))
    })
    fc.assert(
      fc.property(shuffled, ([reports, arriving]) => {
        const inOrder = run(toStation, HANDED, ...reports.map((one) => take(one)))
        const anyOrder = run(toStation, HANDED, ...arriving.map((one) => take(one)))
        expect(anyOrder.state.status).toBe(inOrder.state.status)
        expect(anyOrder.state.heldAt).toBe(inOrder.state.heldAt)
        expect(anyOrder.state.collectFrom).toBe(inOrder.state.collectFrom)
        const ends = anyOrder.events.filter(({ type }) => ['ParcelArrived', 'ParcelReturned', 'ParcelLost', 'ParcelDelivered'].includes(type))
        expect(ends).toHaveLength(1)
      }),
    )
  })

  test('whatever comes, the fold of the events is the state', () => {
    const codes = fc.constantFrom<TrackingCode>('collected', 'moved', 'out-for-delivery', 'delayed', 'signed', 'refused', 'returning', 'returned', 'lost')
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), codes), { maxLength: 12 }), (arriving) => {
        const { state, events } = run(toStation, ...arriving.map(([number, code]) => take(report(number, code))))
        expect(fold(parcelDecider, events)).toEqual(state)
        expect(state.version).toBe(events.length)
        // Each message is kept once, whatever it meant.
        expect(events.filter((event) => 'report' in event && event.report !== null)).toHaveLength(new Set(arriving.map(([number]) => number)).size)
      }),
    )
  })
})
