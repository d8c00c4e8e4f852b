/** What a photograph's findings and problems say to people: what to do, then why. */

import type { PhotoFinding, PhotoJudgement, PhotoMeasures, PhotoProblem, PhotoStandard } from '#attachment/model.ts'
import type { Check } from '#catalogue/model.ts'
import type { Sentence } from '#kernel/language.ts'

const both = (text: string): Sentence => ({ zh: text, en: text })
const pixels = (value: number): Sentence => ({ zh: `${value} 像素`, en: `${value} px` })
const between = ([low, high]: readonly [number, number], unit: Sentence): Sentence => ({
  zh: `${low} 至 ${high} ${unit.zh}`,
  en: `${low} to ${high} ${unit.en}`,
})
const atMost = (value: number, unit: Sentence): Sentence => ({ zh: `不超过 ${value} ${unit.zh}`, en: `at most ${value} ${unit.en}` })
const atLeast = (value: number, unit: Sentence): Sentence => ({ zh: `不少于 ${value} ${unit.zh}`, en: `at least ${value} ${unit.en}` })

const px: Sentence = { zh: '像素', en: 'px' }
const of255: Sentence = { zh: '（满 255）', en: 'of 255' }
const unmeasured: Sentence = { zh: '没能量出', en: 'not measured' }
const none: Sentence = { zh: '没有', en: 'none' }

interface Context {
  readonly judgement: PhotoJudgement
  readonly measures: PhotoMeasures
  readonly standard: PhotoStandard
}

interface Wording {
  readonly title: Sentence
  /** Whether the figure is ours and not the standard's. */
  readonly interpretation: boolean
  measured(context: Context): Sentence
  allowed(standard: PhotoStandard): Sentence
  /** What is in order. */
  readonly pass: Sentence
  /** What to do, then why. */
  advice(context: Context): Sentence
}

const valueIn =
  (unit: Sentence) =>
  ({ judgement }: Context): Sentence =>
    judgement.value === undefined ? unmeasured : { zh: `${judgement.value} ${unit.zh}`, en: `${judgement.value} ${unit.en}` }

const cannotSeeFace: Sentence = {
  zh: '请用正面、五官清楚的照片：系统没能在照片上认出脸和眼睛，这一项由工作人员看。',
  en: 'Please use a photo from the front with clear features: no face and eyes could be made out, so a member of staff will look.',
}
const sizeFirst: Sentence = {
  zh: '请先把照片改成规定的尺寸：长宽比例不同，这一项没法量。',
  en: 'Please bring the photo to the required size first: in another shape this cannot be measured.',
}

/** Positions share their two ways of not being measurable. */
const positionAdvice =
  (advice: (context: Context) => Sentence) =>
  (context: Context): Sentence => {
    if (context.judgement.reason === 'unmeasured') return sizeFirst
    return context.judgement.reason === 'absent' ? cannotSeeFace : advice(context)
  }

