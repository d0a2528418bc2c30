package io.holdfast.runbook.run;

import io.holdfast.runbook.approval.ApprovalRequest;
import io.holdfast.runbook.approval.Approvals;
import io.holdfast.runbook.approval.Decision;
import io.holdfast.runbook.approval.StarterProof;
import io.holdfast.runbook.journal.Event;
import io.holdfast.runbook.journal.EventType;
import io.holdfast.runbook.journal.Journal;
import io.holdfast.runbook.journal.Mode;
import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.journal.RunRefusedException;
import io.holdfast.runbook.journal.RunRow;
import io.holdfast.runbook.journal.RunState;
import io.holdfast.runbook.journal.StepState;
import io.holdfast.runbook.journal.Transactions;
import io.holdfast.runbook.journal.Writing;
import io.holdfast.runbook.state.StateDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Durable runs on one state database: to start them, execute them, look at them, and control them. Thread-safe.
 */
public final class Runs implements AutoCloseable {

    private final RunSettings settings;
    private final Journal journal;
    private final Executions executions;
    private final Controls controls;
    private final Engine engine;

    private Runs(RunSettings settings, Journal journal, Executions executions, Controls controls, Engine engine) {
        this.settings = settings;
        this.journal = journal;
        this.executions = executions;
        this.controls = controls;
        this.engine = engine;
    }

    /** Does not take the database over: close that after this. */
    public static Runs on(StateDatabase database, Catalogue actions, RunSettings settings) {
        return on(database.source(), database.scheduling(), actions, settings);
    }

    static Runs on(DataSource source, DataSource scheduling, Catalogue actions, RunSettings settings) {
        var journal = new Journal(new Transactions(source), settings.clock());
        var executions = new Executions(new Transactions(scheduling), settings.clock());
        var controls = new Controls(journal, executions);
        var engine = new Engine(settings, journal, executions, controls, actions);
        return new Runs(settings, journal, executions, controls, engine);
    }

    /**
     * Records a run for whoever is resident to execute.
     *
     * @throws RunRefusedException if the same procedure runs in the same environment already, or its parameters are wrong
     */
    public RunId submit(RunRequest request) {
        return record(request, Controls::whoeverCan);
    }

    /** The same, but this process executes it: call {@link #execute} next. */
    public RunId start(RunRequest request) {
        return record(request, this::here);
    }

    /**
     * Records a run that nobody begins, as failed: what was due and cannot be done is to be seen among the others.
     *
     * @throws RunRefusedException if the same procedure runs in the same environment already
     */
    public RunId refuse(RunRequest request, String reason) {
        return create(request, writing -> Controls.end(writing, RunState.FAILED, reason));
    }

    /** Whoever executes it already and is alive keeps it. */
    private void here(Writing writing) {
        executions.reserve(writing, engine.name());
    }

    private RunId record(RunRequest request, Consumer<Writing> then) {
        var definition = request.definition();
        try {
            Parameters.complete(definition.root(), definition.parameters());
        } catch (UnresolvedException e) {
            throw new RunRefusedException(e.reason(), e.hint());
        }
        return create(request, then);
    }

