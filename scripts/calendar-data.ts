/**
 * Writes src/calendar/data/: the holiday notices of the State Council as the package chinese-days has them, and the days
 * of the lunar and solar festivals for the years that have no notice yet. Run again when the package knows a new year:
 *   node scripts/calendar-data.ts
 *
 * The festivals come from the package's lunar table and are proved here by astronomy (Meeus, Astronomical Algorithms,
 * chapters 25 and 49): a month begins on the day of the new moon in UTC+8, 清明 is the day on which the sun reaches 15°.
 * ICU's Chinese calendar is not used: it puts the new moon of 2027-02-06 (23:56) on the next day.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const FIRST_FESTIVAL_YEAR = 2000
const LAST_FESTIVAL_YEAR = 2060
const require = createRequire(import.meta.url)
const chineseDays = require('chinese-days') as typeof import('chinese-days')
const version = (JSON.parse(readFileSync(require.resolve('chinese-days/package.json'), 'utf8')) as { version: string }).version
const source = require('chinese-days/dist/chinese-days.json') as { holidays: Record<string, string>; workdays: Record<string, string> }

const NAMES: Readonly<Record<string, { zh: string; en: string }>> = {
  元旦: { zh: '元旦', en: 'New Year’s Day' },
  春节: { zh: '春节', en: 'Spring Festival' },
  清明: { zh: '清明节', en: 'Qingming Festival' },
  劳动节: { zh: '劳动节', en: 'Labour Day' },
  端午: { zh: '端午节', en: 'Dragon Boat Festival' },
  中秋: { zh: '中秋节', en: 'Mid-Autumn Festival' },
  国庆节: { zh: '国庆节', en: 'National Day' },
  中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日: {
    zh: '中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日',
    en: '70th anniversary of victory in the War of Resistance',
  },
}

interface Holiday {
  readonly name: { zh: string; en: string }
  readonly off: string[]
  readonly makeUp: string[]
}

// The New Year block may begin in December; it belongs to the notice of the year that begins.
const noticeYearOf = (day: string): number => Number(day.slice(0, 4)) + (day.slice(5, 7) === '12' ? 1 : 0)

function collectNotices(): Map<number, Map<string, Holiday>> {
  const notices = new Map<number, Map<string, Holiday>>()
  const take = (day: string, text: string, list: 'off' | 'makeUp'): void => {
    const name = NAMES[text.split(',')[1] ?? '']
    if (name === undefined) throw new Error(`no name for ${text}`)
    const year = notices.get(noticeYearOf(day)) ?? new Map<string, Holiday>()
    const holiday = year.get(name.zh) ?? { name, off: [], makeUp: [] }
    holiday[list].push(day)
    year.set(name.zh, holiday)
    notices.set(noticeYearOf(day), year)
  }
  for (const [day, text] of Object.entries(source.holidays).sort()) take(day, text, 'off')
  for (const [day, text] of Object.entries(source.workdays).sort()) take(day, text, 'makeUp')
  for (const holidays of notices.values()) for (const holiday of holidays.values()) fillWeekends(holiday)
  return notices
}

/** The package leaves out a weekend day or two in the middle of a run (2011-06-05): nobody works then, but the run is one. */
function fillWeekends({ name, off }: Holiday): void {
  for (let day = off[0] as string; day < (off.at(-1) as string); day = dayBefore(day, -1)) {
    const weekend = [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())
    if (off.includes(day) || !weekend || source.workdays[day] !== undefined || source.holidays[day] !== undefined) continue
    console.log(`${day}: a weekend day inside ${name.zh}, added to its run`)
    off.push(day)
  }
  off.sort()
}

