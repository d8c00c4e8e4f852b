/** What a synthetic person looks like, drawn from chance: nobody's face, and never twice quite the same. */
import type { Chance } from '#kernel/chance.ts'
import { type Colour, mix } from '#sim/portrait/canvas.ts'

export const hairStyles = ['side-part', 'crew', 'swept', 'fringe', 'receding', 'bob', 'long', 'ponytail', 'bun', 'wavy'] as const
export type HairStyle = (typeof hairStyles)[number]
export const garments = ['round-neck', 'shirt', 'jacket', 'sweater'] as const
export type Garment = (typeof garments)[number]

export interface Look {
  readonly sex: 'female' | 'male'
  readonly ageYears: number
  readonly skin: Colour
  readonly hair: Colour
  readonly hairStyle: HairStyle
  /** Half the face's width without ears, pixels. */
  readonly faceHalf: number
  /** Top of the skull to chin, pixels. */
  readonly headHeight: number
  /** How far the hair rises above the skull, pixels. */
  readonly hairRise: number
  /** The hair's highest row, pixels from the upper edge. */
  readonly hairTop: number
  /** The jaw's and the chin's half width, as shares of `faceHalf`. */
  readonly jaw: number
  readonly chin: number
  readonly eyeScale: number
  readonly eyeTilt: number
  readonly browWeight: number
  readonly noseHalf: number
  readonly mouthHalf: number
  readonly lips: number
  readonly smile: number
  readonly glasses: 'none' | 'round' | 'square' | 'half'
  readonly garment: Garment
  readonly cloth: Colour
  readonly underCloth: Colour
}

const skins: readonly Colour[] = [
  [242, 208, 182],
  [236, 198, 168],
  [228, 187, 155],
  [219, 175, 141],
  [212, 168, 136],
  [196, 149, 116],
]
const darkHair: readonly Colour[] = [
  [30, 26, 26],
  [38, 30, 27],
  [52, 38, 30],
  [24, 24, 30],
]
const cloths: readonly Colour[] = [
  [44, 62, 96],
  [96, 44, 52],
  [52, 84, 72],
  [70, 70, 78],
  [36, 40, 48],
  [112, 82, 58],
  [70, 96, 130],
  [92, 66, 104],
]
const shirts: readonly Colour[] = [
  [176, 204, 228],
  [222, 196, 160],
  [190, 178, 214],
  [168, 200, 176],
]
const menStyles: readonly HairStyle[] = ['side-part', 'crew', 'swept', 'fringe']
const womenStyles: readonly HairStyle[] = ['bob', 'long', 'ponytail', 'bun', 'wavy']

export interface LookWishes {
  readonly sex?: 'female' | 'male'
  readonly ageYears?: number
  readonly hairStyle?: HairStyle
  readonly glasses?: Look['glasses']
}

export function chooseLook(chance: Chance, wishes: LookWishes = {}): Look {
  const among = (low: number, high: number): number => low + chance.next() * (high - low)
  const sex = wishes.sex ?? chance.pick(['female', 'male'] as const)
  const ageYears = wishes.ageYears ?? 16 + chance.below(65)
  const hairStyle = wishes.hairStyle ?? chooseStyle(chance, sex, ageYears)
  const child = ageYears < 12
  return {
    sex,
    ageYears,
    skin: mix(chance.pick(skins), chance.pick(skins), chance.next() * 0.5),
    hair: mix(chance.pick(darkHair), [168, 166, 164], greyShare(ageYears, chance.next())),
    hairStyle,
    faceHalf: earsShow(hairStyle) ? among(92, 97) : among(102, 105),
    headHeight: child ? among(262, 270) : among(272, 286),
    hairRise: hairStyle === 'crew' || hairStyle === 'receding' ? among(5, 8) : among(9, 15),
    hairTop: among(10, 18),
    jaw: (sex === 'male' ? among(0.84, 0.9) : among(0.78, 0.85)) - (child ? 0.02 : 0),
    chin: sex === 'male' ? among(0.44, 0.52) : among(0.36, 0.44),
    eyeScale: (child ? 1.12 : 1) * among(0.94, 1.1),
    eyeTilt: among(-0.02, 0.09),
    browWeight: sex === 'male' ? among(1, 1.35) : among(0.65, 0.9),
    noseHalf: among(19, 24),
    mouthHalf: among(33, 40),
    lips: sex === 'male' ? among(0.8, 1) : among(1, 1.25),
    smile: among(1.5, 5),
    glasses: wishes.glasses ?? (chance.next() < 0.28 ? chance.pick(['round', 'square', 'half'] as const) : 'none'),
    garment: chance.pick(garments),
    cloth: mix(chance.pick(cloths), chance.pick(cloths), chance.next() * 0.4),
    underCloth: chance.pick(shirts),
  }
}

export const earsShow = (style: HairStyle): boolean => !['bob', 'long', 'wavy'].includes(style)

function chooseStyle(chance: Chance, sex: Look['sex'], ageYears: number): HairStyle {
  if (sex === 'female') return ageYears > 62 ? chance.pick(['wavy', 'bob', 'wavy']) : chance.pick(womenStyles)
  return ageYears > 48 && chance.next() < 0.4 ? 'receding' : chance.pick(menStyles)
}

/** Grey begins in the forties; this spread is an estimate for drawing only. */
const greyShare = (ageYears: number, luck: number): number => Math.min(0.8, Math.max(0, ((ageYears - 42) / 38) * (0.45 + luck * 0.7)))
