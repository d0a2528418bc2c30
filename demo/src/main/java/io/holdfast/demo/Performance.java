package io.holdfast.demo;

import io.holdfast.cli.Table;
import io.holdfast.demo.application.OptimalBuild;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The demo itself: protects optimal_build, destroys it twice or three times, brings it back, and holds what came back against the
 * truth. It uses the commands of Holdfast; only the application and the disasters are its own.
 */
final class Performance {

    /** On a busy machine, against a store of which each object has been put over. */
    private static final Duration CATCHES_UP_WITHIN = Duration.ofMinutes(5);

    private final Stage stage;
    private final Screen screen;
    private final Product product;
    private final Judge judge;
    private final Recovery recovery;

    Performance(Stage stage, Screen screen, Recovery recovery) {
        this.recovery = recovery;
        this.stage = stage;
        this.screen = screen;
        this.product = stage.product();
        this.judge = new Judge(stage, screen);
    }

    /** Whether every check held. */
    boolean play(PrintWriter out) throws Exception {
        protect();
        var outcomes = new LinkedHashMap<String, Outcome>();
        outcomes.put("TABLE DROPPED", tableDropped());
        protectAnew();
        outcomes.put("HOST GONE", hostGone());
        if (stage.place() instanceof RepositoryPlace.InBucket(var bucket)) {
            outcomes.put("HOST STOLEN", hostStolen(bucket));
        }
        screen.act("%d. What is left to show for it".formatted(outcomes.size() + 3));
        var recorded = recovery.evidence();
        summary(out, outcomes);
        return outcomes.values().stream().allMatch(Outcome::held) && judge.allRefused() && recorded;
    }

    private void protect() throws Exception {
        screen.act("1. optimal_build, and its protection");
        screen.step("start PostgreSQL", () -> {
            stage.startServer();
            return "18 on 127.0.0.1:%d, data checksums on"
                    .formatted(stage.server().port());
        });
        screen.step("start the application", () -> {
            stage.makeApplication();
            stage.application().startWriting();
            return stage.application().healthUrl().toString();
        });
        screen.step("holdfast init", () -> {
            product.run("init", "--name", "optimal-build", "--generate-key");
            return "encrypted, opened by a key file";
        });
        screen.step(
                "holdfast check",
                () -> "%d findings, none of them an error"
                        .formatted(product.run("check").size()));
        screen.step("holdfast capture", () -> {
            stage.startCapture();
            stage.awaitCovered(CATCHES_UP_WITHIN);
            return "WAL is stored as it is written";
        });
        screen.step("holdfast backup", this::backup);
        screen.step("holdfast plan check", recovery::checkPlan);
        screen.step("holdfast run --dry-run", recovery::rehearse);
    }

    private String backup() throws IOException, InterruptedException {
        var backup = product.run("backup").path("backup");
        return "%s, %s of %d MB: %.1f MB read, %.2f MB stored"
                .formatted(
                        backup.path("id").asString(),
                        backup.path("kind").asString(),
                        backup.path("bytes").asLong() / 1_000_000,
                        backup.path("readBytes").asLong() / 1e6,
                        backup.path("storedBytes").asLong() / 1e6);
    }

    private Outcome tableDropped() throws Exception {
        screen.act("2. Disaster: somebody drops a table");
        TimeUnit.SECONDS.sleep(3);
        screen.step("holdfast backup: what changed since", this::backup);
        TimeUnit.SECONDS.sleep(1);
        var before = dropProjects();
        var disaster = Instant.now();
        screen.disaster("DROP TABLE projects, at " + disaster);
        var run = recovery.run("point-in-time-recovery", "--set", "restore-time=" + before);
        stage.stopCapture();
        stage.moveToRestored();
        // Whoever had a commit acknowledged had it before the table was locked for its drop.
        return judge.outcome(disaster, run.green(), disaster);
    }

