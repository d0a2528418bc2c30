package io.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One source cluster whose history has a line for every kind of target. */
class RestoreIT {

    private static final String MAKE_STRANGE_NAMES = """
            dir="$(printf 'stra\\337e \\377')"
            mkdir "$dir"
            printf 'in it' > "$dir/$(printf 'caf\\351')"
            : > "$dir/$(printf '\\303\\251t\\303\\251')"
            ln -s "../$(printf 'nowhere \\376')" "$dir/$(printf 'link \\200')"
            ln -s "/$(printf 'absent \\376')" "$dir/absolute"
            """;

    @TempDir(factory = ServerFolder.class)
    static Path folder;

    private static ProtectedCluster cluster;
    private static Instant afterSecond;
    private static Lsn afterThird;
    private static long fourth;
    private static Lsn commitOfFifth;
    private static Lsn end;

    @BeforeAll
    static void make_history() throws Exception {
        cluster = ProtectedCluster.start(folder, 18);
        cluster.execute("CREATE TABLE public.story (line text)");
        cluster.execute("CREATE UNLOGGED TABLE public.notes AS SELECT 'gone' AS line");
        cluster.execute(
                "CREATE TABLE public.bulk AS SELECT i, repeat('x', 200) AS filler FROM generate_series(1, 40000) i");
        cluster.execute("ALTER SYSTEM SET recovery_target_name = 'of another time'");
        // No restore looks into what is not there during the backup.
        Files.writeString(
                cluster.server.dataDirectory().resolve("postgresql.conf"),
                "include_if_exists = '%s'%n".formatted(left().toString().replace("'", "''")),
                StandardOpenOption.APPEND);
        // Latin-1, and bytes that are no text at all: names made by other programs, in whatever locale.
        inShell(cluster.server.dataDirectory(), MAKE_STRANGE_NAMES);
        cluster.storeWal();
        cluster.backup();
        cluster.execute("INSERT INTO public.story VALUES ('first')");
        cluster.execute("INSERT INTO public.story VALUES ('second')");
        afterSecond = cluster.now();
        cluster.execute("INSERT INTO public.story VALUES ('third')");
        afterThird = cluster.currentPosition();
        fourth = cluster.number("INSERT INTO public.story VALUES ('fourth') RETURNING txid_current() AS n");
        cluster.execute("SELECT pg_create_restore_point('before the fifth')");
        try (var session = SqlSession.open(ProtectedCluster.settings(cluster.server))) {
            session.execute("BEGIN");
            session.execute("INSERT INTO public.story VALUES ('fifth')");
            commitOfFifth = session.one("SELECT pg_current_wal_insert_lsn() AS lsn", row -> row.lsn("lsn"));
            session.execute("COMMIT");
        }
        end = cluster.storeWal();
        Files.writeString(left(), """
                recovery_target_xid = '3'
                recovery_target_inclusive = off
                recovery_target_action = shutdown
                recovery_min_apply_delay = '1h'
                recovery_end_command = 'kill -9 $$'
                archive_cleanup_command = 'kill -9 $$'
                """);
        cluster.server.user().own(left());
    }

