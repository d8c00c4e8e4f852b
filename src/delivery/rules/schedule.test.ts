import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shippedCalendar } from '#calendar/rules.ts'
import type { Handover } from '#catalogue/model.ts'
import type { ParcelRow } from '#delivery/model.ts'
import { dispatchOf } from '#delivery/rules/preparation.ts'
import { manifestOf, returnOrgan, routeOf } from '#delivery/rules/routes.ts'
import { chaseAt, collectionDay, collectionDayAfter, dispatchDay, lateCheckAt, laterDay, noMovementAt, postageOf } from '#delivery/rules/schedule.ts'
import { chaseCountMax, settingsOn, shippedSettings } from '#delivery/rules/settings.ts'
import { type Day, day, instant, plusDays } from '#kernel/time.ts'
import { loadPlaces } from '#place/queries.ts'
import { deliveryClassOf } from '#place/rules/delivery.ts'
import { deliveryPoints, getOrgan, issuerOf } from '#place/rules/organs.ts'

const places = loadPlaces()
const calendar = shippedCalendar
const settings = settingsOn(shippedSettings, day('2026-02-13'))
const facts = { places, calendar, settings: shippedSettings }

const points = deliveryPoints(places)
const pointOfClass = (wanted: string) => {
  const found = points.find(({ level, code }) => level === 'station' && deliveryClassOf(places, code, day('2026-02-13')) === wanted)
  if (!found) throw new Error(`no station of class ${wanted}`)
  return found.code
}
const stationOf = (deliveryClass: 'urban' | 'town' | 'remote-rural'): Handover => ({ by: 'station', organ: pointOfClass(deliveryClass), deliveryClass })
const mail: Handover = { by: 'mail', inProvince: true, deliveryClass: 'urban' }

describe('the day of dispatch and the expected day', () => {
  test('a card leaves the day it is finished, or the next when the courier has been there', () => {
    expect(dispatchDay(instant('2026-02-13T18:00:00+08:00'), settings)).toBe('2026-02-13')
    expect(dispatchDay(instant('2026-02-13T18:00:00.001+08:00'), settings)).toBe('2026-02-14')
  })

  test('urban the next day, remote rural every other day, in natural days through a holiday', () => {
    const finished = instant('2026-02-13T16:00:00+08:00')
    expect(dispatchOf(facts, mail, finished)).toEqual({ dispatchOn: '2026-02-13', expectedOn: '2026-02-14', collectFrom: null })
    expect(dispatchOf(facts, stationOf('urban'), finished)).toEqual({ dispatchOn: '2026-02-13', expectedOn: '2026-02-14', collectFrom: '2026-02-14' })
    expect(dispatchOf(facts, stationOf('remote-rural'), finished)).toEqual({ dispatchOn: '2026-02-13', expectedOn: '2026-02-15', collectFrom: '2026-02-24' })
  })

  test('what arrives after closing time is collected on the next open day', () => {
    const { organ } = stationOf('urban') as Extract<Handover, { by: 'station' }>
    expect(collectionDayAfter(places, calendar, organ, instant('2026-02-14T16:59:00+08:00'))).toBe('2026-02-14')
    expect(collectionDayAfter(places, calendar, organ, instant('2026-02-14T17:00:00+08:00'))).toBe('2026-02-24')
  })

  test('the day of collection is open, and the first such day', () => {
    const anyDay = fc.integer({ min: 0, max: 700 }).map((days) => plusDays(day('2025-01-01'), days))
    fc.assert(
      fc.property(fc.constantFrom(...points), anyDay, (point, from) => {
        const on = collectionDay(places, calendar, point.code, from)
        expect(on >= from).toBe(true)
        expect(collectionDay(places, calendar, point.code, on)).toBe(on)
        for (let earlier: Day = from; earlier < on; earlier = plusDays(earlier, 1)) expect(collectionDay(places, calendar, point.code, earlier)).toBe(on)
      }),
    )
  })
})

