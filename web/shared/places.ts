/** Places to choose from, for selects that become a type-ahead. */
import type { Places } from '#place/model.ts'
import { divisionsOfLevel, pathOf } from '#place/rules/divisions.ts'
import { deliveryPoints, getOrgan } from '#place/rules/organs.ts'
import type { Option, OptionGroup } from '#web/shared/choice.tsx'

/** Pinyin without spaces, its initials, and the code. */
const searched = ({ code, pinyin }: { readonly code: string; readonly pinyin: string }): string => {
  const syllables = pinyin.split(' ')
  return `${syllables.join('')} ${syllables.map((syllable) => syllable[0]).join('')} ${code}`
}

const byParent = new WeakMap<Places, { readonly stations: readonly OptionGroup[]; readonly townships: readonly OptionGroup[] }>()

/** The province does not change while the process runs, and these lists are long. */
function groupsOf(places: Places) {
  const known = byParent.get(places)
  if (known !== undefined) return known
  const made = {
    stations: grouped(deliveryPoints(places), (parent) => getOrgan(places, parent).name),
    townships: grouped(divisionsOfLevel(places, 'township'), (parent) => pathOf(places, parent)),
  }
  byParent.set(places, made)
  return made
}

interface Listed {
  readonly code: string
  readonly name: Option['label']
  readonly pinyin: string
  readonly parent: string | undefined
}

function grouped(listed: readonly Listed[], labelOf: (parent: string) => OptionGroup['label']): readonly OptionGroup[] {
  const groups = new Map<string, Option[]>()
  for (const one of listed) {
    const group = groups.get(one.parent ?? '') ?? []
    group.push({ value: one.code, label: one.name, search: searched(one) })
    groups.set(one.parent ?? '', group)
  }
  return [...groups].map(([parent, options]) => ({ label: labelOf(parent), options }))
}

/** Long lists by the name under which a page may leave them to the type-ahead to fetch. */
export const longLists = (places: Places): Readonly<Record<'stations' | 'townships', readonly OptionGroup[]>> => groupsOf(places)

/** Every station and household hall, under its bureau. */
export const stationsByBureau = (places: Places): readonly OptionGroup[] => groupsOf(places).stations

/** Every township, under its county. */
export const townshipsByCounty = (places: Places): readonly OptionGroup[] => groupsOf(places).townships
