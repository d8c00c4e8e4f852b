/** Uploads: photographs and papers, kept once by digest; a photograph is measured once and judged by the standard in force. */
import type { Sentence } from '#kernel/language.ts'
import type { Day } from '#kernel/time.ts'

/** Red, green, blue, one byte each, row by row from the top left. */
export interface Raster {
  readonly width: number
  readonly height: number
  readonly channels: 3
  readonly data: Uint8Array
}

/** What the file says of itself, beside its pixels. */
export interface PhotoFile {
  /** Of the file that is kept; everything else here is what the file said that came. */
  readonly bytes: number
  /** Dots per inch from the file's header; absent when it says none. */
  readonly densityDpi?: number
  /** 1 grey, 3 colour, 4 printing inks (CMYK). */
  readonly components: number
  /** An orientation mark by which viewers turn the picture; the file's own rows are turned. */
  readonly turned: boolean
  /** Estimated from the quantisation tables, 1–100. */
  readonly quality?: number
}

/** Rows count from 0 at the upper edge; distances and widths are pixels of this picture. */
export interface PhotoMeasures {
  readonly file: PhotoFile
  readonly width: number
  readonly height: number
  readonly background: BackgroundMeasures
  readonly colour: ColourMeasures
  readonly sharpness: { readonly edgeWidth: number }
  /** Absent when nothing stands out from the background. */
  readonly head?: HeadMeasures
  /** Absent when no face-like region of skin is found in the head. */
  readonly face?: FaceMeasures
  /** Absent when no pair of eyes is found in the face. */
  readonly eyes?: EyeMeasures
}

export interface BackgroundMeasures {
  /** Mean of red, green and blue in the upper corners' background, each 0–255. */
  readonly red: number
  readonly green: number
  readonly blue: number
  /** Difference between the lightest and darkest tenth of the background, 0–255. */
  readonly spread: number
  /** Share of the upper side strips that is background, 0–1. */
  readonly clearShare: number
  /** Pixels of frame around the picture, 0 when there is none. */
  readonly frame: number
}

export interface ColourMeasures {
  /** Distance between channels that nine tenths of the pixels stay below: near 0 in a black-and-white picture. */
  readonly chroma: number
  /** Lightness (0–255) and tint (0–255) of the clothing at the lower edge. */
  readonly clothingLightness: number
  readonly clothingTint: number
}

export interface HeadMeasures {
  /** The highest row of hair or head. */
  readonly top: number
  /** The widest row above the shoulders, hair included. */
  readonly width: number
  readonly centre: number
  /** The row at which the head ends: neck or shoulders. */
  readonly bottom: number
}

export interface FaceMeasures {
  /** Widest extent of the skin of the face, ears included where they show. */
  readonly width: number
  readonly centre: number
  /** Median lightness, 0–255. */
  readonly lightness: number
  /** Share of the face without drawing left because it is fully white, 0–1. */
  readonly burntShare: number
}

export interface EyeMeasures {
  readonly row: number
  readonly left: number
  readonly right: number
  /** How much darker the eyes are than what is around them, 0–1. */
  readonly contrast: number
}

export const photoChecks = [
  'size',
  'density',
  'colour',
  'upright',
  'quality',
  'background',
  'background-even',
  'frame',
  'head',
  'hair-top',
  'face-width',
  'eye-line',
  'centring',
  'sharpness',
  'brightness',
  'clothing',
] as const
export type PhotoCheck = (typeof photoChecks)[number]

/** `refer`: doubtful, a person looks. */
export type PhotoResult = 'pass' | 'refer' | 'fail'

/** `eyes-first`: the eye line has priority over the hair's distance, so that distance is let pass. `unmeasured`: something else must be put right before. */
export type PhotoReason = 'within' | 'below' | 'above' | 'wrong' | 'absent' | 'cut-off' | 'eyes-first' | 'hidden' | 'unmeasured'

/** One check decided, before it is put into words. */
export interface PhotoJudgement {
  readonly check: PhotoCheck
  readonly result: PhotoResult
  readonly reason: PhotoReason
  readonly value?: number
}

export interface PhotoFinding {
  readonly check: PhotoCheck
  readonly title: Sentence
  readonly result: PhotoResult
  /** Numbers with their units, for the screen. */
  readonly measured: Sentence
  readonly allowed: Sentence
  /** What to do, then why; on a pass, what is in order. */
  readonly sentence: Sentence
  readonly basis: string
  /** Whether the band itself is ours, not the standard's. */
  readonly interpretation: boolean
}

/** `pass` within, `refer` within, else fail; both ends inclusive. */
export interface Band {
  readonly pass: readonly [number, number]
  readonly refer: readonly [number, number]
}

/** The standard and the doubtful bands around it, in force from a day on. */
export interface PhotoStandard {
  readonly version: string
  readonly basis: string
  readonly validFrom: Day
  readonly widthPixels: number
  readonly heightPixels: number
  readonly densityDpi: number
  readonly bands: {
    readonly backgroundLightness: Band
    readonly backgroundTint: Band
    readonly backgroundSpread: Band
    readonly hairTop: Band
    readonly faceWidth: Band
    readonly eyesAboveLowerEdge: Band
    readonly offCentre: Band
    readonly edgeWidth: Band
    readonly faceLightness: Band
    readonly burntShare: Band
    readonly quality: Band
    readonly chroma: Band
  }
  /** Below this share of clear background in the upper side strips, a person looks at it. */
  readonly clearShare: number
  /** Clothing at least this light and at most this tinted counts as a white top. */
  readonly whiteTop: { readonly lightness: number; readonly tint: number }
  /** Eyes at least this much darker than what surrounds them count as found beyond doubt. */
  readonly eyeContrast: number
  /** Which figures are the standard's, and which are our reading of it. */
  readonly notes: readonly Sentence[]
}

/** Kept with the digest: what was measured does not change, what it means may with the standard. */
export interface PhotoAnalysis {
  /** SHA-256 of the file that is kept, hexadecimal. */
  readonly digest: string
  readonly measures: PhotoMeasures
  readonly standardVersion: string
  readonly findings: readonly PhotoFinding[]
  readonly worst: PhotoResult
}

export const photoProblems = [
  'empty',
  'too-large',
  'not-a-jpeg',
  'damaged',
  'too-many-pixels',
  'too-complex',
  'unsupported',
  'more-than-a-picture',
  'too-slow',
  'busy',
] as const
/** Why a file cannot be measured at all. `busy` and `too-slow` are ours: the same file may be sent again. */
export type PhotoProblem = (typeof photoProblems)[number]

/** `kept` is the file as it is kept: written anew from the pixels alone. It is what was measured. */
export type PhotoAnswer =
  | { readonly ok: true; readonly analysis: PhotoAnalysis; readonly kept: Uint8Array }
  | { readonly ok: false; readonly problem: PhotoProblem; readonly detail?: string }

/** Analyses a file away from the thread that serves requests. */
export type AnalysePhoto = (bytes: Uint8Array, standardVersion: string) => Promise<PhotoAnswer>