function noticesAsText(): string {
  const years = [...collectNotices()]
    .sort(([a], [b]) => a - b)
    .map(([year, holidays]) => {
      const lines = [...holidays.values()].map((holiday) => `        ${JSON.stringify(holiday)}`).join(',\n')
      return `    {\n      "year": ${year},\n      "source": "国务院办公厅关于${year}年部分节假日安排的通知",\n      "holidays": [\n${lines}\n      ]\n    }`
    })
    .join(',\n')
  return `{\n  "collected": "chinese-days ${version} (MIT)",\n  "notices": [\n${years}\n  ]\n}\n`
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180
const sin = (degrees: number): number => Math.sin(radians(degrees))

/** Terrestrial minus universal time, in days: Espenak and Meeus for 2005 to 2050, near enough for the years beside them. */
function deltaTDays(year: number): number {
  const t = year - 2000
  return (62.92 + 0.32217 * t + 0.005589 * t * t) / 86_400
}

/** The day in UTC+8 that contains a Julian date of terrestrial time. */
function beijingDay(jde: number, year: number): { day: string; minutesFromMidnight: number } {
  const ms = (jde - deltaTDays(year) - 2_440_587.5) * 86_400_000 + 8 * 3_600_000
  const intoDay = (((ms % 86_400_000) + 86_400_000) % 86_400_000) / 60_000
  return { day: new Date(ms).toISOString().slice(0, 10), minutesFromMidnight: Math.min(intoDay, 1440 - intoDay) }
}

/** The k-th new moon since 2000-01-06 (Meeus 49), within seconds. */
function newMoon(k: number): number {
  const t = k / 1236.85
  const e = 1 - 0.002516 * t - 0.0000074 * t * t
  const sun = 2.5534 + 29.1053567 * k - 0.0000014 * t * t - 0.00000011 * t ** 3
  const moon = 201.5643 + 385.81693528 * k + 0.0107582 * t * t + 0.00001238 * t ** 3
  const f = 160.7108 + 390.67050284 * k - 0.0016118 * t * t - 0.00000227 * t ** 3
  const node = 124.7746 - 1.56375588 * k + 0.0020672 * t * t + 0.00000215 * t ** 3
  const periodic: readonly (readonly [number, number])[] = [
    [-0.4072, moon],
    [0.17241 * e, sun],
    [0.01608, 2 * moon],
    [0.01039, 2 * f],
    [0.00739 * e, moon - sun],
    [-0.00514 * e, moon + sun],
    [0.00208 * e * e, 2 * sun],
    [-0.00111, moon - 2 * f],
    [-0.00057, moon + 2 * f],
    [0.00056 * e, 2 * moon + sun],
    [-0.00042, 3 * moon],
    [0.00042 * e, sun + 2 * f],
    [0.00038 * e, sun - 2 * f],
    [-0.00024 * e, 2 * moon - sun],
    [-0.00017, node],
    [-0.00007, moon + 2 * sun],
    [0.00004, 2 * moon - 2 * f],
    [0.00004, 3 * sun],
    [0.00003, moon + sun - 2 * f],
    [0.00003, 2 * moon + 2 * f],
    [-0.00003, moon + sun + 2 * f],
    [0.00003, moon - sun + 2 * f],
    [-0.00002, moon - sun - 2 * f],
    [-0.00002, 3 * moon + sun],
    [0.00002, 4 * moon],
  ]
  const planets: readonly (readonly [number, number])[] = [
    [0.000325, 299.77 + 0.107408 * k - 0.009173 * t * t],
    [0.000165, 251.88 + 0.016321 * k],
    [0.000164, 251.83 + 26.651886 * k],
    [0.000126, 349.42 + 36.412478 * k],
    [0.00011, 84.66 + 18.206239 * k],
    [0.000062, 141.74 + 53.303771 * k],
    [0.00006, 207.14 + 2.453732 * k],
    [0.000056, 154.84 + 7.30686 * k],
    [0.000047, 34.52 + 27.261239 * k],
    [0.000042, 207.19 + 0.121824 * k],
    [0.00004, 291.34 + 1.844379 * k],
    [0.000037, 161.72 + 24.198154 * k],
    [0.000035, 239.56 + 25.513099 * k],
    [0.000023, 331.55 + 3.592518 * k],
  ]
  const mean = 2_451_550.09766 + 29.530588861 * k + 0.00015437 * t * t - 0.00000015 * t ** 3
  return [...periodic, ...planets].reduce((sum, [amount, angle]) => sum + amount * sin(angle), mean)
}

/** Apparent longitude of the sun in degrees (Meeus 25, low accuracy: within 0.01°, a quarter of an hour). */
function sunLongitude(jde: number): number {
  const t = (jde - 2_451_545) / 36_525
  const m = 357.52911 + 35_999.05029 * t - 0.0001537 * t * t
  const centre = (1.914602 - 0.004817 * t) * sin(m) + (0.019993 - 0.000101 * t) * sin(2 * m) + 0.000289 * sin(3 * m)
  const true_ = 280.46646 + 36_000.76983 * t + 0.0003032 * t * t + centre
  return (((true_ - 0.00569 - 0.00478 * sin(125.04 - 1934.136 * t)) % 360) + 360) % 360
}

function qingming(year: number): { day: string; minutesFromMidnight: number } {
  let jde = Date.UTC(year, 3, 4, 12) / 86_400_000 + 2_440_587.5
  for (let round = 0; round < 8; round++) jde += ((15 - sunLongitude(jde)) * 365.2422) / 360
  return beijingDay(jde, year)
}

function newMoonDays(): Map<string, number> {
  const days = new Map<string, number>()
  for (let k = -13; k < (LAST_FESTIVAL_YEAR - 1999) * 13; k++) {
    const { day, minutesFromMidnight } = beijingDay(newMoon(k), 2000 + k / 12.3685)
    days.set(day, minutesFromMidnight)
  }
  return days
}

const dayBefore = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10)

function festivalsAsText(): string {
  const monthBegins = newMoonDays()
  const lines: string[] = []
  for (let year = FIRST_FESTIVAL_YEAR; year <= LAST_FESTIVAL_YEAR; year++) {
    const lunar = (month: number, dayOfMonth: number): string => {
      const day = chineseDays.getSolarDateFromLunar(`${year}-${month}-${dayOfMonth}`).date
      const begins = dayBefore(day, dayOfMonth - 1)
      const margin = monthBegins.get(begins)
      if (margin === undefined) throw new Error(`${year}: month ${month} would begin on ${begins}, without a new moon`)
      if (margin < 5) console.log(`${begins}: the new moon stands ${margin.toFixed(1)} minutes from midnight`)
      return day
    }
    const solar = qingming(year)
    const table = chineseDays.getSolarTermDate(year, 4, 'pure_brightness')
    if (solar.day !== table) console.log(`${year}: 清明 computed ${solar.day}, table ${table}, ${solar.minutesFromMidnight.toFixed(0)} minutes from midnight`)
    if (solar.minutesFromMidnight < 20) console.log(`${solar.day}: 清明 stands ${solar.minutesFromMidnight.toFixed(0)} minutes from midnight`)
    lines.push(`    ${JSON.stringify({ year, springFestival: lunar(1, 1), qingming: solar.day, dragonBoat: lunar(5, 5), midAutumn: lunar(8, 15) })}`)
  }
  const note = 'lunar table of chinese-days, each month proved by the computed new moon; Qingming from the longitude of the sun; scripts/calendar-data.ts'
  return `{\n  "computed": "${note}",\n  "festivals": [\n${lines.join(',\n')}\n  ]\n}\n`
}

const folder = new URL('../src/calendar/data/', import.meta.url)
writeFileSync(new URL('notices.json', folder), noticesAsText())
writeFileSync(new URL('festivals.json', folder), festivalsAsText())
