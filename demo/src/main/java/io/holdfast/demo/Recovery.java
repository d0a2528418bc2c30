package io.holdfast.demo;

import io.holdfast.runbook.journal.Phase;
import io.holdfast.runbook.journal.StepState;
import io.holdfast.runbook.run.Catalogue;
import io.holdfast.runbook.run.RunSettings;
import io.holdfast.runbook.run.RunView;
import io.holdfast.runbook.run.Runs;
import io.holdfast.runbook.state.StateDatabase;
import io.holdfast.runbook.state.StateLocation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Recovers by running procedures of the plan; if so wished, kills the engine in the middle of the first one. */
final class Recovery {

    private static final Duration UNDER_WAY_WITHIN = Duration.ofMinutes(5);

    private final Stage stage;
    private final Screen screen;
    private final Product product;
    private boolean killEngine;

    Recovery(Stage stage, Screen screen, boolean killEngine) {
        this.stage = stage;
        this.screen = screen;
        this.product = stage.product();
        this.killEngine = killEngine;
    }

    /** What the plan says wrong of itself; it is the team's document, and that is not without. */
    String checkPlan() throws IOException, InterruptedException {
        var findings = product.run("plan", "check", stage.plan().toString());
        return "%d findings, none of them an error".formatted(findings.size());
    }

    /** That the recovery would find what it needs, seen before it is needed; and the record of runs is ready. */
    String rehearse() throws IOException, InterruptedException {
        var steps = product.run(onState(
                "run",
                "full-database-restore",
                "--environment",
                "local",
                "--plan",
                stage.plan().toString(),
                "--dry-run"));
        product.run(onState("runs", "list"));
        return "full-database-restore: %d steps, nothing stands in their way".formatted(steps.size());
    }

    /** Runs a procedure to its end, and shows what became of it. */
    RunResult run(String procedure, String... options) throws Exception {
        var words = new ArrayList<>(List.of("run", procedure, "--environment", "local"));
        words.addAll(List.of("--plan", stage.plan().toString()));
        words.addAll(List.of(options));
        var result = new RunResult[1];
        if (killEngine) {
            killEngine = false;
            kill(words);
            screen.step("holdfast runs resume", () -> {
                result[0] = RunResult.of(product.runInAnyWay(onState("runs", "resume", "last")));
                return result[0].state();
            });
        } else {
            screen.step("holdfast run " + procedure, () -> {
                result[0] = RunResult.of(product.runInAnyWay(onState(words.toArray(String[]::new))));
                return result[0].state();
            });
        }
        screen.block(product.print(onState("runs", "show", result[0].id())));
        return result[0];
    }

    /** Whether the record of the recoveries is whole, for somebody who kept the key and the last hash in another place. */
    boolean evidence() throws Exception {
        var intact = new boolean[1];
        screen.step("holdfast evidence verify", () -> {
            var key = product.run("evidence", "key").path("key").asString();
            var entries = product.run("evidence", "list");
            var head = entries.get(entries.size() - 1).path("hash").asString();
            var verdict = product.runInAnyWay("evidence", "verify", "--trust", key, "--head", head)
                    .path("verdict")
                    .asString();
            intact[0] = verdict.equals("intact");
            return "%d entries, each signed and naming the one before: %s".formatted(entries.size(), verdict);
        });
        return intact[0];
    }

    /** Where the record of runs is. */
    private Path record() {
        return stage.folder().resolve("runs");
    }

    private String[] onState(String... words) {
        var all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--state", record().toString()));
        return all.toArray(String[]::new);
    }

    /** When the database is being restored, which is neither done nor undone then. */
    private void kill(List<String> words) throws Exception {
        var engine = product.start("engine.log", onState(words.toArray(String[]::new)));
        screen.step("holdfast run %s, until it restores".formatted(words.get(1)), () -> {
            try (var state = StateDatabase.open(new StateLocation.Folder(record()));
                    var runs = Runs.on(
                            state,
                            Catalogue.of(List.of()),
                            new RunSettings("demo", "demo", Map.of(), InstantSource.system()))) {
                awaitRestore(runs, engine);
                engine.toHandle().descendants().forEach(ProcessHandle::destroyForcibly);
                engine.destroyForcibly().waitFor();
                return "";
            }
        });
        screen.disaster("the engine of the run was killed, too");
    }

    private void awaitRestore(Runs runs, Process engine) throws InterruptedException {
        long deadline = System.nanoTime() + UNDER_WAY_WITHIN.toNanos();
        while (runs.list(true, 1).stream().noneMatch(run -> isRestoring(runs.show(run.id())))) {
            if (!engine.isAlive() || System.nanoTime() - deadline > 0) {
                throw new DemoException(
                        "the run did not get as far as the restore",
                        "look at '%s'".formatted(stage.folder().resolve("engine.log")));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static boolean isRestoring(RunView run) {
        return run.steps().stream()
                .anyMatch(step -> step.path().equals("restore")
                        && step.state() == StepState.RUNNING
                        && step.phase() == Phase.INTENT);
    }
}
