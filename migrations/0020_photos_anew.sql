-- Photos are untrusted: what is kept is a new file, written from the pixels alone. The digest is that of the new file.

alter table attachments add column source_digest text; -- SHA-256 of the file from which it was first made; null: kept as it came, before
comment on table attachments is 'Pictures written anew from what came, once each. What says whose they are is the case that names the digest.';
create index attachments_by_source on attachments (prefecture, source_digest);

-- Since when a case names the picture; one that none names for a month is deleted.
alter table attachments add column named_at timestamptz;
-- Pictures from before: as if each were named, unless its term says otherwise.
update attachments set named_at = '-infinity';
create index attachments_unnamed on attachments (prefecture, digest) where named_at is null;

create policy analyses_forgotten on photo_analyses for delete using ((select acting_for_system()));

-- Which pictures cases name, found by the picture: asked once for each, when its month is over.
create index events_naming_photos on events (prefecture, (substring(body from '"photoDigest":"([0-9a-f]{64})"'))) where type in ('CaseSubmitted', 'MaterialsSupplied');
