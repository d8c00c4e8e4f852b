import type { Division, DivisionRow, Organ, OrganRow, PlaceData, Places, PoliceArea, Prefecture } from '#place/model.ts'
import { PREFECTURES } from '#place/model.ts'

/**
 * Builds the indexed value from the rows of `data/`, and checks on the way what every lookup relies on.
 * @throws Error naming the row when a code stands twice or a reference leads nowhere.
 */
export function buildPlaces(data: PlaceData): Places {
  const divisionRows = indexBy(data.divisions, 'division')
  const organRows = indexBy(data.organs, 'organ')
  const persons = personsByDivision(data.divisions, divisionRows)
  const divisions = new Map(data.divisions.map((row) => [row.code, divisionOf(row, persons.get(row.code) ?? 0)]))
  const organs = new Map(data.organs.map((row) => [row.code, organOf(row, organRows, divisionRows, data)]))
  const stations = [...organs.values()].filter((organ) => organ.level === 'station')
  return {
    divisions,
    children: groupBy([...divisions.values()], (division) => (division.parent === undefined ? [] : [division.parent])),
    organs,
    organsBelow: groupBy([...organs.values()], (organ) => (organ.parent === undefined ? [] : [organ.parent])),
    bureauOfDivision: new Map(
      [...organs.values()].flatMap((organ) => (isBureau(organ) && organ.division !== undefined ? [[organ.division, organ] as const] : [])),
    ),
    stationsOfTownship: groupBy(stations, (station) => station.serves),
    areaOfTownship: new Map(data.policeAreas.flatMap((area) => area.townships.map((code) => [code, area] as const))),
    formerCodes: new Map(data.formerCodes.map((former) => [former.code, former])),
    delivery: data.delivery,
    opening: data.opening,
    production: data.production,
    population: data.population,
  }
}

const isBureau = (organ: Organ): boolean => organ.level === 'province' || organ.level === 'prefecture' || organ.level === 'county'

function divisionOf(row: DivisionRow, persons: number): Division {
  return {
    code: row.code,
    kind: row.kind,
    name: { zh: row.zh, en: row.en },
    pinyin: row.pinyin,
    parent: row.parent,
    registeredName: row.registeredName,
    isSeat: row.isSeat === true,
    populationEstimate: persons,
  }
}

function organOf(row: OrganRow, organs: ReadonlyMap<string, OrganRow>, divisions: ReadonlyMap<string, DivisionRow>, data: PlaceData): Organ {
  for (const code of [row.township, row.division, ...(row.serves ?? [])]) {
    if (code !== undefined && !divisions.has(code)) throw new Error(`organ ${row.code}: no division ${code}`)
  }
  return {
    code: row.code,
    level: row.level,
    name: { zh: row.zh, en: row.en },
    pinyin: row.pinyin,
    parent: row.parent,
    division: row.division,
    prefecture: prefectureOfOrganRow(row, organs, data.policeAreas),
    township: row.township,
    serves: row.serves ?? [],
    issuesCards: row.issuesCards === true,
    cardTemplate: templateOf(row.division, data),
    windows: row.windows ?? 0,
    synthetic: row.synthetic === true,
    creditCode: row.creditCode,
  }
}

/** The most specific area named in the configuration decides. */
function templateOf(division: string | undefined, data: PlaceData): Organ['cardTemplate'] {
  const fitting = data.cardTemplates.filter((area) => division?.startsWith(area.division))
  return fitting.toSorted((a, b) => b.division.length - a.division.length)[0]?.template ?? 'standard'
}

/** Up to the organ below the department: that is the prefecture's bureau, or 长白山公安局. */
function prefectureOfOrganRow(row: OrganRow, organs: ReadonlyMap<string, OrganRow>, areas: readonly PoliceArea[]): Prefecture {
  let current = row
  for (let steps = 0; current.parent !== undefined && current.level !== 'prefecture'; steps += 1) {
    const above = organs.get(current.parent)
    if (above === undefined) throw new Error(`organ ${current.code}: no organ ${current.parent}`)
    if (steps > 5) throw new Error(`organ ${row.code}: its superiors go in a circle`)
    current = above
  }
  if (current.level !== 'prefecture') return '2200'
  const area = areas.find((candidate) => candidate.bureau === current.code)
  return asPrefecture(area?.prefecture ?? current.division ?? '')
}

function asPrefecture(code: string): Prefecture {
  const known = PREFECTURES.find((prefecture) => prefecture === code)
  if (known === undefined) throw new Error(`no prefecture ${code}`)
  return known
}

function indexBy<Row extends { readonly code: string; readonly parent?: string }>(rows: readonly Row[], what: string): ReadonlyMap<string, Row> {
  const index = new Map<string, Row>()
  for (const row of rows) {
    if (index.has(row.code)) throw new Error(`${what} ${row.code} stands twice`)
    index.set(row.code, row)
  }
  for (const row of rows) {
    if (row.parent !== undefined && !index.has(row.parent)) throw new Error(`${what} ${row.code}: no ${what} ${row.parent} above it`)
  }
  return index
}

function groupBy<Value>(values: readonly Value[], keysOf: (value: Value) => readonly string[]): ReadonlyMap<string, readonly Value[]> {
  const groups = new Map<string, Value[]>()
  for (const value of values) {
    for (const key of keysOf(value)) {
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [value])
      else group.push(value)
    }
  }
  return groups
}

/** Every division's persons are the sum of its townships'. */
function personsByDivision(rows: readonly DivisionRow[], index: ReadonlyMap<string, DivisionRow>): ReadonlyMap<string, number> {
  const persons = new Map<string, number>()
  for (const row of rows) {
    if (row.persons === undefined) continue
    for (let at: DivisionRow | undefined = row; at !== undefined; at = at.parent === undefined ? undefined : index.get(at.parent)) {
      persons.set(at.code, (persons.get(at.code) ?? 0) + row.persons)
    }
  }
  return persons
}
