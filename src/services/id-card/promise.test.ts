import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayKind, isWorkingDay, shippedCalendar } from '#calendar/rules.ts'
import type { Handover } from '#catalogue/model.ts'
import { day, dayOf, type Instant, instant, instantOfMs, msOf, plusDays } from '#kernel/time.ts'
import { loadPlaces } from '#place/queries.ts'
import { deliveryClassOf } from '#place/rules/delivery.ts'
import { isLaterSlot, promiseCard, slotOf } from '#services/id-card/promise.ts'

const places = loadPlaces()
const on = day('2026-02-13')
const CHANGCHUN_STATION = '220102500100'
const station: Handover = { by: 'station', organ: CHANGCHUN_STATION, deliveryClass: deliveryClassOf(places, CHANGCHUN_STATION, on) }
const at = (text: string): Instant => instant(`${text}+08:00`)
const promise = (accepted: string, handover: Handover = station, started = accepted) =>
  promiseCard({ calendar: shippedCalendar, places, acceptedAt: at(accepted), startedAt: at(started), handover })

describe('the half-day in which a card is made', () => {
  it.each([
    ['2026-02-13T11:59:00', '2026-02-13', 'pm', 'the morning is made that afternoon'],
    ['2026-02-13T12:00:00.000', '2026-02-13', 'pm', 'the cut-off itself is the morning'],
    ['2026-02-13T12:00:00.001', '2026-02-14', 'am', 'a millisecond later is the afternoon; Saturday the 14th is a make-up working day'],
    ['2026-02-14T10:00:00', '2026-02-14', 'pm', 'a make-up Saturday works'],
    ['2026-02-14T12:01:00', '2026-02-24', 'am', 'the holiday of 15 to 23 February passes'],
    ['2026-02-16T15:00:00', '2026-02-24', 'pm', 'on a day off: as if in the morning of the next working day'],
    ['2026-03-07T23:59:59.999', '2026-03-09', 'pm', 'a Saturday night'],
    ['2021-04-30T12:01:00', '2021-05-06', 'am', 'over the May holiday of 2021'],
  ])('%s → %s %s: %s', (accepted, slotDay, half) => {
    expect(slotOf(shippedCalendar, at(accepted))).toEqual({ day: slotDay, half })
  })
})

describe('the promise', () => {
  it('is the next day in town, on an open day of the station', () => {
    const promised = promise('2026-02-13T11:59:00')
    expect(promised).toMatchObject({ readyBy: '2026-02-13T09:00:00.000Z', withYouBy: '2026-02-14T15:59:59.999Z', provisional: false })
  })

  it('rolls over the holiday to the day on which the station opens, and says so', () => {
    const promised = promise('2026-02-13T12:01:00')
    expect(promised.readyBy).toBe('2026-02-14T04:00:00.000Z')
    expect(dayOf(promised.withYouBy)).toBe('2026-02-24')
    const said = promised.because.map(({ zh }) => zh).join('')
    expect(said).toContain('2026年2月15日')
    expect(said).toContain('春节')
    expect(said).toContain('2026年2月24日')
  })

  it('by mail comes on a natural day, holiday or not', () => {
    expect(dayOf(promise('2026-02-13T12:01:00', { by: 'mail', inProvince: true, deliveryClass: 'urban' }).withYouBy)).toBe('2026-02-15')
    expect(dayOf(promise('2026-02-13T11:59:00', { by: 'mail', inProvince: true, deliveryClass: 'remote-rural' }).withYouBy)).toBe('2026-02-15')
  })

  it('counts from the settlement of the fee when that comes in a later half-day', () => {
    const promised = promise('2026-03-02T11:00:00', station, '2026-03-02T15:00:00')
    expect(promised.slot).toEqual({ day: '2026-03-03', half: 'am' })
    expect(promised.because[0]?.zh).toContain('费用')
  })

  it('follows the factory when that has room only later, and never earlier', () => {
    const context = { calendar: shippedCalendar, places, acceptedAt: at('2026-03-02T09:00:00'), startedAt: at('2026-03-02T09:00:00'), handover: station }
    expect(promiseCard({ ...context, plannedSlot: { day: day('2026-03-04'), half: 'am' } }).slot).toEqual({ day: '2026-03-04', half: 'am' })
    expect(promiseCard({ ...context, plannedSlot: { day: day('2026-03-01'), half: 'am' } }).slot).toEqual({ day: '2026-03-02', half: 'pm' })
  })

  it('into a year without its notice is marked provisional', () => {
    expect(promise('2026-12-31T15:00:00').provisional).toBe(true)
    expect(promise('2026-12-30T09:00:00').provisional).toBe(false)
  })

  const accepted = fc.integer({ min: msOf(at('2021-05-07T00:00:00')), max: msOf(at('2026-11-30T00:00:00')) }).map(instantOfMs)

  it('is never made on a day off, never ready before it is accepted, and every arrival is on an open day', () => {
    fc.assert(
      fc.property(accepted, (acceptedAt) => {
        const promised = promiseCard({ calendar: shippedCalendar, places, acceptedAt, startedAt: acceptedAt, handover: station })
        expect(promised.slot && isWorkingDay(shippedCalendar, promised.slot.day)).toBe(true)
        expect(promised.readyBy > acceptedAt).toBe(true)
        expect(promised.withYouBy > promised.readyBy).toBe(true)
        expect(dayKind(shippedCalendar, dayOf(promised.withYouBy)).working).toBe(true)
      }),
    )
  })

  it('is monotone: who is accepted later is never promised an earlier half-day or day', () => {
    fc.assert(
      fc.property(accepted, accepted, (a, b) => {
        const [first, second] = a <= b ? [a, b] : [b, a]
        expect(isLaterSlot(slotOf(shippedCalendar, first), slotOf(shippedCalendar, second))).toBe(false)
        const of = (acceptedAt: Instant) => promiseCard({ calendar: shippedCalendar, places, acceptedAt, startedAt: acceptedAt, handover: station }).withYouBy
        expect(of(first) <= of(second)).toBe(true)
      }),
    )
  })

  it('does not wait longer than the days off demand: within the next two working days and the days off after them', () => {
    fc.assert(
      fc.property(accepted, (acceptedAt) => {
        const slot = slotOf(shippedCalendar, acceptedAt)
        let working = 0
        for (let d = plusDays(dayOf(acceptedAt), 1); d <= slot.day; d = plusDays(d, 1)) if (isWorkingDay(shippedCalendar, d)) working += 1
        expect(working).toBeLessThanOrEqual(1)
      }),
    )
  })
})
