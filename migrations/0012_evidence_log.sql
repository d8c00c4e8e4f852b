-- The evidence log: one Merkle tree for each prefecture (RFC 9162 2.1, with SM3) over the leaves of everything that happened and was
-- read. No person stands in it, only hashes and the keys of rows.
-- The application's role may insert into and read every table here, and delete from log_pending; it may update nothing and truncate
-- nothing. Whoever can do more can't do it unseen: the heads are signed, and published outside the database.

-- Leaves that are not in the tree yet: written in the statement that writes their rows, one row for the successive rows of a stream.
create table log_pending (
  prefecture text        not null,
  kind       text        not null, -- event, reading
  stream     uuid        not null, -- of the event; the reading's own id
  seq        integer     not null, -- of the first leaf; 0 for a reading
  leaves     bytea       not null, -- 32 octets each
  since      timestamptz not null default now(), -- by the database's clock, which nothing moves: how long it waits is measured by it
  primary key (prefecture, kind, stream, seq)
);

-- The leaves in their order. Within one sealing they stand by kind, stream and seq.
create table log_leaves (
  prefecture text    not null,
  index      bigint  not null, -- 0, 1, 2 …
  kind       text    not null,
  stream     uuid    not null,
  seq        integer not null,
  leaf       bytea   not null,
  primary key (prefecture, index)
);
create index log_leaves_row on log_leaves (prefecture, stream, seq);

-- The hashes of complete subtrees of 256, 65,536 … leaves, so that a proof reads some hundred rows, however long the log.
create table log_nodes (
  prefecture text    not null,
  level      integer not null, -- 8, 16, 24 …: a subtree of 2^level leaves
  index      bigint  not null,
  hash       bytea   not null,
  primary key (prefecture, level, index)
);

-- A signed head for each sealing. It says what was before it, once: of two that seal at the same time, one fails.
create table log_heads (
  prefecture text        not null,
  size       bigint      not null, -- leaves
  previous   bigint      not null, -- the size of the head before; 0 for the first
  log        uuid        not null, -- the same in all heads of a log: drawn when its first is made
  root       bytea       not null,
  edge       bytea       not null, -- the hashes of the complete subtrees, the largest first, 32 octets each: all that growing needs
  at         timestamptz not null,
  key_id     text        not null,
  signature  bytea       not null,
  primary key (prefecture, size)
);
create unique index log_heads_previous on log_heads (prefecture, previous);

-- The province's root of a day: over the heads of all prefectures, signed, and published.
create table log_days (
  prefecture text        not null, -- '2200'
  day        date        not null,
  previous   text        not null, -- the root of the day before it here; empty for the first
  root       bytea       not null,
  heads      text        not null, -- canonical JSON: prefecture, log, size and root of each
  at         timestamptz not null,
  key_id     text        not null,
  signature  bytea       not null,
  primary key (prefecture, day)
);