const wordings: Record<PhotoJudgement['check'], Wording> = {
  size: {
    title: { zh: '尺寸', en: 'Size' },
    interpretation: false,
    measured: ({ measures }) => both(`${measures.width} × ${measures.height}`),
    allowed: (standard) => ({ zh: `${standard.widthPixels} × ${standard.heightPixels} 像素`, en: `${standard.widthPixels} × ${standard.heightPixels} px` }),
    pass: { zh: '尺寸合适。', en: 'The size is right.' },
    advice: ({ standard }) => ({
      zh: `请把照片存成宽 ${standard.widthPixels}、高 ${standard.heightPixels} 像素：证件按这个尺寸印。`,
      en: `Please save the photo ${standard.widthPixels} pixels wide and ${standard.heightPixels} high: the card is printed at this size.`,
    }),
  },
  density: {
    title: { zh: '分辨率', en: 'Density' },
    interpretation: false,
    measured: ({ measures }) => (measures.file.densityDpi === undefined ? none : both(`${Math.round(measures.file.densityDpi)} dpi`)),
    allowed: (standard) => both(`${standard.densityDpi} dpi`),
    pass: { zh: '分辨率合适。', en: 'The density is right.' },
    advice: ({ standard }) => ({
      zh: `保存时请把分辨率设为 ${standard.densityDpi} dpi：标准这样要求；画面不受影响，由工作人员看一下即可。`,
      en: `Please set ${standard.densityDpi} dpi when saving: the standard asks for it; the picture itself is not affected, so a member of staff only takes a look.`,
    }),
  },
  colour: {
    title: { zh: '彩色', en: 'Colour' },
    interpretation: false,
    measured: ({ measures }) =>
      measures.file.components === 1
        ? { zh: '灰度', en: 'grey' }
        : measures.file.components === 4
          ? { zh: '印刷四色（CMYK）', en: 'printing inks (CMYK)' }
          : { zh: `彩色，色差 ${measures.colour.chroma}`, en: `colour, chroma ${measures.colour.chroma}` },
    allowed: () => ({ zh: '24 位 RGB 彩色', en: '24-bit RGB colour' }),
    pass: { zh: '是 24 位彩色照片。', en: 'It is a 24-bit colour photo.' },
    advice: ({ measures }) =>
      measures.file.components === 4
        ? {
            zh: '请另存为 RGB 彩色 JPEG：印刷用的四色文件，证件设备读不准颜色。',
            en: 'Please save it as an RGB colour JPEG: card printers cannot read the colours of a four-ink file rightly.',
          }
        : { zh: '请用彩色照片：证件上要印彩色相片。', en: 'Please use a colour photo: the card carries one.' },
  },
  upright: {
    title: { zh: '方向', en: 'Upright' },
    interpretation: true,
    measured: ({ measures }) => (measures.file.turned ? { zh: '文件里是转过来的', en: 'turned in the file' } : { zh: '正', en: 'upright' }),
    allowed: () => ({ zh: '正', en: 'upright' }),
    pass: { zh: '方向是正的。', en: 'It stands upright.' },
    advice: () => ({
      zh: '请把照片转正后重新保存：文件里的画面是横的，只靠标记转正，印证件时会横过来。',
      en: 'Please turn the photo upright and save it again: in the file it lies on its side and only a mark turns it, so it would be printed sideways.',
    }),
  },
  quality: {
    title: { zh: '压缩质量', en: 'Compression' },
    interpretation: true,
    measured: ({ measures }) =>
      measures.file.quality === undefined ? unmeasured : { zh: `约 ${measures.file.quality}`, en: `about ${measures.file.quality}` },
    allowed: (standard) => atLeast(standard.bands.quality.pass[0], { zh: '（满 100）', en: 'of 100' }),
    pass: { zh: '压缩质量合适。', en: 'It is not compressed too strongly.' },
    advice: () => ({
      zh: '请用质量 70 左右重新保存原照片：压缩太狠，脸上会有方块。',
      en: 'Please save the original again at a quality of about 70: strong compression leaves blocks on the face.',
    }),
  },
  background: {
    title: { zh: '背景颜色', en: 'Background' },
    interpretation: true,
    measured: ({ measures: { background } }) => both(`RGB ${background.red}, ${background.green}, ${background.blue}`),
    allowed: (standard) => ({
      zh: `白色（亮度不低于 ${standard.bands.backgroundLightness.pass[0]}，偏色不超过 ${standard.bands.backgroundTint.pass[1]}）`,
      en: `white (lightness at least ${standard.bands.backgroundLightness.pass[0]}, tint at most ${standard.bands.backgroundTint.pass[1]})`,
    }),
    pass: { zh: '背景是白色。', en: 'The background is white.' },
    advice: ({ judgement }) =>
      judgement.result === 'fail'
        ? {
            zh: '照片背景要是白色，请在白墙或白幕布前重拍。',
            en: 'The background has to be white; please take the photo again in front of a white wall or screen.',
          }
        : {
            zh: '背景最好更白一些；现在有点暗或偏色，由工作人员看。',
            en: 'A whiter background would be better; it is a little dark or tinted, so a member of staff will look.',
          },
  },
  'background-even': {
    title: { zh: '背景均匀', en: 'Even background' },
    interpretation: true,
    measured: valueIn(of255),
    allowed: (standard) => atMost(standard.bands.backgroundSpread.pass[1], of255),
    pass: { zh: '背景均匀。', en: 'The background is even.' },
    advice: ({ judgement }) =>
      judgement.reason === 'hidden'
        ? {
            zh: '请让头部两侧露出干净的背景：现在看不清背景是否均匀，由工作人员看。',
            en: 'Please leave clean background on both sides of the head: it cannot be told whether it is even, so a member of staff will look.',
          }
        : {
            zh: '请打匀灯光、避开影子重拍：背景明暗不一，印出来会发灰。',
            en: 'Please light the background evenly and keep shadows off it: it is uneven and would print grey.',
          },
  },
  frame: {
    title: { zh: '边框', en: 'Frame' },
    interpretation: false,
    measured: ({ measures }) => (measures.background.frame === 0 ? none : pixels(measures.background.frame)),
    allowed: () => none,
    pass: { zh: '没有边框。', en: 'There is no frame.' },
    advice: () => ({ zh: '请去掉边框：相片四周要是白色背景，一直到边。', en: 'Please remove the frame: the white background has to reach the edges.' }),
  },
  head: {
    title: { zh: '人像', en: 'Person' },
    interpretation: true,
    measured: ({ measures }) =>
      measures.eyes
        ? { zh: '头、脸、眼睛', en: 'head, face, eyes' }
        : measures.face
          ? { zh: '头、脸', en: 'head, face' }
          : measures.head
            ? { zh: '轮廓', en: 'an outline' }
            : none,
    allowed: () => ({ zh: '一个正面免冠的人', en: 'one bareheaded person from the front' }),
    pass: { zh: '认得出一个正面的人像。', en: 'One person from the front can be made out.' },
    advice: ({ judgement }) =>
      judgement.result === 'fail'
        ? { zh: '请换一张有人像的照片：这张上面看不出人。', en: 'Please choose a photo of the person: nobody can be made out in this one.' }
        : cannotSeeFace,
  },
  'hair-top': {
    title: { zh: '头顶发际到上边', en: 'Hair to upper edge' },
    interpretation: false,
    measured: valueIn(px),
    allowed: (standard) => between(standard.bands.hairTop.pass, px),
    pass: { zh: '头顶到上边的距离合适。', en: 'The distance from hair to upper edge is right.' },
    advice: positionAdvice(({ judgement }) => {
      if (judgement.reason === 'cut-off')
        return { zh: '请把头顶拍全：头发被上边切掉了。', en: 'Please show the whole head: the hair is cut off at the upper edge.' }
      return judgement.reason === 'below'
        ? { zh: '请把人像往下移一点：头顶离上边太近。', en: 'Please move the person a little lower: the hair is too near the upper edge.' }
        : { zh: '请把人像往上移一点：头顶离上边太远。', en: 'Please move the person a little higher: the hair is too far from the upper edge.' }
    }),
  },
  'face-width': {
    title: { zh: '脸部宽度', en: 'Face width' },
    interpretation: false,
    measured: valueIn(px),
    allowed: (standard) => between(standard.bands.faceWidth.pass, px),
    pass: { zh: '脸部大小合适。', en: 'The face has the right size.' },
    advice: positionAdvice(({ judgement }) => {
      if (judgement.reason === 'hidden')
        return {
          zh: '请把头发拢到耳后，露出脸的两侧：头发遮住了，量不准脸有多宽，由工作人员看。',
          en: 'Please put the hair behind the ears so that both sides of the face show: covered, its width cannot be told, so a member of staff will look.',
        }
      return judgement.reason === 'above'
        ? { zh: '请离镜头远一点，或把人像缩小：脸太大。', en: 'Please step back from the camera or make the person smaller: the face is too large.' }
        : { zh: '请离镜头近一点，或把人像放大：脸太小。', en: 'Please come nearer to the camera or make the person larger: the face is too small.' }
    }),
  },
  'eye-line': {
    title: { zh: '眼睛到下边', en: 'Eyes to lower edge' },
    interpretation: false,
    measured: valueIn(px),
    allowed: (standard) => atLeast(standard.bands.eyesAboveLowerEdge.pass[0], px),
    pass: { zh: '眼睛的高度合适。', en: 'The eyes are at the right height.' },
    advice: positionAdvice(({ judgement }) =>
      judgement.reason === 'hidden'
        ? {
            zh: '请睁开眼睛、避开镜片反光重拍：眼睛看不清，由工作人员看。',
            en: 'Please take it again with open eyes and without reflections on the glasses: the eyes are not clear, so a member of staff will look.',
          }
        : {
            zh: '请把人像往上移：眼睛太靠下，这一条优先于头顶距离。',
            en: 'Please move the person higher: the eyes are too low, and this comes before the distance of the hair.',
          },
    ),
  },
  centring: {
    title: { zh: '居中', en: 'Centred' },
    interpretation: true,
    measured: valueIn(px),
    allowed: (standard) => ({
      zh: `偏离中线${atMost(standard.bands.offCentre.pass[1], px).zh}`,
      en: `${atMost(standard.bands.offCentre.pass[1], px).en} from the middle`,
    }),
    pass: { zh: '人像居中。', en: 'The person is in the middle.' },
    advice: positionAdvice(() => ({ zh: '请把人像移到正中：现在偏向一边。', en: 'Please move the person to the middle: the face stands to one side.' })),
  },
  sharpness: {
    title: { zh: '清晰', en: 'Sharpness' },
    interpretation: true,
    measured: ({ measures }) => ({ zh: `边缘宽 ${measures.sharpness.edgeWidth} 像素`, en: `edges ${measures.sharpness.edgeWidth} px wide` }),
    allowed: (standard) => atMost(standard.bands.edgeWidth.pass[1], px),
    pass: { zh: '照片清晰。', en: 'The photo is sharp.' },
    advice: () => ({ zh: '请对好焦、拿稳了重拍：照片有些模糊。', en: 'Please focus, hold still and take it again: the photo is somewhat blurred.' }),
  },
  brightness: {
    title: { zh: '脸部亮度', en: 'Light on the face' },
    interpretation: true,
    measured: valueIn(of255),
    allowed: (standard) => between(standard.bands.faceLightness.pass, of255),
    pass: { zh: '脸部亮度合适。', en: 'The face is well lit.' },
    advice: ({ judgement }) => {
      if (judgement.reason === 'absent') return cannotSeeFace
      return judgement.reason === 'above'
        ? { zh: '请减弱灯光重拍：脸上过亮，看不出层次。', en: 'Please take it again with less light: the face is so bright that its features are lost.' }
        : { zh: '请从正面补光重拍：脸上偏暗。', en: 'Please take it again with light from the front: the face is rather dark.' }
    },
  },
  clothing: {
    title: { zh: '上衣', en: 'Clothing' },
    interpretation: true,
    measured: ({ measures: { colour } }) => ({ zh: `亮度 ${colour.clothingLightness}`, en: `lightness ${colour.clothingLightness}` }),
    allowed: (standard) => ({
      zh: `不是白色（亮度低于 ${standard.whiteTop.lightness} 或有颜色）`,
      en: `not white (lightness below ${standard.whiteTop.lightness}, or coloured)`,
    }),
    pass: { zh: '上衣不是白色。', en: 'The clothing is not white.' },
    advice: () => ({
      zh: '请换深色或彩色上衣重拍：白上衣和白背景连在一起，分不清肩膀；由工作人员看是否可用。',
      en: 'Please wear dark or coloured clothing: a white top merges with the white background; a member of staff will look whether it can be used.',
    }),
  },
}

