import pino from 'pino'

export type Log = pino.Logger

/** Anything that looks like an identity number or a mobile phone is blotted out, wherever it stands in a line. */
const PERSONAL = /(?<![0-9A-Za-z-])(?:\d{17}[\dXx]|1[3-9]\d{9})(?![0-9A-Za-z-])/g

export const redacted = (text: string): string => text.replaceAll(PERSONAL, '[redacted]')

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
    { write: (line: string) => destination.write(redacted(line)) },
  )
}
