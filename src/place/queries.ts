import { readFileSync } from 'node:fs'
import type { PlaceData, Places } from '#place/model.ts'
import { buildPlaces } from '#place/rules/build.ts'

const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(`./data/${name}.json`, import.meta.url), 'utf8')) as T

/** Reads the province from `data/`; do it once, at start. @throws Error naming the row that is wrong. */
export function loadPlaces(): Places {
  return buildPlaces({
    divisions: read<PlaceData['divisions']>('divisions'),
    organs: read<PlaceData['organs']>('organs'),
    formerCodes: read<{ codes: PlaceData['formerCodes'] }>('former-codes').codes,
    policeAreas: read<{ areas: PlaceData['policeAreas'] }>('police-areas').areas,
    cardTemplates: read<{ areas: PlaceData['cardTemplates'] }>('card-templates').areas,
    delivery: read<{ versions: PlaceData['delivery'] }>('delivery').versions,
    opening: read<{ versions: PlaceData['opening'] }>('opening').versions,
    production: read<{ centres: PlaceData['production'] }>('production').centres,
    population: read<{ areas: PlaceData['population'] }>('population').areas,
  })
}
