-- Uploads, kept once by what they are, and what a photograph was measured to be. Nothing here is believed from the sender:
-- digest and analysis are made on arrival.

create table attachments (
  prefecture text    not null, -- of the organ that received it
  digest     text    not null, -- SHA-256 of the file, hexadecimal
  media_type text    not null,
  size       integer not null, -- bytes of the file
  sealed     text    not null, -- the file's bytes, base64, as a sealed value: a face is personal data
  primary key (prefecture, digest)
);
comment on table attachments is 'Files as they came, once each. What says whose they are is the case that names the digest.';

-- Which organ received it, when and by whom: the same file may come to several.
create table attachment_uploads (
  prefecture  text        not null,
  digest      text        not null,
  organ       text        not null,
  uploaded_at timestamptz not null, -- the first time at this organ
  uploaded_by text        not null,
  primary key (prefecture, digest, organ),
  foreign key (prefecture, digest) references attachments (prefecture, digest)
);

create table photo_analyses (
  prefecture       text  not null,
  digest           text  not null,
  measures         jsonb not null, -- what was measured, once; it is judged anew under whatever standard is in force
  standard_version text  not null, -- the standard under which it was judged on arrival
  worst            text  not null, -- pass, refer, fail: that judgement
  findings         jsonb not null, -- as they were said on arrival
  primary key (prefecture, digest),
  foreign key (prefecture, digest) references attachments (prefecture, digest)
);
