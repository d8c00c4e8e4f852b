/** A QR code as SVG in the page: sharp in print, no picture to load. */
import QRCode from 'qrcode'
import { Say, useSay, type Words } from '#web/shared/reading.tsx'

const QUIET_MODULES = 4

/** @param text what the code says, at most about 2,900 bytes; @param label what it is for, read aloud and shown below */
export function Qr({ text, label, sizePx = 160 }: { readonly text: string; readonly label: Words; readonly sizePx?: number }) {
  const say = useSay()
  const { size, data } = QRCode.create(text, { errorCorrectionLevel: 'M' }).modules
  const side = size + 2 * QUIET_MODULES
  let path = ''
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (!data[y * size + x]) continue
      let run = 1
      while (x + run < size && data[y * size + x + run]) run++
      path += `M${x + QUIET_MODULES} ${y + QUIET_MODULES}h${run}v1h-${run}z`
      x += run
    }
  }
  return (
    <figure class="qr">
      <svg viewBox={`0 0 ${side} ${side}`} width={sizePx} height={sizePx} role="img" aria-label={say(label)} shape-rendering="crispEdges">
        <rect width={side} height={side} fill="#fff" />
        <path d={path} fill="#000" />
      </svg>
      <figcaption>
        <Say>{label}</Say>
      </figcaption>
    </figure>
  )
}
