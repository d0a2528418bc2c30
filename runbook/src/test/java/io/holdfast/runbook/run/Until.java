package io.holdfast.runbook.run;

import static org.awaitility.Awaitility.await;

import io.holdfast.runbook.journal.EventType;
import io.holdfast.runbook.journal.RunId;
import io.holdfast.runbook.journal.RunState;
import io.holdfast.runbook.journal.StepRow;
import io.holdfast.runbook.journal.StepState;
import java.time.Duration;

/** Waits for what others do to a run. */
final class Until {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Until() {}

    static void run(Runs runs, RunId id, RunState state) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> runs.run(id).state(), state::equals);
    }

    static StepRow step(Runs runs, RunId id, String path, StepState state) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> row(runs, id, path), row -> row.state() == state);
    }

    /** For the n-th time. */
    static void claimed(Runs runs, RunId id, long epoch) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> runs.run(id).epoch() >= epoch);
    }

    static void event(Runs runs, RunId id, EventType type) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> runs.events(id, 0, 1000).stream().anyMatch(event -> event.type() == type));
    }

    static StepRow row(Runs runs, RunId id, String path) {
        return runs.show(id).steps().stream()
                .filter(step -> step.path().equals(path))
                .findFirst()
                .orElseThrow();
    }
}
