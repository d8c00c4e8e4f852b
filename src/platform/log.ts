import pino from 'pino'

export type Log = pino.Logger

/** Anything that looks like an identity number or a mobile phone is blotted out, wherever it stands in a line. */
const PERSONAL = /(?<![0-9A-Za-z-])(?:\d{17}[\dXx]|1[3-9]\d{9})(?![0-9A-Za-z-])/g

export const redacted = (text: string): string => text.replaceAll(PERSONAL, '[redacted]')

/** How long a line may wait for others, and how many characters may wait. */
const TOGETHER_MS = 50
const TOGETHER_MAX = 16_384
const WARN = 40

/**
 * Lines are written together, shortly after the first of them: a write for each request would cost as much as reading it. Warnings and
 * worse are written at once, with all that waits, and so is everything when the process ends.
 */
export function together(destination: pino.DestinationStream) {
  let waiting = ''
  let timer: NodeJS.Timeout | undefined
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    const text = waiting
    waiting = ''
    if (text !== '') destination.write(text)
  }
  process.once('exit', flush)
  return {
    // Told by the logger, since this asks for it.
    lastLevel: 0,
    [Symbol.for('pino.metadata')]: true,
    write(line: string): void {
      waiting += redacted(line)
      if (this.lastLevel >= WARN || waiting.length >= TOGETHER_MAX) flush()
      else timer ??= setTimeout(flush, TOGETHER_MS).unref()
    },
  }
}

export function openLog(level: string, destination: pino.DestinationStream = pino.destination({ dest: 2, sync: true })): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          '*.identityNumber',
          '*.name',
          '*.phone',
          '*.address',
          'identityNumber',
          'phone',
          'address',
          'req.headers.authorization',
          'req.headers.cookie',
          'body',
        ],
        censor: '[redacted]',
      },
    },
    together(destination),
  )
}
