-- One row per run. What it executes is frozen in "definition": a plan that changes later changes no run.
create table run (
    id text primary key,
    procedure text not null,
    title text not null,
    environment text not null,
    definition jsonb not null,
    plan_hash text not null,
    starter text not null,
    mode text not null,
    priority text not null,
    on_failure text not null,
    objective_ms bigint,
    deadline timestamptz,
    state text not null,
    message text not null default '',
    -- Raised by whoever takes the run over; a journal write names the epoch that it belongs to.
    epoch bigint not null default 0,
    engine text not null default '',
    -- Raised by every control; the engine that executes the run looks again when it moved.
    revision bigint not null default 0,
    pause_requested boolean not null default false,
    created timestamptz not null,
    last_step_ended timestamptz,
    green timestamptz,
    finished timestamptz
);
create unique index run_active on run (environment, procedure) where finished is null;
create index run_created on run (created desc);

create table step (
    run text not null references run,
    path text collate "C" not null,
    position text collate "C" not null,
    title text not null,
    kind text not null,
    state text not null,
    phase text not null default 'NONE',
    attempt int not null default 0,
    exceptional boolean not null default false,
    started timestamptz,
    ended timestamptz,
    message text not null default '',
    hint text not null default '',
    outputs jsonb not null default '{}',
    primary key (run, path)
);

-- What happened, in order; rows are added, never changed.
create table event (
    id bigint generated always as identity primary key,
    run text not null references run,
    at timestamptz not null,
    epoch bigint not null,
    engine text not null,
    step text not null default '',
    attempt int not null default 0,
    type text not null,
    text text not null,
    -- One per journal write, so that a write whose answer was lost is not made twice.
    write uuid
);
create index event_of_run on event (run, id);
create index event_of_write on event (write) where write is not null;

create table approval (
    run text not null references run,
    step text not null,
    attempt int not null,
    statement text not null,
    approvers jsonb not null,
    quorum int not null,
    asked timestamptz not null,
    expires timestamptz not null,
    primary key (run, step, attempt)
);
create table signature (
    run text not null,
    step text not null,
    attempt int not null,
    signer text not null,
    public_key text not null,
    decision text not null,
    signature text not null,
    comment text not null,
    at timestamptz not null,
    primary key (run, step, attempt, public_key),
    foreign key (run, step, attempt) references approval
);

create table target_lock (
    environment text not null,
    target text not null,
    run text not null references run,
    -- The step that holds it shared; empty: the run holds it exclusively until it ends.
    step text not null,
    -- False: it waits for it.
    granted boolean not null,
    since timestamptz not null,
    primary key (environment, target, run, step)
);
create index target_lock_of_run on target_lock (run);

-- The table of db-scheduler, with its column names. A run that is to be executed has a row here.
create table scheduled_tasks (
    task_name text not null,
    task_instance text not null,
    task_data bytea,
    execution_time timestamptz,
    picked boolean not null,
    picked_by text,
    last_success timestamptz,
    last_failure timestamptz,
    consecutive_failures int,
    last_heartbeat timestamptz,
    version bigint not null,
    priority smallint,
    state text,
    primary key (task_name, task_instance)
);
create index scheduled_tasks_execution_time on scheduled_tasks (execution_time);
create index scheduled_tasks_last_heartbeat on scheduled_tasks (last_heartbeat);