const eyesFirst: Sentence = {
  zh: '头顶离上边近一些也可以：再往下移，眼睛就会太低，眼睛高度优先。',
  en: 'Hair nearer to the upper edge is accepted here: lower down, the eyes would be too low, and their height has priority.',
}

/** Puts judgements into words, in their order. */
export function describeFindings(judgements: readonly PhotoJudgement[], measures: PhotoMeasures, standard: PhotoStandard): PhotoFinding[] {
  return judgements.map((judgement) => {
    const wording = wordings[judgement.check]
    const context = { judgement, measures, standard }
    const passed = judgement.reason === 'eyes-first' ? eyesFirst : wording.pass
    return {
      check: judgement.check,
      title: wording.title,
      result: judgement.result,
      measured: wording.measured(context),
      allowed: wording.allowed(standard),
      sentence: judgement.result === 'pass' ? passed : wording.advice(context),
      basis: standard.basis,
      interpretation: wording.interpretation,
    }
  })
}

const ALL_IN_ORDER: Check = {
  id: 'photo',
  result: 'pass',
  sentence: { zh: '相片符合标准。', en: 'The photo keeps the standard.' },
  basis: 'GA 461-2004',
  wayOut: null,
}

/** What a review needs to know of a photo: everything that is not in order, or one line that all is. */
export function photoChecksOf(findings: readonly PhotoFinding[]): Check[] {
  const open = findings.filter((finding) => finding.result !== 'pass')
  if (open.length === 0) return [ALL_IN_ORDER]
  return open.map(({ check, title, result, measured, allowed, sentence, basis }) => {
    return {
      id: `photo-${check}`,
      result,
      sentence: {
        zh: `相片${title.zh}：量得${measured.zh}，标准是${allowed.zh}。`,
        en: `Photo, ${title.en.toLowerCase()}: measured ${measured.en}; the standard is ${allowed.en}.`,
      },
      basis,
      wayOut: sentence,
    }
  })
}

