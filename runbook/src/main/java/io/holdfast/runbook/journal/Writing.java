package io.holdfast.runbook.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** One transaction in which a run is locked: nobody else changes anything of it meanwhile. */
public final class Writing {

    private static final String STEP_COLUMNS =
            "path, position, title, kind, state, phase, attempt, exceptional, started, ended, message, hint, outputs";

    private final Handle handle;
    private final RunRow run;
    private final long epoch;
    private final String author;
    private final Instant now;
    private @Nullable UUID write;

    Writing(Handle handle, RunRow run, long epoch, String author, Instant now, @Nullable UUID write) {
        this.handle = handle;
        this.run = run;
        this.epoch = epoch;
        this.author = author;
        this.now = now;
        this.write = write;
    }

    /** As it was when this began. */
    public RunRow run() {
        return run;
    }

    public Instant now() {
        return now;
    }

    /** For tables that are another package's. */
    public Handle handle() {
        return handle;
    }

    /** What the run executes. */
    public Definition definition() {
        return definition(handle, run.id());
    }

    static Definition definition(Handle handle, RunId run) {
        return Json.definition(handle.createQuery("select definition from run where id = :id")
                .bind("id", run.value())
                .mapTo(String.class)
                .one());
    }

    public Optional<StepRow> step(String path) {
        return step(handle, run.id(), path);
    }

    static Optional<StepRow> step(Handle handle, RunId run, String path) {
        return handle.createQuery("select " + STEP_COLUMNS + " from step where run = :run and path = :path")
                .bind("run", run.value())
                .bind("path", path)
                .map((row, _) -> StepRow.read(row))
                .findOne();
    }

    /** In their order. */
    public List<StepRow> steps() {
        return steps(handle, run.id());
    }

    static List<StepRow> steps(Handle handle, RunId run) {
        return handle.createQuery("select " + STEP_COLUMNS + " from step where run = :run order by position")
                .bind("run", run.value())
                .map((row, _) -> StepRow.read(row))
                .list();
    }

    /** Adds those that are not there. */
    public void add(Collection<StepRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        var batch = handle.prepareBatch("""
                insert into step (run, path, position, title, kind, state)
                values (:run, :path, :position, :title, :kind, :state) on conflict do nothing""");
        for (var row : rows) {
            batch.bind("run", run.id().value())
                    .bind("path", row.path())
                    .bind("position", row.position())
                    .bind("title", row.title())
                    .bind("kind", row.kind())
                    .bind("state", row.state().name())
                    .add();
        }
        batch.execute();
    }

    public void save(StepRow row) {
        handle.createUpdate("""
                        update step set state = :state, phase = :phase, attempt = :attempt, exceptional = :exceptional,
                        started = cast(:started as timestamptz), ended = cast(:ended as timestamptz), message = :message, hint = :hint,
                        outputs = cast(:outputs as jsonb) where run = :run and path = :path""")
                .bind("run", run.id().value())
                .bind("path", row.path())
                .bind("state", row.state().name())
                .bind("phase", row.phase().name())
                .bind("attempt", row.attempt())
                .bind("exceptional", row.exceptional())
                .bind("started", row.started().orElse(null))
                .bind("ended", row.ended().orElse(null))
                .bind("message", Texts.storable(row.message()))
                .bind("hint", Texts.storable(row.hint()))
                .bind("outputs", Texts.json(row.outputs()))
                .execute();
    }

    public void event(EventType type, String step, int attempt, String text) {
        handle.createUpdate("""
                        insert into event (run, at, epoch, engine, step, attempt, type, text, write)
                        values (:run, :at, :epoch, :engine, :step, :attempt, :type, :text, cast(:write as uuid))""")
                .bind("run", run.id().value())
                .bind("at", now)
                .bind("epoch", epoch)
                .bind("engine", author)
                .bind("step", step)
                .bind("attempt", attempt)
                .bind("type", type.name())
                .bind("text", Texts.storable(text))
                .bind("write", write)
                .execute();
        write = null;
    }

    public void event(EventType type, StepRow step, String text) {
        event(type, step.path(), step.attempt(), text);
    }

    public void event(EventType type, String text) {
        event(type, "", 0, text);
    }

    /** Lets whoever executes the run look again. */
    public void touch() {
        update("revision = revision + 1", Map.of());
    }

    public void state(RunState state, String message) {
        update("state = :state, message = :message", Map.of("state", state.name(), "message", Texts.storable(message)));
    }

    public void mode(Mode mode) {
        update("mode = :mode", Map.of("mode", mode.name()));
    }

    public void pauseRequested(boolean wanted) {
        update("pause_requested = :wanted", Map.of("wanted", wanted));
    }

    /** Nobody who executes the run until now may write any more. */
    public void supersede() {
        update("epoch = epoch + 1", Map.of());
    }

    public void stepsEnded() {
        update("last_step_ended = :now", Map.of("now", now));
    }

    public void green() {
        update("green = :now", Map.of("now", now));
    }

    /** The end: its locks are free, but for those that linger, and nobody executes it any more. */
    public void finish(RunState state, String message) {
        update(
                "state = :state, message = :message, finished = :now, revision = revision + 1",
                Map.of("state", state.name(), "message", Texts.storable(message), "now", now));
        handle.execute(
                "delete from target_lock where run = ? and lingers_until is null",
                run.id().value());
        unschedule();
        event(EventType.ENDED, message.isEmpty() ? state.words() : state.words() + ": " + message);
    }

    /** It is executed as soon as somebody can. */
    public void schedule(Duration delay) {
        handle.createUpdate("""
                        insert into scheduled_tasks (task_name, task_instance, execution_time, picked, version)
                        values ('run', :run, :time, false, 1) on conflict do nothing""")
                .bind("run", run.id().value())
                .bind("time", now.plus(delay))
                .execute();
    }

    public void unschedule() {
        handle.execute(
                "delete from scheduled_tasks where task_name = 'run' and task_instance = ?",
                run.id().value());
    }

    private void update(String assignments, Map<String, ?> values) {
        handle.createUpdate("update run set " + assignments + " where id = :id")
                .bindMap(values)
                .bind("id", run.id().value())
                .execute();
    }
}
