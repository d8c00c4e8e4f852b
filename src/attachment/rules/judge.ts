/** Measures against the standard: within passes, doubtful is for a person, far out fails. */
import type { Band, PhotoJudgement, PhotoMeasures, PhotoReason, PhotoResult, PhotoStandard } from '#attachment/model.ts'

type Verdict = Pick<PhotoJudgement, 'result' | 'reason' | 'value'>

const within = (value: number, [low, high]: readonly [number, number]): boolean => value >= low && value <= high

function byBand(value: number, band: Band): Verdict {
  if (within(value, band.pass)) return { result: 'pass', reason: 'within', value }
  return { result: within(value, band.refer) ? 'refer' : 'fail', reason: value < band.pass[0] ? 'below' : 'above', value }
}

const verdict = (result: PhotoResult, reason: PhotoReason): Verdict => ({ result, reason })

/**
 * One judgement for every check of the standard, in the order in which people read them. Positions are judged at the standard's size;
 * a picture of the same shape but another size is judged as if scaled, one of another shape is not.
 */
export function judgePhoto(measures: PhotoMeasures, standard: PhotoStandard): PhotoJudgement[] {
  const scale = scaleTo(measures, standard)
  const verdicts: Record<PhotoJudgement['check'], Verdict> = {
    size: sizeVerdict(measures, standard),
    density: densityVerdict(measures, standard),
    colour: measures.file.components === 3 ? byBand(measures.colour.chroma, standard.bands.chroma) : verdict('fail', 'wrong'),
    upright: measures.file.turned ? verdict('fail', 'wrong') : verdict('pass', 'within'),
    quality: measures.file.quality === undefined ? verdict('pass', 'unmeasured') : byBand(measures.file.quality, standard.bands.quality),
    background: backgroundVerdict(measures, standard),
    'background-even': evenVerdict(measures, standard),
    frame: measures.background.frame > 0 ? { result: 'fail', reason: 'wrong', value: measures.background.frame } : verdict('pass', 'within'),
    head: headVerdict(measures),
    'hair-top': scale === undefined ? verdict('refer', 'unmeasured') : hairTopVerdict(measures, standard, scale),
    'face-width': scale === undefined ? verdict('refer', 'unmeasured') : faceWidthVerdict(measures, standard, scale),
    'eye-line': scale === undefined ? verdict('refer', 'unmeasured') : eyeLineVerdict(measures, standard, scale),
    centring: scale === undefined ? verdict('refer', 'unmeasured') : centringVerdict(measures, standard, scale),
    sharpness: byBand(measures.sharpness.edgeWidth, standard.bands.edgeWidth),
    brightness: brightnessVerdict(measures, standard),
    clothing: clothingVerdict(measures, standard),
  }
  return (Object.entries(verdicts) as [PhotoJudgement['check'], Verdict][]).map(([check, decided]) => ({ check, ...decided }))
}

export function worstOf(results: readonly { readonly result: PhotoResult }[]): PhotoResult {
  if (results.some((one) => one.result === 'fail')) return 'fail'
  return results.some((one) => one.result === 'refer') ? 'refer' : 'pass'
}

function scaleTo(measures: PhotoMeasures, standard: PhotoStandard): number | undefined {
  const stretch = measures.width / measures.height / (standard.widthPixels / standard.heightPixels)
  return Math.abs(stretch - 1) <= 0.01 ? standard.widthPixels / measures.width : undefined
}

const sizeVerdict = ({ width, height }: PhotoMeasures, standard: PhotoStandard): Verdict =>
  width === standard.widthPixels && height === standard.heightPixels ? verdict('pass', 'within') : verdict('fail', 'wrong')

function densityVerdict({ file }: PhotoMeasures, standard: PhotoStandard): Verdict {
  if (file.densityDpi === undefined) return verdict('refer', 'absent')
  const value = file.densityDpi
  return Math.round(value) === standard.densityDpi ? { result: 'pass', reason: 'within', value } : { result: 'refer', reason: 'wrong', value }
}

