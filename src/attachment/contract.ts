import { z } from 'zod'
import { photoChecks } from '#attachment/model.ts'

const sentence = z.strictObject({ zh: z.string(), en: z.string() })
const result = z.enum(['pass', 'refer', 'fail'])
const digest = z.string().regex(/^[0-9a-f]{64}$/)

export const photoParams = z.strictObject({ digest })

const finding = z.strictObject({
  check: z.enum(photoChecks),
  title: sentence,
  result,
  measured: sentence,
  allowed: sentence,
  sentence,
  basis: z.string(),
  interpretation: z.boolean().meta({ description: 'Whether the band is an interpretation, not the standard’s own figure.' }),
})

const count = z.number().int()

const measures = z.strictObject({
  file: z.strictObject({
    bytes: count,
    densityDpi: z.number().optional(),
    components: count,
    turned: z.boolean(),
    quality: count.optional(),
  }),
  width: count,
  height: count,
  background: z.strictObject({ red: z.number(), green: z.number(), blue: z.number(), spread: z.number(), clearShare: z.number(), frame: count }),
  colour: z.strictObject({ chroma: z.number(), clothingLightness: z.number(), clothingTint: z.number() }),
  sharpness: z.strictObject({ edgeWidth: z.number() }),
  head: z.strictObject({ top: count, width: count, centre: z.number(), bottom: count }).optional(),
  face: z.strictObject({ width: z.number(), centre: z.number(), lightness: z.number(), burntShare: z.number() }).optional(),
  eyes: z.strictObject({ row: z.number(), left: z.number(), right: z.number(), contrast: z.number() }).optional(),
})

export const photoReply = z
  .strictObject({ digest, worst: result, standardVersion: z.string(), findings: z.array(finding), measures })
  .meta({ description: 'What was measured in the photo, in pixels, and what that means under the standard. Name the digest when you submit an application.' })

export const photoUploadReply = photoReply.extend({
  sourceDigest: digest.meta({
    description: 'SHA-256 of the file as it came. `digest` is that of the picture as it is kept: written anew from its pixels, upright, without anything else.',
  }),
})

export const photoFileReply = photoReply.extend({ mediaType: z.literal('image/jpeg'), base64: z.string() })
