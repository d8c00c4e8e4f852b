import type { PhotoAnalysis, PhotoMeasures } from '#attachment/model.ts'
import type { Instant } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import type { Act } from '#platform/events.ts'
import { type Fact, fact } from '#platform/facts.ts'
import type { WrappedSource } from '#platform/privacy/rotation.ts'
import type { Sealed, Sealer } from '#platform/sealed.ts'
import type { Piece } from '#platform/statement.ts'

/** Where an upload stands: the shard, and the organ that received it. */
export interface Received {
  readonly prefecture: string
  readonly organ: string
}

interface AnalysisRow {
  readonly digest: string
  readonly measures: PhotoMeasures
  readonly standard_version: string
  readonly worst: PhotoAnalysis['worst']
  readonly findings: PhotoAnalysis['findings']
}

const analysisOf = (row: AnalysisRow): PhotoAnalysis => ({
  digest: row.digest,
  measures: row.measures,
  standardVersion: row.standard_version,
  findings: row.findings,
  worst: row.worst,
})

const ANALYSIS = 'a.digest, a.measures, a.standard_version, a.worst, a.findings'

export const photoAnalysisFact = (prefecture: string, digest: string): Fact<PhotoAnalysis | null> =>
  fact(
    `select row_to_json(a) from (select ${ANALYSIS} from photo_analyses a where a.prefecture = $1::text and a.digest = $2::text) a`,
    [prefecture, digest],
    (row: AnalysisRow | null) => row && analysisOf(row),
  )

/** The analysis of what was made of a file that came before, or of the very file that was made. */
export const analysisOfArrivedFact = (prefecture: string, digest: string): Fact<PhotoAnalysis | null> =>
  fact(
    `select row_to_json(a) from (select ${ANALYSIS} from attachments f join photo_analyses a on a.prefecture = f.prefecture and a.digest = f.digest
       where f.prefecture = $1::text and (f.digest = $2::text or f.source_digest = $2::text) order by f.digest limit 1) a`,
    [prefecture, digest],
    (row: AnalysisRow | null) => row && analysisOf(row),
  )

/** The file itself, in its shard. */
export const photoFileFact = (sealer: Sealer, prefecture: string, digest: string): Fact<Buffer | null> =>
  fact(
    'select row_to_json(f) from (select sealed, wrapped_key from attachments where prefecture = $1::text and digest = $2::text) f',
    [prefecture, digest],
    (file: { sealed: string; wrapped_key: string | null } | null) =>
      file && Buffer.from(sealer.heldFile(aboutFile(prefecture, digest), file.wrapped_key).open(JSON.parse(file.sealed) as Sealed), 'base64'),
  )

/** What a file's key belongs to. */
const aboutFile = (prefecture: string, digest: string): string => `${prefecture}:${digest}`

/** The files' keys, for turning over the key that wraps them. */
export const fileKeysSource: WrappedSource = {
  name: 'attachments',
  purposes: ['attachment'],
  stale: (current, after, limit) => ({
    text: `select * from (
        select prefecture || ':' || digest as id, 'attachment' as purpose, prefecture || ':' || digest as about, wrapped_key as wrapped
        from attachments where split_part(wrapped_key, '.', 2)::int < $1::int) f
      where id > $2::text collate "C" order by id collate "C" limit $3::int`,
    values: [current.get('attachment'), after, limit],
  }),
  rewrap: (rows) => ({
    text: `update attachments f set wrapped_key = r.anew from json_to_recordset($1::json) as r(about text, wrapped text, anew text)
      where f.prefecture = split_part(r.about, ':', 1) and f.digest = split_part(r.about, ':', 2) and f.wrapped_key = r.wrapped`,
    values: [JSON.stringify(rows)],
  }),
}

/** Whether this organ received the file itself. */
export const receivedFact = ({ prefecture, organ }: Received, digest: string): Fact<boolean> =>
  fact(
    'select to_json(exists (select from attachment_uploads where prefecture = $1::text and digest = $2::text and organ = $3::text))',
    [prefecture, digest, organ],
    (received: boolean) => received,
  )

/** A file as it is kept, and the digest of the one that came. */
export interface KeptFile {
  readonly bytes: Uint8Array
  readonly sourceDigest: string
}

/** Keeps the photo and its analysis once; a second arrival of the same picture adds only who received it. */
export function keepPhotoChanges(sealer: Sealer, received: Received, { bytes, sourceDigest }: KeptFile, analysis: PhotoAnalysis, act: Act): readonly Change[] {
  const { prefecture, organ } = received
  const { digest, measures, standardVersion, worst, findings } = analysis
  const file = sealer.newFile(aboutFile(prefecture, digest))
  return [
    {
      text: `insert into attachments (prefecture, digest, source_digest, media_type, size, sealed, wrapped_key)
        values ($1::text, $2::text, $6::text, 'image/jpeg', $3::int, $4::text, $5::text) on conflict do nothing`,
      values: [prefecture, digest, bytes.length, JSON.stringify(file.seal(Buffer.from(bytes).toString('base64'))), file.wrapped, sourceDigest],
    },
    {
      text: `insert into photo_analyses (prefecture, digest, measures, standard_version, worst, findings)
        values ($1::text, $2::text, $3::jsonb, $4::text, $5::text, $6::jsonb) on conflict do nothing`,
      values: [prefecture, digest, JSON.stringify(measures), standardVersion, worst, JSON.stringify(findings)],
    },
    uploadChange({ prefecture, organ }, digest, act),
  ]
}

export const uploadChange = ({ prefecture, organ }: Received, digest: string, act: Act): Change => ({
  text: `insert into attachment_uploads (prefecture, digest, organ, uploaded_at, uploaded_by)
    values ($1::text, $2::text, $3::text, $4::timestamptz, $5::text) on conflict do nothing`,
  values: [prefecture, digest, organ, act.at, act.actor],
})

/** Where the events of cases name a picture; the text is what the index on it holds. */
const NAMED = `exists (select from events e where e.prefecture = f.prefecture and e.type in ('CaseSubmitted', 'MaterialsSupplied')
  and substring(e.body from '"photoDigest":"([0-9a-f]{64})"') = f.digest)`

export interface UnnamedFile {
  readonly digest: string
  /** Found in a case after all: kept with it. */
  readonly named: boolean
}

/** Pictures that last came before, and of which nothing is known yet, with what the cases say now. */
export const overdueFilesPiece = (prefecture: string, before: Instant, limit: number): Piece => ({
  text: `select f.digest, ${NAMED} as named from attachments f
    where f.prefecture = $1::text and f.named_at is null
      and not exists (select from attachment_uploads u where u.prefecture = f.prefecture and u.digest = f.digest and u.uploaded_at >= $2::timestamptz)
    order by f.digest limit $3::int`,
  values: [prefecture, before, limit],
})

export const namedChange = (prefecture: string, digests: readonly string[], at: Instant): Change => ({
  text: 'update attachments set named_at = $3::timestamptz where prefecture = $1::text and digest = any($2::text[])',
  values: [prefecture, digests, at],
})

/** The pictures with all that was said of them. */
export const forgetFilesChanges = (prefecture: string, digests: readonly string[]): readonly Change[] =>
  ['photo_analyses', 'attachment_uploads', 'attachments'].map((table) => ({
    text: `delete from ${table} where prefecture = $1::text and digest = any($2::text[])`,
    values: [prefecture, digests],
  }))
