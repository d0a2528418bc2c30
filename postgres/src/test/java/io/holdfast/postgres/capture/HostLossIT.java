package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * With {@code ack: repository} the whole host is lost at any instant under load: server, capture, data directory and spool. What
 * is left is the repository, and every commit that returned is in it.
 */
class HostLossIT {

    private static final int WRITERS = 4;

    @TempDir(factory = ServerFolder.class)
    Path folder;

    @RepeatedTest(2)
    void every_commit_that_returned_is_in_the_repository(RepetitionInfo repetition) throws Exception {
        loseTheHost(new Random(20261126L + repetition.getCurrentRepetition()));
    }

    @Test
    @EnabledIfSystemProperty(named = "holdfast.torture", matches = "true")
    void also_a_hundred_times() throws Exception {
        var random = new Random(Long.getLong("holdfast.seed", 20261126L));
        for (int life = 0; life < 100; life++) {
            loseTheHost(random);
        }
    }

    private void loseTheHost(Random random) throws Exception {
        var host = Files.createTempDirectory(folder, "host ");
        Files.setPosixFilePermissions(host, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var live = Protected.start(host)) {
            live.execute("CREATE TABLE public.story (line text)");
            var capture = CaptureProcess.launch(host, live.server.port(), "repository");
            awaitAnswer(live, "SELECT count(*) = 1 AS answer FROM pg_stat_replication WHERE state = 'streaming'");
            new Recovery(live).backup();
            live.execute("ALTER SYSTEM SET synchronous_standby_names = 'holdfast'");
            live.execute("SELECT pg_reload_conf()");
            awaitAnswer(live, "SELECT count(*) = 1 AS answer FROM pg_stat_replication WHERE sync_state = 'sync'");
            Set<String> returned = ConcurrentHashMap.newKeySet();
            var writers = Stream.iterate(0, n -> n + 1)
                    .limit(WRITERS)
                    .map(n -> Thread.ofVirtual().start(() -> write(live, "writer " + n, returned)))
                    .toList();
            await().atMost(Protected.PATIENCE).until(() -> returned.size() >= WRITERS);
            assertThat(capture.waitFor(random.nextInt(1500), TimeUnit.MILLISECONDS))
                    .isFalse();

            kill(live, capture, random);
            for (var writer : writers) {
                writer.join();
            }
            delete(host.resolve("data"));
            delete(host.resolve("state"));

            var recovery = new Recovery(live);
            var story = recovery.story(
                    recovery.request("restored", RecoveryTarget.latest()),
                    PostgresBinaries.version18().folder().resolve("bin"));
            assertThat(story).containsAll(returned);
        }
        delete(host);
    }

    private static void write(Protected live, String writer, Set<String> returned) {
        try (var session = live.sql()) {
            for (int n = 0; ; n++) {
                var line = "%s line %d".formatted(writer, n);
                session.execute("INSERT INTO public.story VALUES (?)", line);
                returned.add(line);
            }
        } catch (ServerException e) {
            // The host is gone.
        }
    }

    private static void awaitAnswer(Protected live, String question) {
        await().atMost(Protected.PATIENCE).until(() -> {
            try (var session = live.sql()) {
                return session.one(question, row -> row.flag("answer"));
            }
        });
    }

    /** No process hears of the end of another: they are killed in any order, within a moment. */
    private static void kill(Protected live, Process capture, Random random) throws InterruptedException {
        var postmaster = ProcessHandle.of(live.server.pid()).orElseThrow();
        var processes = new ArrayList<>(List.of(postmaster, capture.toHandle()));
        postmaster.descendants().forEach(processes::add);
        Collections.shuffle(processes, random);
        processes.forEach(ProcessHandle::destroyForcibly);
        capture.waitFor();
        await().atMost(Protected.PATIENCE).until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
    }

    private static void delete(Path tree) throws IOException {
        try (var paths = Files.walk(tree)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
