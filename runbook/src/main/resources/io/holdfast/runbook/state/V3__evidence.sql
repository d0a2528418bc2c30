-- Runs that are in the evidence chain of a repository, and where.
create table run_evidence (
    run text primary key references run,
    writer text not null,
    number int not null,
    hash text not null,
    at timestamptz not null
);
create index run_evidence_newest on run_evidence (writer, number desc);
create index run_finished on run (finished) where finished is not null;
