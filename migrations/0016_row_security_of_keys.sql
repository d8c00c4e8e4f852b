-- A person's wrapped keys: beside the person's record for whoever may read it, and beside their cases for whoever may see one.
alter table person_keys enable row level security;
create policy keys_for_the_actor on person_keys using (
  (select acting_on_register()) or person_id = (select acting_person())
  or exists (select from cases c where c.prefecture = person_keys.prefecture and c.person_id = person_keys.person_id)
);