describe('late, lost, chased', () => {
  test('a later day is after today and keeps the rhythm of the class', () => {
    expect(laterDay(places, calendar, settings, mail, day('2026-02-14'), day('2026-02-14')).expectedOn).toBe('2026-02-15')
    const rural: Handover = { by: 'mail', inProvince: true, deliveryClass: 'remote-rural' }
    expect(laterDay(places, calendar, settings, rural, day('2026-02-14'), day('2026-02-17')).expectedOn).toBe('2026-02-18')
    fc.assert(
      fc.property(fc.constantFrom('urban', 'town', 'remote-rural'), fc.integer({ min: 0, max: 30 }), (deliveryClass, days) => {
        const missed = day('2026-03-02')
        const today = plusDays(missed, days)
        const later = laterDay(places, calendar, settings, stationOf(deliveryClass), missed, today)
        expect(later.expectedOn > today).toBe(true)
        expect(later.collectFrom! >= later.expectedOn).toBe(true)
      }),
    )
  })

  test('the instants of the watch', () => {
    expect(lateCheckAt(day('2026-02-14'), settings)).toBe(instant('2026-02-14T18:00:00+08:00'))
    expect(noMovementAt(instant('2026-02-13T16:00:00+08:00'), 5)).toBe(instant('2026-02-19T00:00:00+08:00'))
    expect([0, 1, 2, 3].map((step) => chaseAt(day('2026-02-24'), step, settings))).toEqual([
      instant('2026-03-03T09:00:00+08:00'),
      instant('2026-03-26T09:00:00+08:00'),
      instant('2026-04-25T09:00:00+08:00'),
      undefined,
    ])
    expect(chaseCountMax(shippedSettings)).toBe(3)
  })

  test('postage is for mail only: 12 yuan in the province, 15 outside', () => {
    expect(postageOf(stationOf('urban'), settings)).toBe(0)
    expect(postageOf(mail, settings)).toBe(1200)
    expect(postageOf({ ...mail, inProvince: false }, settings)).toBe(1500)
  })

  test('a version of the settings holds from its day', () => {
    const changed = { ...settings, validFrom: day('2026-06-01'), noMovementDays: 9 }
    expect(settingsOn([settings, changed], day('2026-05-31')).noMovementDays).toBe(5)
    expect(settingsOn([settings, changed], day('2026-06-01')).noMovementDays).toBe(9)
    expect(() => settingsOn([], day('2026-06-01'))).toThrow('no delivery settings')
  })
})

describe('routes', () => {
  const CENTRE = '220000700000'

  test('every station and hall has a route by the bureau above it', () => {
    for (const { code } of points) {
      const route = routeOf(places, { by: 'station', organ: code, deliveryClass: 'urban' }, CENTRE, '2201')
      expect(route).toMatchObject({ kind: 'station-run', stop: code, bureau: issuerOf(places, code).code })
    }
  })

  test('different bureaus have different routes', () => {
    const routes = new Map<string, string>()
    for (const { code } of points) {
      const { id, bureau } = routeOf(places, { by: 'station', organ: code, deliveryClass: 'urban' }, CENTRE, '2201')
      expect(routes.get(id) ?? bureau).toBe(bureau)
      routes.set(id, bureau as string)
    }
  })

  test('mail goes by prefecture, and in one bag out of the province', () => {
    expect(routeOf(places, mail, CENTRE, '2224')).toMatchObject({ id: 'mail-2224', kind: 'mail', stop: null })
    expect(routeOf(places, { ...mail, inProvince: false }, CENTRE, '2224')).toMatchObject({ id: 'mail-out', kind: 'mail-out-of-province' })
  })

  test('every issuer has a place where its cards come back to', () => {
    const issuers = [...places.organs.values()].filter(({ issuesCards }) => issuesCards)
    expect(issuers.length).toBeGreaterThan(50)
    for (const { code } of issuers) {
      const organ = getOrgan(places, returnOrgan(places, code))
      expect(['hall', 'station']).toContain(organ.level)
      expect(organ.parent).toBe(code)
    }
  })

  test('the manifest holds every parcel once, under its own route and stop', () => {
    const row = fc.record({ route: fc.constantFrom('run-220122', 'run-222401', 'mail-2201'), stop: fc.constantFrom('a', 'b', null), caseNumber: fc.uuid() })
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const manifest = manifestOf(rows as unknown as ParcelRow[])
        const loaded = manifest.flatMap(({ route, stops }) => stops.flatMap(({ organ, parcels }) => parcels.map((parcel) => ({ route, organ, parcel }))))
        expect(loaded).toHaveLength(rows.length)
        expect(new Set(loaded.map(({ parcel }) => parcel))).toEqual(new Set(rows))
        for (const { route, organ, parcel } of loaded) expect([parcel.route, parcel.stop]).toEqual([route, organ])
        expect(manifest.map(({ count }) => count).reduce((sum, n) => sum + n, 0)).toBe(rows.length)
        expect(new Set(manifest.map(({ route }) => route)).size).toBe(manifest.length)
      }),
    )
  })
})