    /** Settings of another recovery, in a file that the main one includes. */
    private static Path left() {
        return folder.resolve("left.conf");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void the_latest_position_brings_back_every_commit_and_cleans_up() throws Exception {
        var request = cluster.request("latest", RecoveryTarget.latest());
        try (var restored = RestoredCluster.start(cluster, request)) {
            assertThat(restored.list("SELECT line FROM public.story"))
                    .containsExactly("first", "second", "third", "fourth", "fifth");
            assertThat(restored.list("SELECT line FROM public.notes")).isEmpty();
            assertThat(restored.list("SELECT count(*)::text AS line FROM public.bulk WHERE length(filler) = 200"))
                    .containsExactly("40000");
        }
        assertThat(request.directory().resolve("holdfast-restore")).doesNotExist();
        assertThat(request.directory().resolve("postgresql.auto.conf"))
                .content()
                .doesNotContain("recovery_target");
    }

    @Test
    void a_time_brings_back_what_was_committed_before_it() {
        assertThat(lines("time", RecoveryTarget.to(afterSecond))).containsExactly("first", "second");
    }

    @Test
    void a_position_brings_back_what_ends_before_it() {
        assertThat(lines("position", new RecoveryTarget.Position(afterThird, false)))
                .containsExactly("first", "second", "third");
    }

    @Test
    void a_transaction_is_brought_back_or_left_out() {
        assertThat(lines("xid", new RecoveryTarget.Transaction(fourth, true)))
                .containsExactly("first", "second", "third", "fourth");
        assertThat(lines("xid exclusive", new RecoveryTarget.Transaction(fourth, false)))
                .containsExactly("first", "second", "third");
    }

    @Test
    void the_record_at_a_position_counts_or_does_not() {
        assertThat(lines("lsn", new RecoveryTarget.Position(commitOfFifth, true)))
                .contains("fifth");
        assertThat(lines("lsn exclusive", new RecoveryTarget.Position(commitOfFifth, false)))
                .contains("fourth")
                .doesNotContain("fifth");
    }

    @Test
    void what_was_committed_at_the_very_time_counts_or_does_not() {
        var commit = cluster.restore(cluster.request("looked at", new RecoveryTarget.Transaction(fourth, true)))
                .plan()
                .lastCommit()
                .orElseThrow()
                .time();
        assertThat(lines("very time", new RecoveryTarget.Time(commit, true))).contains("fourth");
        assertThat(lines("very time exclusive", new RecoveryTarget.Time(commit, false)))
                .contains("third")
                .doesNotContain("fourth");
    }

    @Test
    void a_server_can_shut_down_at_the_target() {
        var request = cluster.request("down", RecoveryTarget.to(afterSecond)).withAction(TargetAction.SHUTDOWN);
        var sockets = cluster.server.socketDirectory().toString();
        var how = new ServerStart(
                cluster.bin(), Map.of("listen_addresses", "", "port", "5998", "unix_socket_directories", sockets));

        var result = cluster.restore(request.withStart(how)).run();

        assertThat(result.end()).containsInstanceOf(RecoveryEnd.AsPlanned.class);
        assertThat(result.serverPid()).isEmpty();
        assertThat(result.serverLog().orElseThrow()).content().contains("shutdown at recovery target");
        assertThat(request.directory().resolve("postmaster.pid")).doesNotExist();
    }

    /** Settings of the start outrank those that the restore wrote. */
    private static RecoveryEnd endOf(String name, TargetAction action, Map<String, String> settings) {
        var request = cluster.request(name, new RecoveryTarget.Transaction(fourth, true))
                .withAction(action);
        var all = new HashMap<>(settings);
        all.putAll(Map.of(
                "listen_addresses", "",
                "port", "5997",
                "unix_socket_directories", cluster.server.socketDirectory().toString()));
        var result = cluster.restore(request.withStart(new ServerStart(cluster.bin(), all)))
                .run();
        if (result.serverPid().isPresent()) {
            RestoredCluster.ofRunning(result, request.directory()).close();
        }
        return result.end().orElseThrow();
    }

    @Test
    void a_recovery_that_ends_elsewhere_than_planned_is_no_success() {
        var before = Map.of("recovery_target_inclusive", "off");

        assertThat(endOf("promoted elsewhere", TargetAction.PROMOTE, before).explain())
                .matches(
                        "recovery ended on timeline 1 at [0-9A-F/]+ \\(before transaction %d\\), not on timeline 1 at .*"
                                .formatted(fourth));
        assertThat(endOf("paused elsewhere", TargetAction.PAUSE, before).explain())
                .startsWith("recovery ended with 'recovery stopping before commit of transaction %d, time', not at "
                        .formatted(fourth));
        assertThat(endOf("shut down elsewhere", TargetAction.SHUTDOWN, before))
                .isInstanceOf(RecoveryEnd.Elsewhere.class);
        assertThat(endOf("not paused", TargetAction.PAUSE, Map.of("recovery_target_action", "promote"))
                        .explain())
                .startsWith("recovery ended with a promotion, not with 'pause' at ");
        assertThat(endOf("not shut down", TargetAction.SHUTDOWN, Map.of("recovery_target_action", "promote"))
                        .explain())
                .startsWith("recovery ended with a promotion, not with 'shutdown' at ");
    }

    @Test
    void a_pause_at_any_kind_of_target_is_held_against_the_plan() {
        var targets = Map.of(
                "paused at time", RecoveryTarget.to(afterSecond),
                "paused at xid", new RecoveryTarget.Transaction(fourth, true),
                "paused before lsn", new RecoveryTarget.Position(commitOfFifth, false),
                "paused at name", new RecoveryTarget.RestorePoint("before the fifth"),
                "paused at once", new RecoveryTarget.Immediate());
        targets.forEach((name, target) -> {
            try (var restored =
                    RestoredCluster.start(cluster, cluster.request(name, target).withAction(TargetAction.PAUSE))) {
                assertThat(restored.result.end()).as(name).containsInstanceOf(RecoveryEnd.AsPlanned.class);
            }
        });
    }

    @Test
    void a_position_in_the_middle_of_the_last_record_is_the_end() {
        assertThat(lines("middle", new RecoveryTarget.Position(new Lsn(end.offset() - 8), true)))
                .contains("fifth");
    }

    @Test
    void a_restore_point_is_found_by_its_name() {
        assertThat(lines("name", new RecoveryTarget.RestorePoint("before the fifth")))
                .containsExactly("first", "second", "third", "fourth");
    }

    @Test
    void immediate_ends_where_the_backup_does() {
        assertThat(lines("immediate", new RecoveryTarget.Immediate())).isEmpty();
    }

    @Test
    void the_end_of_the_wal_can_be_looked_at_before_a_promotion() {
        var request = cluster.request("pause", RecoveryTarget.latest()).withAction(TargetAction.PAUSE);
        try (var restored = RestoredCluster.start(cluster, request)) {
            assertThat(restored.result.end()).contains(new RecoveryEnd.AsPlanned(end));
            assertThat(restored.list("SELECT line FROM public.story"))
                    .containsExactly("first", "second", "third", "fourth", "fifth");
            assertThat(restored.list("SELECT pg_is_in_recovery()::text AS line"))
                    .containsExactly("true");
        }
    }

    @Test
    void an_inert_clone_uses_no_configuration_of_the_backup() {
        var request = cluster.request("inert", RecoveryTarget.latest())
                .withInert(new InertSettings(cluster.server.socketDirectory(), java.util.Optional.empty(), List.of()));
        try (var restored = RestoredCluster.start(cluster, request)) {
            assertThat(restored.list("SELECT current_setting('max_logical_replication_workers') AS line"))
                    .containsExactly("0");
            assertThat(restored.list("SELECT current_setting('cluster_name') AS line"))
                    .containsExactly("holdfast inert");
            assertThat(restored.list("SELECT line FROM public.story")).hasSize(5);
        }
    }

    @Test
    void a_time_in_the_future_is_refused_before_anything_is_copied() {
        var request = cluster.request("future", RecoveryTarget.to(Instant.parse("2100-01-01T00:00:00Z")));

        var refusal = catchThrowableOfType(
                RestoreException.class, () -> cluster.restore(request).run());

        assertThat(refusal)
                .hasMessageStartingWith(
                        "target 2100-01-01T00:00:00Z is not reachable: newer than the newest WAL (%s, covered until "
                                .formatted(end));
        assertThat(refusal.hint()).startsWith("reachable is ").contains("to " + end);
        assertThat(request.directory()).doesNotExist();
    }

    @Test
    void a_time_before_the_first_backup_is_refused() {
        var request = cluster.request("past", RecoveryTarget.to(Instant.parse("2001-01-01T00:00:00Z")));

        assertThat(catchThrowableOfType(
                        RestoreException.class, () -> cluster.restore(request).run()))
                .hasMessageContaining("is not reachable: before the first backup, ");
        assertThat(request.directory()).doesNotExist();
    }

    @Test
    void unknown_transactions_points_and_timelines_are_refused() {
        assertThat(refusal(new RecoveryTarget.Transaction(4_000_000_000L, true)))
                .contains("transaction 4000000000 does not end between");
        assertThat(refusal(new RecoveryTarget.RestorePoint("nowhere")))
                .contains("there is no restore point 'nowhere' between");
        var request = cluster.request("timeline", RecoveryTarget.latest()).withTimeline(new TimelineId(7));
        assertThat(catchThrowableOfType(
                        RestoreException.class, () -> cluster.restore(request).run()))
                .hasMessage("target the latest position is not reachable: there is no timeline 7, only [1]");
    }

    /** Every name, and where every link leads, as bytes in octal. */
    private static String names(Path data) throws Exception {
        return inShell(
                data,
                "find . -path './stra*' \\( -type l -printf '%p -> %l\\n' -o -printf '%p %s\\n' \\) | LC_ALL=C sort | od -c");
    }

    private static String inShell(Path directory, String script) throws Exception {
        var shell = new ProcessBuilder("sh", "-c", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        var output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(shell.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void names_that_are_no_text_come_back_byte_for_byte() throws Exception {
        var request = cluster.request("strange", RecoveryTarget.latest());

        cluster.restore(request).run();

        assertThat(names(request.directory()))
                .isEqualTo(names(cluster.server.dataDirectory()))
                .contains("337", "351", "376", "200", "303");
    }

    @Test
    void a_folder_that_is_not_empty_is_refused() throws Exception {
        var request = cluster.request("full", RecoveryTarget.latest());
        Files.createDirectory(request.directory());
        Files.writeString(request.directory().resolve("letter"), "keep me");

        assertThat(catchThrowableOfType(
                        RestoreException.class, () -> cluster.restore(request).run()))
                .hasMessage("'%s' is not empty".formatted(request.directory()));
        assertThat(request.directory().resolve("letter")).hasContent("keep me");
    }

    private static String refusal(RecoveryTarget target) {
        var problem = catchThrowableOfType(
                RestoreException.class,
                () -> cluster.restore(cluster.request("refused", target)).run());
        return String.valueOf(problem.getMessage());
    }

    private static List<String> lines(String name, RecoveryTarget target) {
        try (var restored = RestoredCluster.start(cluster, cluster.request(name, target))) {
            assertThat(restored.result.end()).containsInstanceOf(RecoveryEnd.AsPlanned.class);
            return restored.list("SELECT line FROM public.story");
        }
    }
}
