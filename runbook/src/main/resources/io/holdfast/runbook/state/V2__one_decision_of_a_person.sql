-- A person with two keys is one person.
alter table signature add unique (run, step, attempt, signer);
