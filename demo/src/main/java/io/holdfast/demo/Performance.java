package io.holdfast.demo;

import io.holdfast.cli.Table;
import io.holdfast.demo.application.OptimalBuild;
import io.holdfast.demo.application.Verdict;
import io.holdfast.embedded.Shutdown;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * The demo itself: protects optimal_build, destroys it twice, brings it back, and holds what came back against the
 * truth. It uses the commands of Holdfast; only the application and the disasters are its own.
 */
final class Performance {

    private static final Duration HEALTHY_WITHIN = Duration.ofMinutes(5);

    private final Stage stage;
    private final Screen screen;
    private final Product product;
    private final Set<Long> lostBefore = new HashSet<>();

    Performance(Stage stage, Screen screen) {
        this.stage = stage;
        this.screen = screen;
        this.product = stage.product();
    }

    /** Whether every check held. */
    boolean play(PrintWriter out) throws Exception {
        protect();
        var dropped = tableDropped();
        protectAnew();
        var gone = hostGone();
        summary(out, dropped, gone);
        return dropped.held() && gone.held();
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
            stage.awaitCovered(Duration.ofSeconds(60));
            return "WAL is stored as it is written";
        });
        screen.step("holdfast backup", this::backup);
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
        long xid = dropProjects();
        var disaster = Instant.now();
        screen.disaster("DROP TABLE projects, as transaction %d, at %s".formatted(xid, disaster));
        screen.step("stop the application and the server", () -> {
            stage.application().stopWriting();
            stage.stopCapture();
            stage.server().stop(Shutdown.FAST);
            return "what nobody can use must not change";
        });
        screen.step(
                "holdfast restore --delta, in place, to just before",
                () -> restored(product.run(
                        "restore",
                        "--into",
                        stage.dataDirectory().toString(),
                        "--delta",
                        "--to-xid",
                        Long.toString(xid),
                        "--exclusive",
                        "--target-action",
                        "promote")));
        recover();
        // Whoever had a commit acknowledged had it before the table was locked for its drop.
        return outcome(disaster, disaster);
    }

    private long dropProjects() throws Exception {
        try (var connection = DriverManager.getConnection(stage.server().jdbcUrl(OptimalBuild.database()));
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            long xid;
            try (var row = statement.executeQuery("SELECT pg_current_xact_id()::text")) {
                row.next();
                xid = Long.parseLong(row.getString(1));
            }
            statement.execute("DROP TABLE projects");
            connection.commit();
            return xid;
        }
    }

    private void protectAnew() throws Exception {
        screen.act("3. Protected again");
        screen.step("holdfast capture", () -> {
            stage.startCapture();
            stage.awaitCovered(Duration.ofSeconds(60));
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
        deleteTree(stage.dataDirectory());
        deleteTree(stage.stateFolder());
        stage.application().stopWriting();
        screen.step(
                "holdfast restore --latest, from the repository alone",
                () -> restored(product.run(
                        "restore",
                        "--into",
                        stage.dataDirectory().toString(),
                        "--latest",
                        "--target-action",
                        "promote")));
        recover();
        screen.step("holdfast capture --take-over", () -> {
            stage.startCapture("--take-over");
            stage.awaitCovered(Duration.ofSeconds(60));
            return "protected again";
        });
        return outcome(disaster, promised);
    }

    private static String restored(JsonNode result) {
        return "backup %s, %d MB fetched, %d MB were right already"
                .formatted(
                        result.path("backup").asString(),
                        result.path("copiedBytes").asLong() / 1_000_000,
                        result.path("keptBytes").asLong() / 1_000_000);
    }

    private Instant healthyAt = Instant.EPOCH;

    /** Until the application says that it is healthy: only then the time to recover ends. */
    private void recover() throws Exception {
        screen.step("start the server and let it recover", () -> {
            stage.startServer();
            return "it takes writes";
        });
        screen.step("start the application and wait for /health", () -> {
            stage.application().startWriting();
            awaitHealthy();
            healthyAt = Instant.now();
            return "200";
        });
    }

    private void awaitHealthy() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + HEALTHY_WITHIN.toNanos();
        var request = HttpRequest.newBuilder(stage.application().healthUrl())
                .timeout(Duration.ofSeconds(5))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            while (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() != 200) {
                if (System.nanoTime() - deadline > 0) {
                    throw new DemoException("the application did not get healthy", "look at the server's log");
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    /** @param promised nothing that was acknowledged before may be lost */
    private Outcome outcome(Instant disaster, Instant promised) throws Exception {
        stage.application().stopWriting();
        var verdict = stage.application().compare();
        stage.application().startWriting();
        var lost =
                verdict.lost().stream().filter(id -> !lostBefore.contains(id)).toList();
        var acknowledged = stage.application().truth().acknowledged();
        var since = lost.stream().map(acknowledged::get).min(Comparator.naturalOrder());
        lostBefore.addAll(lost);
        var recoveryPoint = since.map(time -> Duration.between(time, disaster)).orElse(Duration.ZERO);
        var outcome = new Outcome(
                recoveryPoint.isNegative() ? Duration.ZERO : recoveryPoint,
                Duration.between(disaster, healthyAt),
                lost.size(),
                since.filter(time -> time.isBefore(promised)).isEmpty(),
                verdict);
        report(outcome, verdict);
        return outcome;
    }

    private void report(Outcome outcome, Verdict verdict) {
        screen.verdict(
                verdict.wrong().isEmpty(),
                "%d rows compared one by one with the truth: none invented, none changed, none half"
                        .formatted(verdict.found()));
        verdict.wrong().stream().limit(10).forEach(wrong -> screen.verdict(false, wrong));
        screen.verdict(
                outcome.promiseKept(), "everything is there that was acknowledged before it was reported as covered");
        screen.verdict(
                outcome.recoveryPoint().compareTo(Outcome.RECOVERY_POINT_OBJECTIVE) <= 0,
                outcome.lost() == 0
                        ? "no acknowledged commit was lost"
                        : "%d acknowledged commits were lost, all from the last %s"
                                .formatted(outcome.lost(), Screen.seconds(outcome.recoveryPoint())));
        if (verdict.doubtfulFound() + verdict.doubtfulAbsent() > 0) {
            screen.say("       %d commits in doubt (asked for, never answered): %d are there, %d are not"
                    .formatted(
                            verdict.doubtfulFound() + verdict.doubtfulAbsent(),
                            verdict.doubtfulFound(),
                            verdict.doubtfulAbsent()));
        }
    }

    private void summary(PrintWriter out, Outcome dropped, Outcome gone) {
        screen.act("Measured, beside what the document promises");
        Table.of(
                        Table.Column.left("OBJECTIVE"),
                        Table.Column.right("PROMISED"),
                        Table.Column.right("TABLE DROPPED"),
                        Table.Column.right("HOST GONE"))
                .withRow(
                        "recovery point (RPO)",
                        "1 h",
                        Screen.seconds(dropped.recoveryPoint()),
                        Screen.seconds(gone.recoveryPoint()))
                .withRow(
                        "recovery time (RTO)",
                        "4 h",
                        Screen.seconds(dropped.recoveryTime()),
                        Screen.seconds(gone.recoveryTime()))
                .withRow("acknowledged commits lost", "", dropped.lost(), gone.lost())
                .print(out);
        out.println();
        var steps = Table.of(Table.Column.left("STEP"), Table.Column.right("TOOK"));
        for (var step : screen.steps()) {
            steps = steps.withRow(step.act().charAt(0) + ". " + step.step(), Screen.seconds(step.took()));
        }
        steps.print(out);
        out.flush();
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
