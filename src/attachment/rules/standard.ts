/** The photo standard for identity cards, as dated configuration: which version is in force, the settings of the review say. */
import type { PhotoStandard } from '#attachment/model.ts'
import type { Day } from '#kernel/time.ts'

/**
 * GA 461-2004 gives: 358 × 441 pixels at 350 dpi, 24-bit colour, JPEG; white background without frame; bareheaded, from the front, no white top;
 * face 207 ± 14 pixels wide; hair 7 to 21 pixels from the upper edge; eyes at least 207 pixels above the lower edge, which has priority; centred.
 * Every `refer` band, and every figure that the standard leaves to the eye, is an interpretation, listed in `notes`.
 */
const ga461: PhotoStandard = {
  version: '2004',
  basis: 'GA 461-2004',
  validFrom: '2004-01-01' as Day,
  widthPixels: 358,
  heightPixels: 441,
  densityDpi: 350,
  bands: {
    hairTop: { pass: [7, 21], refer: [3, 32] },
    faceWidth: { pass: [193, 221], refer: [183, 231] },
    eyesAboveLowerEdge: { pass: [207, 441], refer: [200, 441] },
    offCentre: { pass: [0, 10], refer: [0, 22] },
    backgroundLightness: { pass: [225, 255], refer: [210, 255] },
    backgroundTint: { pass: [0, 14], refer: [0, 28] },
    backgroundSpread: { pass: [0, 16], refer: [0, 36] },
    edgeWidth: { pass: [0, 5.2], refer: [0, 8] },
    faceLightness: { pass: [80, 225], refer: [40, 245] },
    burntShare: { pass: [0, 0.03], refer: [0, 0.25] },
    quality: { pass: [45, 100], refer: [20, 100] },
    chroma: { pass: [12, 255], refer: [6, 255] },
  },
  clearShare: 0.4,
  whiteTop: { lightness: 205, tint: 20 },
  eyeContrast: 0.2,
  notes: [
    {
      zh: '标准给出尺寸、分辨率、脸宽、发际上沿距离和眼睛高度；“待人工看”的区间是本系统加的，避免测量误差误伤。',
      en: 'The standard gives size, density, face width, hair distance and eye height; the bands in which a person looks are ours, so that an error of measurement harms nobody.',
    },
    {
      zh: '“白色背景”“居中”“清晰”“亮度”没有数字，这里的数字是本系统的解释，可以改。',
      en: 'White background, centred, sharp and well lit have no figures in the standard; the figures here are an interpretation and can be changed.',
    },
    {
      zh: '脸宽含看得见的耳朵；头发遮住脸侧时，按遮住部分最多能有多宽判断，拿不准就请人看。',
      en: 'The face’s width includes ears that show; where hair hides its sides, it is judged by how wide it could be, and in doubt a person looks.',
    },
    {
      zh: '文件没写分辨率或写了别的数，不影响画面，所以只请人看，不退回。',
      en: 'A missing or different density in the file does not change the picture, so a person looks and nothing is sent back.',
    },
    {
      zh: '深色皮肤不是曝光不足：脸部偏暗只请人看，极暗才要求重拍。',
      en: 'Dark skin is not under-exposure: a dark face is looked at by a person, and only an almost black one is to be taken again.',
    },
  ],
}

/** Oldest first. */
export const photoStandards: readonly PhotoStandard[] = [ga461]

/** @throws RangeError when no standard has the version. */
export function getPhotoStandard(version: string): PhotoStandard {
  const standard = photoStandards.find((candidate) => candidate.version === version)
  if (!standard) throw new RangeError(`no photo standard ${version}`)
  return standard
}