function backgroundVerdict({ background }: PhotoMeasures, standard: PhotoStandard): Verdict {
  const { red, green, blue } = background
  const lightness = byBand(Math.round(0.299 * red + 0.587 * green + 0.114 * blue), standard.bands.backgroundLightness)
  const tint = byBand(Math.max(red, green, blue) - Math.min(red, green, blue), standard.bands.backgroundTint)
  const result = worstOf([lightness, tint])
  return { ...lightness, result, reason: result === 'pass' ? 'within' : lightness.result === result ? lightness.reason : 'wrong' }
}

function evenVerdict({ background }: PhotoMeasures, standard: PhotoStandard): Verdict {
  const spread = byBand(background.spread, standard.bands.backgroundSpread)
  return spread.result === 'pass' && background.clearShare < standard.clearShare ? { ...spread, result: 'refer', reason: 'hidden' } : spread
}

function headVerdict({ head, face, eyes }: PhotoMeasures): Verdict {
  if (!head) return verdict('fail', 'absent')
  return face && eyes ? verdict('pass', 'within') : verdict('refer', face ? 'hidden' : 'absent')
}

/** The eye line comes first: hair that is too near the upper edge passes when lowering the picture would take the eyes below their line. */
function hairTopVerdict({ head, eyes, height }: PhotoMeasures, standard: PhotoStandard, scale: number): Verdict {
  if (!head) return verdict('refer', 'absent')
  const value = Math.round(head.top * scale)
  const plain = byBand(value, standard.bands.hairTop)
  if (plain.reason !== 'below') return plain
  const lacking = standard.bands.hairTop.pass[0] - value
  const eyesAbove = eyes && (height - eyes.row) * scale
  const eyesFirst = eyesAbove !== undefined && eyesAbove - lacking < standard.bands.eyesAboveLowerEdge.pass[0]
  if (value <= 1) return { result: eyesFirst ? 'refer' : 'fail', reason: 'cut-off', value }
  return eyesFirst ? { result: 'pass', reason: 'eyes-first', value } : plain
}

/** The face is at least as wide as the skin that shows and at most as wide as the head with its hair. */
function faceWidthVerdict({ face, head }: PhotoMeasures, standard: PhotoStandard, scale: number): Verdict {
  if (!face || !head) return verdict('refer', 'absent')
  const value = Math.round(face.width * scale)
  const shown = byBand(value, standard.bands.faceWidth)
  const couldBe = byBand(Math.round(head.width * scale), standard.bands.faceWidth)
  return shown.result === 'fail' && shown.reason === 'below' && !(couldBe.result === 'fail' && couldBe.reason === 'below')
    ? { result: 'refer', reason: 'hidden', value }
    : shown
}

function eyeLineVerdict({ eyes, height }: PhotoMeasures, standard: PhotoStandard, scale: number): Verdict {
  if (!eyes) return verdict('refer', 'absent')
  const decided = byBand(Math.round((height - eyes.row) * scale), standard.bands.eyesAboveLowerEdge)
  return decided.result === 'pass' && eyes.contrast < standard.eyeContrast ? { ...decided, result: 'refer', reason: 'hidden' } : decided
}

function centringVerdict({ face, head, eyes, width }: PhotoMeasures, standard: PhotoStandard, scale: number): Verdict {
  const centre = eyes ? (eyes.left + eyes.right) / 2 : (face?.centre ?? head?.centre)
  if (centre === undefined) return verdict('refer', 'absent')
  return byBand(Math.round(Math.abs(centre - (width - 1) / 2) * scale), standard.bands.offCentre)
}

function brightnessVerdict({ face }: PhotoMeasures, standard: PhotoStandard): Verdict {
  if (!face) return verdict('refer', 'absent')
  const light = byBand(face.lightness, standard.bands.faceLightness)
  const burnt = byBand(face.burntShare, standard.bands.burntShare)
  const result = worstOf([light, burnt])
  return result === light.result ? light : { result, reason: 'above', value: face.lightness }
}

function clothingVerdict({ colour }: PhotoMeasures, standard: PhotoStandard): Verdict {
  const white = colour.clothingLightness >= standard.whiteTop.lightness && colour.clothingTint <= standard.whiteTop.tint
  return { result: white ? 'refer' : 'pass', reason: white ? 'wrong' : 'within', value: colour.clothingLightness }
}
