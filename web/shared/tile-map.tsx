/**
 * The province as tiles: each area a square at roughly its place. No border is drawn, so none can be wrong
 * (published maps need a review number); a deployer may add an official map.
 */
import type { Sentence } from '#kernel/language.ts'
import { Say, useSay, type Words } from '#web/shared/reading.tsx'
import { Shape, type Tone } from '#web/shared/text.tsx'
import { words } from '#web/shared/words.ts'

/** The nine prefectures by division code, and two that are counted apart: 长白山 (a police organ without a division) and 梅河口 (220581). */
export type Area = '2201' | '2202' | '2203' | '2204' | '2205' | '2206' | '2207' | '2208' | '2224' | 'changbaishan' | '220581'

const PLACES: Readonly<Record<Area, { readonly name: Sentence; readonly column: number; readonly row: number }>> = {
  '2208': { name: { zh: '白城', en: 'Baicheng' }, column: 1, row: 1 },
  '2207': { name: { zh: '松原', en: 'Songyuan' }, column: 2, row: 1 },
  '2203': { name: { zh: '四平', en: 'Siping' }, column: 2, row: 2 },
  '2201': { name: { zh: '长春', en: 'Changchun' }, column: 3, row: 2 },
  '2202': { name: { zh: '吉林', en: 'Jilin' }, column: 4, row: 2 },
  '2204': { name: { zh: '辽源', en: 'Liaoyuan' }, column: 2, row: 3 },
  '220581': { name: { zh: '梅河口', en: 'Meihekou' }, column: 3, row: 3 },
  changbaishan: { name: { zh: '长白山', en: 'Changbaishan' }, column: 4, row: 3 },
  '2224': { name: { zh: '延边', en: 'Yanbian' }, column: 5, row: 3 },
  '2205': { name: { zh: '通化', en: 'Tonghua' }, column: 3, row: 4 },
  '2206': { name: { zh: '白山', en: 'Baishan' }, column: 4, row: 4 },
}

export interface Tile {
  readonly area: Area
  /** `98.6%`, `12 件`. */
  readonly text: Words
  readonly tone: Tone
  readonly href?: string
}

export function TileMap({ caption, tiles }: { readonly caption: Words; readonly tiles: readonly Tile[] }) {
  const say = useSay()
  return (
    <figure class="tile-map">
      <figcaption>
        <Say>{caption}</Say>
      </figcaption>
      <ul>
        {tiles.map((tile) => {
          const { name, column, row } = PLACES[tile.area]
          const inside = (
            <>
              <span class="tile-name">{say(name)}</span>
              <span class="tile-text">
                <Shape tone={tile.tone} /> {say(tile.text)}
              </span>
            </>
          )
          return (
            <li key={tile.area} class={`tile status-${tile.tone} tile-column-${column} tile-row-${row}`}>
              {tile.href === undefined ? (
                <span class="tile-face">{inside}</span>
              ) : (
                <a class="tile-face" href={tile.href}>
                  {inside}
                </a>
              )}
            </li>
          )
        })}
      </ul>
      <p class="hint">
        <Say>{words.mapNote}</Say>
      </p>
    </figure>
  )
}
