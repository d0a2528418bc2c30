package io.holdfast.runbook.journal;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and writes the record of runs. Thread-safe. */
public final class Journal {

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final Transactions transactions;
    private final InstantSource clock;

    public Journal(Transactions transactions, InstantSource clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * Records a new run.
     *
     * @param begin what else belongs into the transaction
     * @throws RunRefusedException if the same procedure runs in the same environment already
     */
    public void create(RunRow run, Definition definition, Consumer<Writing> begin) {
        transactions.once(handle -> {
            var now = clock.instant();
            if (!insert(handle, run, definition)) {
                throw runsAlready(run, active(handle, run));
            }
            var writing = new Writing(handle, run, 0, run.starter(), now, null);
            begin.accept(writing);
            return run;
        });
    }

    private static boolean insert(Handle handle, RunRow run, Definition definition) {
        return handle.createUpdate("""
                                insert into run (id, procedure, title, environment, definition, plan_hash, starter, mode,
                                priority, on_failure, objective_ms, deadline, state, created)
                                values (:id, :procedure, :title, :environment, cast(:definition as jsonb), :plan, :starter,
                                :mode, :priority, :failure, cast(:objective as bigint), cast(:deadline as timestamptz), :state, :created)
                                on conflict do nothing""")
                        .bind("id", run.id().value())
                        .bind("procedure", run.procedure())
                        .bind("title", run.title())
                        .bind("environment", run.environment())
                        .bind("definition", Json.of(definition))
                        .bind("plan", run.planHash())
                        .bind("starter", run.starter())
                        .bind("mode", run.mode().name())
                        .bind("priority", run.priority().name())
                        .bind("failure", run.onFailure().name())
                        .bind(
                                "objective",
                                run.objective().map(Duration::toMillis).orElse(null))
                        .bind("deadline", run.deadline().orElse(null))
                        .bind("state", run.state().name())
                        .bind("created", run.created())
                        .execute()
                == 1;
    }

    private static RunRefusedException runsAlready(RunRow run, Optional<RunId> active) {
        var message = "procedure '%s' runs already in environment '%s': run %s"
                .formatted(
                        run.procedure(),
                        run.environment(),
                        active.map(RunId::value).orElse("that has just ended"));
        var hint = "watch it, or cancel it first";
        return active.map(other -> new RunRefusedException(message, hint, other))
                .orElseGet(() -> new RunRefusedException(message, hint));
    }

    private static Optional<RunId> active(Handle handle, RunRow run) {
        return handle.createQuery(
                        "select id from run where procedure = :procedure and environment = :environment and finished is null")
                .bind("procedure", run.procedure())
                .bind("environment", run.environment())
                .mapTo(String.class)
                .findOne()
                .map(RunId::new);
    }

    /** Takes the run over: from now on no other engine writes in it. Empty if it is paused or has ended. */
    public Optional<Claim> claim(RunId id, String engine) throws InterruptedException {
        return transactions.persistently(write -> handle -> {
            var run = lock(handle, id);
            var before = epochOf(handle, write);
            if (before.isPresent()) {
                return Optional.of(new Claim(id, before.get(), engine));
            }
            if (run.state().isEnd() || run.state().isPaused()) {
                new Writing(handle, run, run.epoch(), engine, clock.instant(), write).unschedule();
                return Optional.empty();
            }
            var epoch = run.epoch() + 1;
            handle.createUpdate("update run set epoch = :epoch, engine = :engine, state = :state where id = :id")
                    .bind("epoch", epoch)
                    .bind("engine", engine)
                    .bind(
                            "state",
                            run.state() == RunState.PENDING
                                    ? RunState.RUNNING.name()
                                    : run.state().name())
                    .bind("id", id.value())
                    .execute();
            var former = run.engine().isEmpty() ? "" : ", before it " + run.engine();
            new Writing(handle, run, epoch, engine, clock.instant(), write)
                    .event(EventType.CLAIMED, "executed by " + engine + former);
            return Optional.of(new Claim(id, epoch, engine));
        });
    }

    /**
     * A write of whoever executes the run, about one step; waits for the database as long as it takes. A write that was
     * made and whose answer was lost is not made again.
     *
     * @param what it is, for the event that a superseded write becomes
     * @param body returns the step as it is afterwards
     * @throws SupersededException if somebody else executes the run by now
     */
    public StepRow write(Claim claim, String what, String path, Function<Writing, StepRow> body)
            throws InterruptedException {
        return write(claim, what, body, writing -> writing.step(path).orElseThrow());
    }

    /** The same about the run. */
    public void write(Claim claim, String what, Consumer<Writing> body) throws InterruptedException {
        write(
                claim,
                what,
                writing -> {
                    body.accept(writing);
                    return true;
                },
                _ -> true);
    }

    private <T> T write(Claim claim, String what, Function<Writing, T> body, Function<Writing, T> madeBefore)
            throws InterruptedException {
        var again = new AtomicBoolean();
        var result = transactions.<Optional<T>>persistently(write -> handle -> {
            var run = lock(handle, claim.run());
            var writing = new Writing(handle, run, claim.epoch(), claim.engine(), clock.instant(), write);
            if (again.getAndSet(true) && epochOf(handle, write).isPresent()) {
                // What it was to be the beginning of is not to be done any more where another has taken the run over
                // since.
                return Optional.of(writing)
                        .filter(_ -> run.epoch() == claim.epoch())
                        .map(madeBefore);
            }
            if (run.epoch() != claim.epoch()) {
                writing.event(EventType.SUPERSEDED, what);
                return Optional.empty();
            }
            return Optional.of(body.apply(writing));
        });
        return result.orElseThrow(() -> new SupersededException(claim));
    }

    /** Reads a run and what belongs to it, as it is at one moment. */
    public <T> T read(RunId id, Function<Writing, T> body) {
        return transactions.once(
                handle -> body.apply(new Writing(handle, find(handle, id, ""), 0, "", clock.instant(), null)));
    }

    /** A change that a person asks for. */
    public <T> T control(RunId id, String author, Function<Writing, T> body) {
        return transactions.once(
                handle -> body.apply(new Writing(handle, lock(handle, id), 0, author, clock.instant(), null)));
    }

    /** The same for an engine, which waits for the database as long as it takes; it may be made twice. */
    public <T> T awaitControl(RunId id, String author, Function<Writing, T> body) throws InterruptedException {
        return transactions.persistently(
                _ -> handle -> body.apply(new Writing(handle, lock(handle, id), 0, author, clock.instant(), null)));
    }

    /** What a step says; lost where the database does not take it, which is no reason to fail a step. */
    public void log(Claim claim, String step, int attempt, String text) {
        try {
            transactions.once(handle -> {
                handle.execute("set local synchronous_commit = off");
                handle.createUpdate("""
                                insert into event (run, at, epoch, engine, step, attempt, type, text)
                                values (:run, :at, :epoch, :engine, :step, :attempt, 'LOG', :text)""")
                        .bind("run", claim.run().value())
                        .bind("at", clock.instant())
                        .bind("epoch", claim.epoch())
                        .bind("engine", claim.engine())
                        .bind("step", step)
                        .bind("attempt", attempt)
                        .bind("text", Texts.storable(text))
                        .execute();
                return text;
            });
        } catch (RuntimeException e) {
            LOG.warn(
                    "cannot record what a step said run={} step={} text={}: {}",
                    claim.run(),
                    step,
                    text,
                    e.getMessage());
        }
    }

    private static RunRow lock(Handle handle, RunId id) {
        return find(handle, id, " for update");
    }

    private static RunRow find(Handle handle, RunId id, String suffix) {
        return handle.createQuery("select " + RunRow.COLUMNS + " from run where id = :id" + suffix)
                .bind("id", id.value())
                .map((row, _) -> RunRow.read(row))
                .findOne()
                .orElseThrow(() -> new RunRefusedException(
                        "there is no run '%s'".formatted(id), "list them with: holdfast runs list"));
    }

    /** Of the transaction with this id, where it was committed before and only its answer was lost. */
    private static Optional<Long> epochOf(Handle handle, UUID write) {
        return handle.createQuery("select epoch from event where write = :write")
                .bind("write", write)
                .mapTo(Long.class)
                .findFirst();
    }

    public RunRow run(RunId id) {
        return transactions.query(handle -> find(handle, id, ""));
    }

    /** What a run executes. */
    public Definition awaitDefinition(Claim claim) throws InterruptedException {
        return transactions.untilAnswered(handle -> Writing.definition(handle, claim.run()));
    }

    /** Newest first. */
    public List<RunRow> runs(boolean unfinishedOnly, int limit) {
        var condition = unfinishedOnly ? " where finished is null" : "";
        return transactions.query(handle -> handle.createQuery("select " + RunRow.COLUMNS + " from run" + condition
                        + " order by created desc, id desc limit :limit")
                .bind("limit", limit)
                .map((row, _) -> RunRow.read(row))
                .list());
    }

    /** Those of the runs that are there, for an engine that watches what it executes. */
    public List<RunRow> runs(Collection<RunId> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return transactions.query(
                handle -> handle.createQuery("select " + RunRow.COLUMNS + " from run where id in (<ids>)")
                        .bindList("ids", ids.stream().map(RunId::value).toList())
                        .map((row, _) -> RunRow.read(row))
                        .list());
    }

    public List<StepRow> steps(RunId id) {
        return transactions.query(handle -> Writing.steps(handle, id));
    }

    public StepRow step(RunId id, String path) {
        return transactions
                .query(handle -> Writing.step(handle, id, path))
                .orElseThrow(() -> new RunRefusedException(
                        "run %s has no step '%s'".formatted(id, path), "see its steps with: holdfast runs show"));
    }

    /** The same for an engine, which waits for the database as long as it takes. */
    public StepRow awaitStep(Claim claim, String path) throws InterruptedException {
        return transactions
                .untilAnswered(handle -> Writing.step(handle, claim.run(), path))
                .orElseThrow();
    }

    /** What an engine reads from tables that are another package's. */
    public <T> T awaitFrom(Claim claim, Function<Writing, T> body) throws InterruptedException {
        return transactions.untilAnswered(handle -> {
            var run = find(handle, claim.run(), "");
            return body.apply(new Writing(handle, run, claim.epoch(), claim.engine(), clock.instant(), null));
        });
    }

    /** A run as an engine begins to execute it. */
    public RunRow awaitRun(Claim claim) throws InterruptedException {
        return transactions.untilAnswered(handle -> find(handle, claim.run(), ""));
    }

    /** Those behind an event, in order. */
    public List<Event> events(RunId id, long after, int limit) {
        return transactions.query(handle -> handle.createQuery("""
                        select id, at, epoch, engine, step, attempt, type, text from event
                        where run = :run and id > :after order by id limit :limit""")
                .bind("run", id.value())
                .bind("after", after)
                .bind("limit", limit)
                .map((row, _) -> Event.read(row))
                .list());
    }

    /** The median time that each step took in the last completed runs of the same procedure before a run, by path. */
    public static Map<String, Duration> medians(Handle handle, RunRow run) {
        return handle.createQuery("""
                        select path, percentile_cont(0.5) within group (order by extract(epoch from ended - started)) as s
                        from step where state = 'DONE' and ended >= started and run in
                        (select id from run where procedure = :procedure and created < :created and id <> :run
                         and state in ('COMPLETED', 'COMPLETED_WITH_EXCEPTIONS') order by created desc limit 20)
                        group by path""")
                .bind("procedure", run.procedure())
                .bind("created", run.created())
                .bind("run", run.id().value())
                .map((row, _) ->
                        Map.entry(row.getString("path"), Duration.ofMillis(Math.round(row.getDouble("s") * 1000))))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue);
    }
}
