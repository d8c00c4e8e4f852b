-- Sessions: who is signed in. The token itself is never stored, only its digest.
create table sessions (
  prefecture  text        not null, -- '2200': one space of sessions
  token_hash  text        not null,
  actor_id    text        not null,
  role        text        not null,
  organ       text,
  person_id   uuid,
  shown_name  text        not null, -- what the header greets with; no personal data
  created_at  timestamptz not null,
  expires_at  timestamptz not null,
  primary key (prefecture, token_hash)
);
create index sessions_expiry on sessions (expires_at);
