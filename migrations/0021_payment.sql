-- Fees paid online: one order for each attempt, and each day's account with each gateway.
create table payment_orders (
  prefecture     text        not null, -- that of the case
  id             uuid        not null,
  version        integer     not null,
  number         text        not null, -- 商户订单号: prefecture and id, as the gateway knows it
  case_id        uuid        not null,
  case_number    text        not null,
  person_id      uuid        not null, -- whose case it is
  organ          text        not null, -- that accepted it
  gateway        text        not null, -- wechat, alipay
  item           text        not null, -- 收费项目
  amount_cents   integer     not null,
  status         text        not null,
  placed_at      timestamptz not null,
  expires_at     timestamptz not null,
  transaction    text,                 -- the gateway's own number
  paid_cents     integer     not null,
  paid_at        timestamptz,
  receipt_number text,                 -- 票据代码-票据号码
  refund_why     text,
  refund_number  text,
  refund_cents   integer     not null,
  refunded_at    timestamptz,
  disputed       boolean     not null, -- a notice named another amount
  primary key (prefecture, id)
);
comment on table payment_orders is 'Orders at the gateways for the fee of a case, one for each attempt.';
-- A fee is asked for through one open order at a time: two tabs get the same.
create unique index payment_orders_open on payment_orders (prefecture, case_id) where status in ('ordered', 'waiting', 'unknown');
create unique index payment_orders_receipt on payment_orders (prefecture, receipt_number) where receipt_number is not null;
create index payment_orders_of_case on payment_orders (prefecture, case_id);
create index payment_orders_paid on payment_orders (prefecture, gateway, paid_at) where paid_at is not null;
create index payment_orders_refunded on payment_orders (prefecture, gateway, refunded_at) where refunded_at is not null;
create index payment_orders_troubled on payment_orders (prefecture, placed_at, id)
  where status in ('refund-failed', 'closing', 'unknown', 'paid', 'refunding') or disputed;

create table payment_days (
  prefecture    text        not null, -- '2200': a gateway's bill is the province's
  gateway       text        not null,
  day           date        not null,
  ours_count    integer     not null,
  ours_cents    bigint      not null, -- paid less given back
  theirs_count  integer     not null,
  theirs_cents  bigint      not null,
  differences   text        not null, -- JSON, each with its explanation
  reconciled_at timestamptz not null,
  primary key (prefecture, gateway, day)
);
comment on table payment_days is 'Each day with each gateway, reconciled against its bill; no personal data.';

alter table payment_orders enable row level security;
create policy payment_orders_for_the_actor on payment_orders using (
  (select acting_for_system())
  or ((select acting_role()) = 'supervisor' and starts_with(organ, (select acting_over())))
  or exists (select from cases c where c.prefecture = payment_orders.prefecture and c.id = payment_orders.case_id)
);
alter table payment_days enable row level security;
create policy payment_days_of_the_product on payment_days using ((select acting_for_system()));
create policy payment_days_seen on payment_days for select using ((select acting_role()) = 'supervisor');
