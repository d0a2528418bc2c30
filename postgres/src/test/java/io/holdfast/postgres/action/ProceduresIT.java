package io.holdfast.postgres.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.ServerProcesses;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.restore.ProtectedCluster;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.Actions;
import io.holdfast.runbook.action.Calls;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Verdict;
import io.holdfast.runbook.builtin.BuiltInActions;
import io.holdfast.testkit.programs.NeedsClientPrograms;
import io.holdfast.testkit.programs.PostgresClientPrograms;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Procedures 2 and 3 of the plan of optimal_build on one machine, step by step, as an engine would take the steps. */
class ProceduresIT {

    private static final String DATABASE = "optimal_build";

    private Path folder = Path.of("");
    private ProtectedCluster damaged;
    private Application application;
    private List<Action> actions = List.of();

    @BeforeEach
    void start() throws IOException {
        folder = Files.createTempDirectory("holdfast it ");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        damaged = ProtectedCluster.start(folder, 18);
        damaged.execute("CREATE DATABASE " + DATABASE);
        in("CREATE TABLE public.projects AS SELECT n, clock_timestamp() AS updated_at FROM generate_series(1, 100) n");
        Files.writeString(configuration(), address());
        application = new Application(configuration(), DATABASE);
        actions = Stream.<Actions>of(
                        new BuiltInActions(Thread::sleep, Map.of()),
                        new ProvidedActions(
                                new TestHost(
                                        folder,
                                        damaged.bin(),
                                        PostgresClientPrograms.version18IfPresent()
                                                .map(PostgresClientPrograms::bin)
                                                .stream()
                                                .toList()),
                                Thread::sleep))
                .flatMap(some -> some.actions().stream())
                .toList();
    }

    @AfterEach
    void stop() throws IOException {
        application.close();
        damaged.close();
        var recovered = folder.resolve("recovered");
        if (Files.exists(recovered)) {
            ServerProcesses.in(recovered.toRealPath()).kill();
        }
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    private Path configuration() {
        return folder.resolve("database-host");
    }

    private String address() {
        return "127.0.0.1:" + damaged.server.port();
    }

    private void in(String sql) {
        try (var session =
                SqlSession.open(ProtectedCluster.settings(damaged.server).withDatabase(DATABASE))) {
            session.execute(sql);
        }
    }

    private static int freePort() throws IOException {
        try (var free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    /** One step, verified; its outputs. */
    private Map<String, String> step(String uses, Map<String, ?> inputs) throws InterruptedException {
        var action = actions.stream()
                .filter(known -> known.descriptor().name().equals(uses))
                .findFirst()
                .orElseThrow();
        var call = new Calls().of("run-1/" + uses, inputs);
        var outcome = action.execute(call);
        assertThat(outcome).describedAs(uses).isInstanceOf(Outcome.Succeeded.class);
        var outputs = ((Outcome.Succeeded) outcome).outputs();
        assertThat(action.verify(call, outputs)).isEqualTo(new Verdict.Holds());
        return outputs.values();
    }

    private static String output(Map<String, String> outputs, String name) {
        return Objects.requireNonNull(outputs.get(name), name);
    }

    private Map<String, Object> ofRepository(Map<String, ?> more) {
        var inputs = new LinkedHashMap<String, Object>(more);
        inputs.put("repository", folder.resolve("repository").toString());
        inputs.put("key-file", folder.resolve("key").toString());
        return inputs;
    }

    private void expectHealth(String projects) throws InterruptedException {
        step(
                "http.check",
                Map.of(
                        "url",
                        application.url(),
                        "json-pointer",
                        "/projects",
                        "json-equals",
                        projects,
                        "within",
                        Duration.ofSeconds(30),
                        "every",
                        Duration.ofMillis(100)));
    }

    @Test
    void a_point_in_time_recovery_beside_the_damaged_server() throws Exception {
        step("postgres.backup", ofRepository(Map.of("server", address())));
        in("UPDATE public.projects SET updated_at = clock_timestamp() WHERE n = 100");
        var beforeTheDamage = Instant.parse(damaged.text(
                "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') AS line"));
        in("DELETE FROM public.projects WHERE n > 10");
        damaged.storeWal();
        expectHealth("10");

        step("postgres.close-database", Map.of("server", address(), "database", DATABASE));
        var restored = step(
                "postgres.restore",
                ofRepository(Map.of(
                        "to", beforeTheDamage.toString(),
                        "directory", folder.resolve("recovered").toString(),
                        "port", (long) freePort())));
        var server = output(restored, "server");
        step("postgres.open-database", Map.of("server", server, "database", DATABASE));
        step(
                "postgres.query",
                Map.of(
                        "server",
                        server,
                        "database",
                        DATABASE,
                        "sql",
                        "SELECT count(*) FROM projects",
                        "equals",
                        "100"));
        step(
                "postgres.query",
                Map.of(
                        "server",
                        server,
                        "database",
                        DATABASE,
                        "sql",
                        "SELECT max(updated_at) FROM projects",
                        "not-older-than",
                        Duration.ofHours(1),
                        "as-of",
                        beforeTheDamage,
                        "not-after",
                        beforeTheDamage));
        step(
                "command",
                Map.of(
                        "argv",
                        List.of(
                                "/bin/sh",
                                "-c",
                                "printf %s \"$1\" > \"$2\"",
                                "switch",
                                server,
                                configuration().toString()),
                        "target",
                        "optimal-build"));
        expectHealth("100");
        var backup = step("postgres.backup", ofRepository(Map.of("server", server)));

        assertThat(restored)
                .containsEntry("directory", folder.resolve("recovered").toString());
        assertThat(Instant.parse(output(restored, "recovered-to"))).isBefore(beforeTheDamage);
        assertThat(output(backup, "backup")).isNotEqualTo(output(restored, "backup"));
        // Whoever still writes to the damaged server is refused.
        assertThat(damaged.text("SELECT datallowconn::text AS line FROM pg_database WHERE datname = 'optimal_build'"))
                .isEqualTo("false");
    }

    @Test
    @NeedsClientPrograms
    void a_full_restore_from_a_dump_with_a_swap_of_databases() throws Exception {
        var dump = step(
                "postgres.dump",
                Map.of(
                        "server",
                        address(),
                        "database",
                        DATABASE,
                        "file",
                        folder.resolve("dump").toString()));
        in("DELETE FROM public.projects WHERE n > 10");
        expectHealth("10");

        step(
                "postgres.create-database",
                Map.of("server", address(), "database", "optimal_build_restored", "like", DATABASE));
        step(
                "postgres.restore-dump",
                Map.of(
                        "server",
                        address(),
                        "database",
                        "optimal_build_restored",
                        "file",
                        output(dump, "file"),
                        "sha256",
                        output(dump, "sha256")));
        step(
                "postgres.query",
                Map.of(
                        "server",
                        address(),
                        "database",
                        "optimal_build_restored",
                        "sql",
                        "SELECT count(*) FROM projects",
                        "equals",
                        "100"));
        step("postgres.close-database", Map.of("server", address(), "database", DATABASE));
        step(
                "postgres.swap-database",
                Map.of(
                        "server",
                        address(),
                        "database",
                        DATABASE,
                        "replacement",
                        "optimal_build_restored",
                        "keep-as",
                        "optimal_build_old"));

        expectHealth("100");
        assertThat(damaged.text("SELECT string_agg(datname || ' ' || datallowconn, ', ' ORDER BY datname) AS line"
                        + " FROM pg_database WHERE datname LIKE 'optimal%'"))
                .isEqualTo("optimal_build true, optimal_build_old false");
    }
}
