-- Signing in. Nothing secret stands here: tokens, codes and challenges only as digests or for minutes, keys only as their public halves.

-- What a session rests on, how long it lasts without use, and what its owner recognises it by.
delete from sessions;
alter table sessions
  add column id               uuid        not null, -- named on "my devices"; opens nothing
  add column method           text        not null, -- identity: the province's platform; key: a program's own key; sandbox: the quick sign-in
  add column stage            text        not null, -- complete; second-factor: reaches nothing but the pages of passkeys
  add column level            integer,              -- how surely the real name was proven, as the platform said; null where nobody's is
  add column authenticated_at timestamptz not null, -- the last time that the person proved to be there
  add column last_used_at     timestamptz not null, -- noted at most once a minute
  add column idle_minutes     integer,              -- null: does not end by being idle
  add column browser          text        not null, -- its kind, e.g. "Chrome · Windows"; no version
  add column source           text        not null, -- the network it comes from, the last part left out
  add column officer          text,                 -- 警号, where an officer's
  add column key_id           text;                 -- of a program: the key by which it signed in
create unique index sessions_id on sessions (prefecture, id);
create index sessions_of_actor on sessions (prefecture, actor_id);

-- Whom the platform's name for somebody (`sub`) stands for: a person of the register, or an officer.
create table identities (
  prefecture    text        not null, -- '2200'
  issuer        text        not null,
  subject       text        not null,
  person_id     uuid,
  officer       text,                 -- 警号
  first_seen_at timestamptz not null,
  primary key (prefecture, issuer, subject),
  check ((person_id is null) <> (officer is null))
);

create table passkeys (
  prefecture    text        not null, -- '2200'
  credential_id text        not null,
  officer       text        not null, -- 警号: it stays when somebody is transferred
  public_key    text        not null, -- COSE, base64url
  counter       bigint      not null, -- never goes back: an authenticator that was copied would
  transports    text        not null,
  name          text        not null, -- as its owner calls it
  created_at    timestamptz not null,
  last_used_at  timestamptz,
  revoked_at    timestamptz,
  revoked_by    text,
  primary key (prefecture, credential_id)
);
create index passkeys_of_officer on passkeys (prefecture, officer);

-- What may be used once and not for long: a sign-in under way, a challenge, an enrolment code, a client's assertion, a form that waits.
create table used_once (
  prefecture text        not null, -- '2200'
  kind       text        not null,
  key_hash   text        not null,
  body       text        not null,
  expires_at timestamptz not null,
  primary key (prefecture, kind, key_hash)
);
create index used_once_expiry on used_once (expires_at);

-- Failures in a row, for an account and for where they come from.
create table sign_in_failures (
  prefecture   text        not null, -- '2200'
  kind         text        not null,
  subject_hash text        not null, -- keyed: neither an address nor a case number stands here
  failures     integer     not null,
  last_at      timestamptz not null,
  locked_until timestamptz,
  version      integer     not null,
  primary key (prefecture, kind, subject_hash)
);
create index sign_in_failures_age on sign_in_failures (last_at);

-- Departments and kiosks sign in by a key of their own.
create table client_keys (
  prefecture    text        not null, -- '2200'
  client_id     text        not null,
  kid           text        not null,
  role          text        not null, -- department-verifier, kiosk
  organ         text,
  shown_name    text        not null,
  public_key    text        not null, -- JWK, P-256
  valid_from    timestamptz not null,
  valid_until   timestamptz not null,
  registered_by text        not null,
  revoked_at    timestamptz,
  primary key (prefecture, client_id, kid)
);

-- Nobody but the product itself looks at any of it; what belongs to whom, its commands say.
alter table identities enable row level security;
create policy identities_by_the_product on identities using ((select acting_for_system()));
alter table passkeys enable row level security;
create policy passkeys_by_the_product on passkeys using ((select acting_for_system()));
alter table used_once enable row level security;
create policy used_once_by_the_product on used_once using ((select acting_for_system()));
alter table sign_in_failures enable row level security;
create policy failures_by_the_product on sign_in_failures using ((select acting_for_system()));
alter table client_keys enable row level security;
create policy client_keys_by_the_product on client_keys using ((select acting_for_system()));