    /** The moment when the table was locked already and not dropped yet: by the server's clock, which is this machine's. */
    private Instant dropProjects() throws Exception {
        try (var connection = DriverManager.getConnection(stage.server().jdbcUrl(OptimalBuild.database()));
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE projects IN ACCESS EXCLUSIVE MODE");
            TimeUnit.MILLISECONDS.sleep(5);
            var before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            TimeUnit.MILLISECONDS.sleep(5);
            statement.execute("DROP TABLE projects");
            connection.commit();
            return before;
        }
    }

    private void protectAnew() throws Exception {
        screen.act("3. Protected again");
        screen.step("holdfast capture", () -> {
            stage.startCapture();
            stage.awaitCovered(CATCHES_UP_WITHIN);
            return "on the new timeline";
        });
        screen.step("holdfast backup", this::backup);
    }

    private Outcome hostGone() throws Exception {
        screen.act("4. Disaster: the host is gone");
        TimeUnit.SECONDS.sleep(3);
        screen.step("holdfast backup: what changed since", this::backup);
        TimeUnit.SECONDS.sleep(1);
        var promised = stage.coveredUntil();
        stage.killEverything();
        var disaster = Instant.now();
        screen.disaster("server and capture killed, data directory and spool deleted, at " + disaster);
        return judge.outcome(disaster, recoverFromRepository().green(), promised);
    }

    /** Whoever took over the host has its credentials, too, and first wants to make sure that there is no way back. */
    private Outcome hostStolen(Bucket bucket) throws Exception {
        screen.act("5. Disaster: the host and its credentials are in the hands of a thief");
        TimeUnit.SECONDS.sleep(3);
        screen.step("holdfast verify --locks", () -> {
            var found = product.run("verify", "--locks");
            return "%d backups are locked, nothing that they need is locked for less"
                    .formatted(found.path("lockedBackups").asInt());
        });
        var promised = stage.coveredUntil();
        stage.killEverything();
        var disaster = Instant.now();
        screen.disaster("server and capture killed; the thief turns to the backups, at " + disaster);
        judge.attack(new Thief(bucket.server().requestsOf(bucket.host()), Bucket.NAME).attack());
        return judge.outcome(disaster, recoverFromRepository().green(), promised);
    }

    private RunResult recoverFromRepository() throws Exception {
        deleteTree(stage.server().dataDirectory());
        deleteTree(stage.stateFolder());
        // Nobody is left who could be asked to stop.
        var run = recovery.run("full-database-restore", "--ungraceful");
        stage.moveToRestored();
        screen.step("holdfast capture --take-over", () -> {
            stage.startCapture("--take-over");
            stage.awaitCovered(CATCHES_UP_WITHIN);
            return "protected again";
        });
        return run;
    }

    private void summary(PrintWriter out, Map<String, Outcome> outcomes) {
        screen.act("Measured, beside what the document promises");
        var columns = new ArrayList<>(List.of(Table.Column.left("OBJECTIVE"), Table.Column.right("PROMISED")));
        outcomes.keySet().forEach(disaster -> columns.add(Table.Column.right(disaster)));
        Table.of(columns.toArray(Table.Column[]::new))
                .withRow(row(outcomes, "recovery point (RPO)", "1 h", found -> Screen.seconds(found.recoveryPoint())))
                .withRow(row(outcomes, "recovery time (RTO)", "4 h", found -> Screen.seconds(found.recoveryTime())))
                .withRow(row(outcomes, "acknowledged commits lost", "", Outcome::lost))
                .print(out);
        out.println();
        var steps = Table.of(Table.Column.left("STEP"), Table.Column.right("TOOK"));
        for (var step : screen.steps()) {
            steps = steps.withRow(step.act().charAt(0) + ". " + step.step(), Screen.seconds(step.took()));
        }
        steps.print(out);
        out.flush();
    }

    private static Object[] row(
            Map<String, Outcome> outcomes, String objective, String promised, Function<Outcome, Object> measured) {
        return Stream.concat(
                        Stream.of(objective, promised),
                        outcomes.values().stream().map(measured))
                .toArray();
    }

    private static void deleteTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (var paths = Files.walk(tree)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
