/** docs/measured.md: the figures as they were last measured, and what one has to know to read them. */
import { cpus, totalmem } from 'node:os'
import { type Figure, isReached, markdownTable } from '#bench/figure.ts'

/** The last results of one measure. */
export interface Measured {
  /** Name of the command: `npm run bench` or `npm run night`. */
  readonly command: string
  readonly on: string
  readonly size: string
  readonly figures: readonly Figure[]
}

export interface Report {
  readonly measured: Readonly<Record<string, Measured>>
  readonly postgresVersion: string
  readonly pgbenchVersion: string
  readonly settings: Readonly<Record<string, string>>
}

const machine = (): string => `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB of memory, ${process.platform} ${process.arch}`

/** Of the missed ones, so that nobody has to look for them. */
function missed(figures: readonly Figure[]): string {
  const short = figures.filter((figure) => isReached(figure) === false).map(({ name }) => `- ${name}`)
  return short.length === 0 ? 'Every figure reaches what it must.' : `These do not reach what they must:\n\n${short.join('\n')}`
}

const partOf = ([name, { command, on, size, figures }]: readonly [string, Measured]): string =>
  `### ${name}\n\n\`${command}\`, ${on}${size === '' ? '' : `: ${size}`}\n\n${markdownTable(figures)}`

export const reportText = ({ measured, postgresVersion, pgbenchVersion, settings }: Report): string => `# Measured

Written by \`npm run bench\` and \`npm run night\`; do not edit. Every figure is a ratio within one run, or stated with its unit; the median
of its rounds, with the smallest and the largest beside it. \`npm test\` runs the same scenarios at a hundredth of their size, for their
correctness only.

- Node.js ${process.versions.node}, ${machine()}.
- PostgreSQL ${postgresVersion} (${Object.entries(settings)
  .map(([name, value]) => `${name} ${value}`)
  .join(', ')}), ${pgbenchVersion}; client, server and database share the machine.

${Object.entries(measured).map(partOf).join('\n\n')}

${missed(Object.values(measured).flatMap(({ figures }) => figures))}

## How it is measured

**Accepting a case.** A first ID card at sixteen, free of charge, with a photo that was uploaded and analysed before. Two statements: the
facts of the decision (person, cards, guardian, open applications, photo, the answer kept for the key), then one commit of six events with
their leaves, the case's row, the claim on one open application, the fingerprints in the register, the outbox rows, the row for supervision
and the kept answer. Eight requests at once, each for another person. Over HTTP: a server of its own (\`src/main.ts --role web\`) and a load
process that writes prepared requests to kept connections. In process: the same command and the same rendered answer without HTTP.

**pgbench** plays the texts of those two statements, taken from a real submission, with the values of that submission, \`-M prepared\`, eight
connections, on the same server, in turns with the others, in every round. What must differ from run to run is a token in the values, and
the script's parameter is \`replace($n, token, number)\` instead of \`$n\`: the ends of the case's id and number, of the claim and of the
key's digest (drawn at random for each run), and the ends of the person's id and digest (one of as many registered people as there are runs,
so that nobody waits for another's row). Nothing else of the statements is changed. After the HTTP rounds, the rows per case that the server
wrote are compared with those that pgbench wrote: they must be the same. Rates are taken while all lanes are warm: from when each has done
its first pieces until the first lane is done; connecting counts nowhere.

**Outbox.** Cases are accepted in process, then the outbox is emptied: once with handlers that do nothing (rows claimed and completed per
second), once with all real reactions and sweeps (cases per second for which everything is done that their acceptance asks for: queued at
the factory, told to the person, counted by supervision). A round before them warms up. The cases of all rounds fit into one half-day of the factory.

**Growth.** Two databases with the same sixty days, the same stations in all prefectures, and few or many cases; the last fifteen days are
open. Queries go through the product's own code, small and large in turns, caches warm. Every case has rows in \`events\`; those that are looked
up by number have all of theirs. Supervision's figures come from its own fold of one delta per case.

**npm start.** Everything installed; the time until \`ready\`, and the processor time of npm, the launcher, the server and PostgreSQL together.
`
