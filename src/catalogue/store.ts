import type { ReviewSettings } from '#catalogue/model.ts'
import { canonicalJson } from '#kernel/canonical.ts'
import type { Uuid } from '#kernel/ids.ts'
import type { Day } from '#kernel/time.ts'
import type { Change } from '#platform/commit.ts'
import { type Act, type StreamKey, streamFact } from '#platform/events.ts'
import { type Fact, fact } from '#platform/facts.ts'

/** New settings of the automatic review, with the replay that showed what they change. */
export interface SettingsEvent {
  readonly type: 'ReviewSettingsChanged'
  readonly from: ReviewSettings
  readonly to: ReviewSettings
  readonly replay: Uuid
}

export interface DatedSettings {
  readonly settings: ReviewSettings
  readonly replay: Uuid | null
}

/** The settings are the province's: one stream, whose length is their version. */
export const REVIEW_SETTINGS: StreamKey = { prefecture: '2200', stream: '5e771465-0000-7000-8000-000000000001' as Uuid }

export const settingsStreamFact = () => streamFact<SettingsEvent>(REVIEW_SETTINGS)

export const settingsVersionFact = (): Fact<number> =>
  fact(
    'select to_json(coalesce(max(version), 0)) from review_settings where prefecture = $1::text',
    [REVIEW_SETTINGS.prefecture],
    (version: number | null) => version ?? 0,
  )

interface Row {
  valid_from: Day
  settings: string
  replay: Uuid | null
}

/** By day of force, the earliest first. */
export const datedSettingsFact = (): Fact<readonly DatedSettings[]> =>
  fact(
    `select coalesce(json_agg(s order by s.valid_from), '[]'::json) from (
      select valid_from, settings, replay from review_settings where prefecture = $1::text) s`,
    [REVIEW_SETTINGS.prefecture],
    (rows: Row[]) => rows.map(({ settings, replay }) => ({ settings: JSON.parse(settings) as ReviewSettings, replay })),
  )

/** Guarded by the stream. Settings that are still to come may be replaced; those in force are never rewritten. */
export const settingsChange = (settings: ReviewSettings, replay: Uuid, version: number, act: Act): Change => ({
  text: `insert into review_settings (prefecture, valid_from, settings, replay, version, changed_at, changed_by)
    values ($1::text, $2::date, $3::text, $4::uuid, $5::int, $6::timestamptz, $7::text)
    on conflict (prefecture, valid_from) do update set settings = excluded.settings, replay = excluded.replay, version = excluded.version,
      changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
  values: [REVIEW_SETTINGS.prefecture, settings.validFrom, canonicalJson(settings), replay, version, act.at, act.actor],
})
