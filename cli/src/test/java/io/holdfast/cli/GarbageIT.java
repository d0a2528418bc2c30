package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.capture.Capture;
import io.holdfast.postgres.capture.CaptureSettings;
import io.holdfast.postgres.capture.CaptureState;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoredObject;
import io.holdfast.testkit.Garbage;
import io.holdfast.testkit.NewCluster;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who may write to the repository, and has no key, has put garbage under every kind of new name. */
class GarbageIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    /** What stops the keeper: it may be something that protects, and is damaged. */
    private static final List<String> PROTECTING = List.of(
            "manifest/20260301-030000F",
            "manifest/99991231-235959I",
            "generation/00000002",
            "generation/99999999",
            "hold/00000001",
            "hold/99999999",
            "backup/20260301-020005I/intent-00000001",
            "claim/db1/99999999/00000001/history/00000009");

    private static final List<String> IDLE = List.of(
            "condemn/00000001/list",
            "condemn/00000002/done",
            "condemn/99999999/list",
            "condemn/99999999/done",
            "claim/db1/00000002/claim",
            "claim/db1/00000003/claim",
            "claim/db1/99999999/claim",
            "claim/db1/99999999/00000001/divergence/00000001",
            "claim/db1/00000001/00000001/divergence/99999999",
            "claim/db1/00000001/00000001/covered/99999999",
            "claim/db1/00000001/00000001/gap/99999999",
            "claim/db1/00000004/00000001/covered/00000001",
            "claim/db1/99999999/00000007/history/00000001",
            "claim/zzz/00000001/00000001/history/zzz",
            "claim/not.a.member/00000001/claim",
            "claim/not.a.member/00000001/00000001/wal/00000000/0000000000000000-FFFFFFFFFFFFFFFF",
            "claim/db1/00000001/00000001/wal/00000001/0000000000000000-FFFFFFFFFFFFFFFF",
            "claim/db1/00000001/00000001/wal/00000001/00000000FFFFFFFF-0000000000000000",
            "claim/db1/00000001/00000001/segment/FFFFFFFEFFFFFFFFFFFFFFFF",
            "claim/restore/99999999/claim",
            "generation/x",
            "hold/x",
            "condemn/x",
            "claim/x",
            "check/x");

    @TempDir(factory = ServerFolder.class)
    private static Path folder;

    private static EmbeddedPostgres server;
    private static ConnectionSettings address;

    @BeforeAll
    static void start() {
        server = NewCluster.initialise(PostgresBinaries.version18(), folder.resolve("data"), InitOptions.forTests())
                .start(Map.of("fsync", "off"));
        address = ConnectionSettings.of(new ServerAddress.Tcp("127.0.0.1", server.port()), "postgres", "postgres");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static CommandRun commands() {
        return new CommandRun(folder)
                .variable("HOLDFAST_POSTGRES_HOST", "127.0.0.1")
                .variable("HOLDFAST_POSTGRES_PORT", Integer.toString(server.port()))
                .variable("HOLDFAST_POSTGRES_USER", "postgres")
                .variable("HOLDFAST_REPOSITORY_PATH", "r")
                .variable("HOLDFAST_REPOSITORY_KEY_FILE", "key")
                .variable("HOLDFAST_STATE_DIRECTORY", "state")
                .variable("HOLDFAST_MEMBER", "db1");
    }

    private static CommandRun.Ended done(CommandRun.Ended ended) {
        return ends(0, ended);
    }

    private static CommandRun.Ended ends(int exitCode, CommandRun.Ended ended) {
        assertThat(ended.exitCode()).describedAs(ended.err() + ended.out()).isEqualTo(exitCode);
        return ended;
    }

    private static Repository open() {
        return Repository.open(store(), KeyFileKey.read(folder.resolve("key")));
    }

    private static ObjectStore store() {
        return FilesystemStore.openForWriting(new LocalDisk(), folder.resolve("r"), InstantSource.system());
    }

    @Test
    void everything_goes_on_and_each_object_is_named_and_nothing_that_is_needed_goes() throws Exception {
        done(commands().run("init", "--name", "shop", "--generate-key"));
        capture(session -> {
            session.execute("CREATE TABLE public.goods AS SELECT n FROM generate_series(1, 1000) AS n");
            done(commands().run("backup"));
            session.execute("INSERT INTO public.goods SELECT n FROM generate_series(1, 500) AS n");
        });
        var needed = keys();
        putGarbage();

        isNamed(done(commands().run("info")).err(), PROTECTING.subList(0, 4));
        assertThat(commands().run("info").out())
                .contains("backup 20260301-030000F cannot be used: its manifest does not authenticate");
        isNamed(ends(6, commands().run("verify", "--all")).out(), PROTECTING);
        isNamed(
                commands().run("verify", "--all").out(),
                List.of("backup 20260301-030000F", IDLE.getFirst(), IDLE.get(9)));
        assertThat(ends(1, commands().run("status", "--check")).out())
                .contains("CONCERN: 'generation/99999999' is not used: ");
        capture(session -> session.execute("INSERT INTO public.goods SELECT n FROM generate_series(1, 250) AS n"));
        done(commands().run("backup"));
        assertThat(restored("latest", "--latest")).isEqualTo(1750);
        assertThat(done(commands().run("hold", "list")).err()).contains("'hold/00000001' is not used");

        // Warnings name everything; this is about what the keeper stops for.
        assertThat(ends(6, commands().run("expire")).err().lines().filter(line -> line.startsWith("HINT: ")))
                .singleElement()
                .satisfies(hint -> isNamed(hint, PROTECTING));
        assertThat(keys()).containsAll(needed);
        assertThat(ends(3, disown()).err()).contains("'hold/99999999' is not disowned, and nothing was removed: ");
        assertThat(keys()).containsAll(needed);
        Files.delete(folder.resolve("r/hold/99999999"));
        assertThat(done(disown()).err())
                .contains("'manifest/20260301-030000F' was removed", "'hold/99999999' is not there");
        assertThat(keys()).containsAll(needed).doesNotContainAnyElementsOf(PROTECTING);
        done(commands().run("expire"));
    }

    private static CommandRun.Ended disown() {
        return commands()
                .run(Stream.concat(
                                Stream.of("expire"), PROTECTING.stream().flatMap(name -> Stream.of("--foreign", name)))
                        .toArray(String[]::new));
    }

    private static void isNamed(String text, List<String> names) {
        assertThat(names).allSatisfy(name -> assertThat(text).contains(name));
    }

    private interface Work {
        void in(SqlSession session) throws Exception;
    }

    /** Captures meanwhile, and until all of it is stored. */
    private static void capture(Work work) throws Exception {
        try (var repository = open();
                var capture = Capture.start(
                        repository,
                        CaptureSettings.of(address, new MemberName("db1"), folder.resolve("state"))
                                .withUpload(Duration.ofMillis(100), 256 * 1024),
                        new Capture.Machine(
                                new LocalDisk(), InstantSource.system(), Thread::sleep, new SecureRandom(), "host"));
                var session = SqlSession.open(address)) {
            await().atMost(SOON).until(() -> capture.status().state() instanceof CaptureState.Streaming);
            work.in(session);
            session.execute("SELECT pg_switch_wal()");
            capture.flush(SOON);
        }
    }

    private static List<String> keys() {
        try (var store = store();
                var objects = store.list()) {
            return objects.map(StoredObject::key)
                    .map(ObjectKey::text)
                    .filter(key -> !key.matches("(hold|condemn|check)/.*"))
                    .toList();
        }
    }

    /** Also segments, before and behind the end, of a member whose name comes before that of the genuine one. */
    private static void putGarbage() {
        try (var repository = open()) {
            var garbage = new Garbage(
                    repository.store(), repository.manifests().ids().getFirst().manifestKey(), new Random(7));
            Stream.concat(PROTECTING.stream(), IDLE.stream())
                    .map(ObjectKey::new)
                    .forEach(garbage::put);
            var size =
                    Generation.newest(repository).orElseThrow().walSegmentSize().bytes();
            for (int segment = 1; segment < (200 << 20) / size; segment++) {
                for (var session : List.of("claim/aaa/00000001", "claim/db1/00000001")) {
                    var key = new ObjectKey("%s/00000001/segment/0000000100000000%08X".formatted(session, segment));
                    if (repository.store().find(key).isEmpty()) {
                        garbage.put(key);
                    }
                }
            }
        }
    }

    private static long restored(String name, String target) throws Exception {
        var data = folder.resolve(name);
        done(commands().run("restore", target, "--into", data.toString(), "--target-action", "promote"));
        server.user().own(folder.resolve("key"));
        ownRepository();
        try (var restored = EmbeddedPostgres.adopt(PostgresBinaries.version18(), data)) {
            restored.start(Map.of("fsync", "off"));
            var there =
                    ConnectionSettings.of(new ServerAddress.Tcp("127.0.0.1", restored.port()), "postgres", "postgres");
            await().atMost(SOON)
                    .ignoreExceptionsInstanceOf(ServerException.class)
                    .until(() -> {
                        try (var session = SqlSession.open(there)) {
                            return session.one("SELECT NOT pg_is_in_recovery() AS done", row -> row.flag("done"));
                        }
                    });
            try (var session = SqlSession.open(there)) {
                return session.one("SELECT count(*) AS n FROM public.goods", row -> row.number("n"));
            }
        }
    }

    private static void ownRepository() throws IOException {
        try (var files = Files.walk(folder.resolve("r"))) {
            files.forEach(server.user()::own);
        }
    }
}