/** Why a file cannot be measured at all, and what to do. */
export const photoProblemSentences: Readonly<Record<PhotoProblem, Sentence>> = {
  empty: { zh: '请选择照片文件：收到的文件是空的。', en: 'Please choose a photo file: the file that arrived is empty.' },
  'too-large': {
    zh: '请把照片存成 2 MB 以内的 JPEG：合格的照片一般只有 14 至 20 KB。',
    en: 'Please save the photo as a JPEG of at most 2 MB: a photo to the standard has 14 to 20 KB.',
  },
  'not-a-jpeg': {
    zh: '请另存为 JPEG（.jpg）再上传：这个文件不是 JPEG，只改文件名后缀不行。',
    en: 'Please save it as a JPEG (.jpg) and upload that: this file is none, and changing the name’s ending does not make it one.',
  },
  damaged: {
    zh: '请重新保存或重新拷贝照片再上传：文件不完整或已损坏，打不开。',
    en: 'Please save or copy the photo again and upload it: the file is incomplete or damaged and cannot be opened.',
  },
  'too-many-pixels': {
    zh: '请把照片缩小到 358 × 441 像素再上传：宽和高都不能超过 4000 像素，总共不超过 1200 万像素。',
    en: 'Please make the photo 358 × 441 pixels: neither side may exceed 4000 pixels, nor the whole 12 million.',
  },
  'too-complex': {
    zh: '请用常用软件另存为普通 JPEG：这个文件的编码层数过多。',
    en: 'Please save it as a plain JPEG with common software: this file has too many layers of coding.',
  },
  unsupported: {
    zh: '请另存为普通 8 位 JPEG：这个文件用了少见的编码方式。',
    en: 'Please save it as a plain 8-bit JPEG: this file uses a rare kind of coding.',
  },
  'more-than-a-picture': {
    zh: '请另存为只有一张静态图片的普通 JPEG：这个文件里还夹着别的内容（如动态照片、第二张图片、压缩包或网页）。',
    en: 'Please save it as a plain JPEG with one still picture: this file holds something else as well (a motion photo, a second picture, an archive or a page).',
  },
  'too-slow': {
    zh: '请再上传一次；还不行就重新保存照片：这次没能在限定时间内看完。',
    en: 'Please upload it once more, or save the photo anew: it could not be read within the time allowed.',
  },
  busy: {
    zh: '请过一会儿再上传：现在上传的人多，照片没有丢，也没有留下。',
    en: 'Please upload it again in a moment: many photos are arriving; nothing of yours was kept or changed.',
  },
}