    private RunId create(RunRequest request, Consumer<Writing> then) {
        var definition = request.definition();
        var procedure = definition.root();
        var now = settings.clock().instant();
        var row = new RunRow(
                RunId.of(now, ThreadLocalRandom.current().nextInt()),
                procedure.id(),
                procedure.title(),
                definition.environment(),
                definition.planHash(),
                request.starter(),
                request.mode(),
                request.priority(),
                request.onFailure(),
                request.objective(),
                procedure.deadline().map(now::plus),
                RunState.PENDING,
                "",
                0,
                "",
                0,
                false,
                now,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        var proof = request.proof()
                .map(signs -> StarterProof.of(row, definition.approvers(), signs.apply(StarterProof.statement(row))));
        journal.create(row, definition, writing -> {
            writing.add(Place.ROOT.rows(procedure.steps(), definition));
            writing.event(EventType.CREATED, "started by " + request.starter());
            proof.ifPresent(given -> given.record(writing));
            then.accept(writing);
        });
        return row.id();
    }

    /**
     * Executes a run in this process until it ends, waits for a person, or is somebody else's; returns how it is then. Where
     * another process has it, waits until that has shown that it is alive, or is dead: eight seconds at most.
     *
     * @throws RunRefusedException if another process that is alive executes it
     */
    public RunView execute(RunId id) throws InterruptedException {
        if (!executions.takeOver(id, engine.name())) {
            throw new RunRefusedException(
                    "run %s is executed by %s".formatted(id, journal.run(id).engine()), "watch it");
        }
        engine.execute(id);
        return show(id);
    }

    /** For a resident engine, whose scheduler has picked the run. */
    public void executePicked(RunId id) throws InterruptedException {
        engine.execute(id);
    }

    /** What this process calls itself. */
    public String engineName() {
        return engine.name();
    }

    /** By the clock that was handed in. */
    public Instant now() {
        return settings.clock().instant();
    }

    /** Whether a run was told the same as a new one of its procedure would be. */
    public boolean isToldTheSame(RunId id, RunRequest request) {
        return journal.read(id, writing -> writing.definition().parameters())
                .equals(request.definition().parameters());
    }

    /** What a run would do, step by step, and whether it could; needs no state, changes nothing and records nothing. */
    public static List<DryStep> dryRun(RunRequest request, Catalogue actions, RunSettings settings)
            throws InterruptedException {
        return new DryRun(actions, settings).of(request);
    }

    /** Newest first. */
    public List<RunRow> list(boolean unfinishedOnly, int limit) {
        return journal.runs(unfinishedOnly, limit);
    }

    public RunRow run(RunId id) {
        return journal.run(id);
    }

    public RunView show(RunId id) {
        var now = settings.clock().instant();
        return journal.read(id, writing -> {
            var run = writing.run();
            var steps = writing.steps();
            var approvals = new Approvals(writing);
            var asked = steps.stream()
                    .filter(step -> step.state() == StepState.WAITING_FOR_APPROVAL)
                    .flatMap(step -> approvals.request(step).stream())
                    .toList();
            var medians = Journal.medians(writing.handle(), run);
            var forecast = Forecast.of(steps, medians, now);
            return new RunView(
                    run,
                    steps,
                    asked,
                    medians,
                    elapsed(run, now),
                    run.lastStepEnded().isPresent() || run.state().isEnd()
                            ? Optional.empty()
                            : Optional.of(forecast.left()),
                    forecast.unforeseen(),
                    executions.alive(writing) ? Optional.of(run.engine()) : Optional.empty());
        });
    }

    /** Not less than nothing where the clock was set back meanwhile. */
    private static Duration elapsed(RunRow run, Instant now) {
        var elapsed =
                Duration.between(run.created(), run.green().or(run::finished).orElse(now));
        return elapsed.isNegative() ? Duration.ZERO : elapsed;
    }

    /** What happened behind an event, 0 for all. */
    public List<Event> events(RunId id, long after, int limit) {
        return journal.events(id, after, limit);
    }

    /** No further step begins; one that runs ends first. */
    public void pause(RunId id, String who, String reason) {
        controls.pause(id, who, reason);
    }

    /** A paused run goes on where somebody is resident; one with an unknown outcome asks the probe again. */
    public void resume(RunId id, String who) {
        controls.resume(id, who, Controls::whoeverCan);
    }

    /** The same in this process, unless another that is alive has it: call {@link #execute} next. */
    public void resumeHere(RunId id, String who) {
        controls.resume(id, who, this::here);
    }

    /** A step that failed, or whose outcome is unknown, is begun anew, and the run goes on in this process: as above. */
    public void resumeHere(RunId id, String who, String step) {
        controls.resumeRetrying(id, step, who, this::here);
    }

    /** A step that failed, or whose outcome is unknown, is begun anew. */
    public void retry(RunId id, String step, String who) {
        controls.retry(id, step, who);
    }

    /** A step and all behind it are begun anew. */
    public void retryFrom(RunId id, String step, String who) {
        controls.retryFrom(id, step, who);
    }

    /** The run goes on without the step and what is within it, and ends with exceptions. */
    public void skip(RunId id, String step, String who, String reason) {
        controls.skip(id, step, who, reason);
    }

    /** The run ends here; an action that is under way is interrupted. */
    public void cancel(RunId id, String who, String reason) {
        controls.cancel(id, who, reason);
    }

    /** Steps that begin from now on are those of the other mode. */
    public void mode(RunId id, Mode mode, String who) {
        controls.mode(id, mode, who);
    }

    /** What people are asked at a step now. */
    public Optional<ApprovalRequest> asked(RunId id, String step) {
        return show(id).asked().stream()
                .filter(request -> request.step().equals(step))
                .findFirst();
    }

    /**
     * Takes the decision of one of those who are asked.
     *
     * @param signature over {@link ApprovalRequest#statement}, as {@code ssh-keygen -Y sign -n holdfast} makes it
     * @param comment may be empty
     */
    public void decide(RunId id, String step, Decision decision, String signature, String comment) {
        journal.control(id, "", writing -> {
            if (writing.run().state().isEnd()) {
                throw new RunRefusedException(
                        "run %s is %s".formatted(id, writing.run().state().words()), "start a new one");
            }
            new Approvals(writing).decide(step, decision, signature, comment);
            return id;
        });
    }

    /** Lets go of all runs that are executed here, as if the process had ended. */
    @Override
    public void close() {
        engine.close();
    }
}
