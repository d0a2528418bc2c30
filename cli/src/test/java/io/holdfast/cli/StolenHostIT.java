package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.s3.SignedRequests;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.capture.Capture;
import io.holdfast.postgres.capture.CaptureSettings;
import io.holdfast.postgres.capture.CaptureState;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.restore.replay.RestoreCommand;
import io.holdfast.postgres.retention.NeededLocks;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.LockTerms;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import io.holdfast.repository.store.s3.S3Lock;
import io.holdfast.repository.store.s3.S3LockMode;
import io.holdfast.repository.store.s3.S3Settings;
import io.holdfast.repository.store.s3.S3Store;
import io.holdfast.testkit.HttpFaultProxy;
import io.holdfast.testkit.HttpFaultProxy.Fault;
import io.holdfast.testkit.NewCluster;
import io.holdfast.testkit.programs.NeedsS3Server;
import io.holdfast.testkit.programs.S3Server;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody took over the host of the database and with it the credentials that its backups are written with. The bucket has
 * Object Lock; between it and us lies a network that is slow and breaks off.
 */
@NeedsS3Server
class StolenHostIT {

    private static final String BUCKET = "stolen-host";
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Duration FULL = Duration.ofDays(2);
    private static final Pattern NEEDS_NO_LOCK = Pattern.compile("claim/.*/covered/.*|check/.*");

    @TempDir(factory = ServerFolder.class)
    private static Path folder;

    private static EmbeddedPostgres server;
    private static HttpFaultProxy proxy;
    private static S3Settings settings;

    private final SignedRequests thief = S3Server.get().requests();

    @BeforeAll
    static void start() {
        S3Server.get().makeLockedBucket(BUCKET);
        proxy = HttpFaultProxy.before(S3Server.get().port());
        proxy.plan(badNetwork(new Random(20261126))::on);
        settings = S3Server.get().settings(BUCKET, proxy.port());
        server = NewCluster.initialise(PostgresBinaries.version18(), folder.resolve("data"), InitOptions.forTests())
                .start(Map.of("fsync", "off", "summarize_wal", "on"));
    }

    @AfterAll
    static void stop() {
        server.close();
        proxy.close();
    }

    private interface Network {
        Fault on(String request);
    }

    /** Every answer takes 1 to 10 ms; of sixty requests one breaks off in its answer, and one is answered into the void. */
    private static Network badNetwork(Random random) {
        return _ -> {
            LockSupport.parkNanos(Duration.ofMillis(1 + random.nextInt(9)).toNanos());
            return switch (random.nextInt(60)) {
                case 0 -> Fault.ANSWER_CUT;
                case 1 -> Fault.ANSWER_LOST;
                default -> Fault.NONE;
            };
        };
    }

    private static CommandRun commands() {
        return new CommandRun(folder)
                .variable("HOLDFAST_POSTGRES_HOST", "127.0.0.1")
                .variable("HOLDFAST_POSTGRES_PORT", Integer.toString(server.port()))
                .variable("HOLDFAST_POSTGRES_USER", "postgres")
                .variable(
                        "HOLDFAST_REPOSITORY_PATH",
                        "s3://%s/%s".formatted(BUCKET, settings.prefix().replaceAll("/$", "")))
                .variable("HOLDFAST_REPOSITORY_KEY_FILE", "key")
                .variable(
                        "HOLDFAST_S3_ENDPOINT",
                        settings.endpoint().orElseThrow().toString())
                .variable("HOLDFAST_S3_OBJECT_LOCK", "governance")
                .variable("HOLDFAST_S3_LOCK", "2d")
                .variable("HOLDFAST_S3_LOCK_PIECES", "1d")
                .variable("HOLDFAST_STATE_DIRECTORY", "state")
                .variable("HOLDFAST_MEMBER", "db1");
    }

    private static Repository open() throws Exception {
        var locking = settings.withLock(new S3Lock(S3LockMode.GOVERNANCE, new LockTerms(FULL, Duration.ofDays(1))));
        return Repository.open(
                S3Store.openForWriting(locking, Thread::sleep, new Random()), KeyFileKey.read(folder.resolve("key")));
    }

    @Test
    void what_the_thief_of_the_hosts_credentials_does_is_refused_or_harmless() throws Exception {
        succeeds(commands().run("init", "--name", "shop", "--generate-key"));
        var target = backUpAndCapture();

        var attack = attack();

        assertThat(attack.unlocked()).allMatch(key -> NEEDS_NO_LOCK.matcher(key).matches());
        assertThat(attack.refused()).hasSizeGreaterThan(10);
        var restored = folder.resolve("restored");
        succeeds(commands()
                .run("restore", "--to-lsn", target, "--into", restored.toString(), "--target-action", "promote"));
        assertThat(rowsAfterRecovery(restored)).isEqualTo(1500);
        assertThat(commands().run("expire").err()).doesNotContain("ERROR");
    }

    /** A backup, and WAL up to a position behind which everything is deleted. */
    private String backUpAndCapture() throws Exception {
        var address = ConnectionSettings.of(new ServerAddress.Tcp("127.0.0.1", server.port()), "postgres", "postgres");
        try (var repository = open();
                var capture = Capture.start(
                        repository,
                        CaptureSettings.of(address, new MemberName("db1"), folder.resolve("state"))
                                .withUpload(Duration.ofMillis(500), 4 << 20),
                        new Capture.Machine(
                                new LocalDisk(), InstantSource.system(), Thread::sleep, new SecureRandom(), "host"));
                var session = SqlSession.open(address)) {
            await().atMost(SOON).until(() -> capture.status().state() instanceof CaptureState.Streaming);
            session.execute("CREATE TABLE public.goods AS SELECT n FROM generate_series(1, 1000) AS n");
            succeeds(commands().run("backup"));
            session.execute("INSERT INTO public.goods SELECT n FROM generate_series(1, 500) AS n");
            session.execute("SELECT pg_switch_wal()");
            var end = session.one("SELECT pg_current_wal_lsn() AS lsn", row -> row.lsn("lsn"));
            session.execute("DELETE FROM public.goods");
            session.execute("SELECT pg_switch_wal()");
            capture.flush(SOON);
            assertThat(NeededLocks.of(repository)).isEqualTo(new NeededLocks(1, List.of()));
            assertThat(commands().run("verify", "--locks").out())
                    .contains("locks      1 backups are locked, and nothing");
            return end.toString();
        }
    }

    private record Attack(List<String> refused, List<String> unlocked) {}

    /** On every object there is: DELETE, PUT over it, a shorter lock, and DELETE of each version. */
    private Attack attack() throws Exception {
        var refused = new ArrayList<String>();
        var unlocked = new ArrayList<String>();
        for (var key : keys()) {
            var path = "/%s/%s%s".formatted(BUCKET, settings.prefix(), key);
            var versions = versions(key);
            thief.send("PUT", path, "", "ransom", Map.of());
            thief.send("DELETE", path, "", "", Map.of());
            for (var version : versions) {
                var at = "versionId=" + version;
                var deletion = thief.send("DELETE", path, at, "", Map.of());
                var shorter = "<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>%s</RetainUntilDate></Retention>"
                        .formatted(Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.SECONDS));
                var lock = thief.send("PUT", path, "retention=&" + at, shorter, Map.of());
                (deletion.status() == 403 && lock.status() == 403 ? refused : unlocked).add(key.text());
            }
        }
        // What nothing locks may be replaced by anything.
        thief.put(
                "/%s/%sclaim/db1/00000001/00000001/covered/99999999".formatted(BUCKET, settings.prefix()),
                "",
                "ransom");
        return new Attack(refused, unlocked);
    }

    private static List<ObjectKey> keys() throws Exception {
        try (var repository = open();
                var objects = repository.store().list()) {
            return objects.map(StoredObject::key).toList();
        }
    }

    private List<String> versions(ObjectKey key) {
        var name = settings.prefix() + key;
        var answer = thief.send(
                "GET", "/" + BUCKET, "prefix=%s&versions=".formatted(name.replace("/", "%2F")), "", Map.of());
        return Pattern.compile("<Key>(.*?)</Key><VersionId>(.*?)</VersionId>")
                .matcher(answer.body())
                .results()
                .filter(found -> found.group(1).equals(name))
                .map(found -> found.group(2))
                .toList();
    }

    /** The server fetches its WAL from the bucket while it recovers, through the same network. */
    private static long rowsAfterRecovery(Path data) throws Exception {
        server.user().own(folder.resolve("key"));
        var credentials = "export AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s; "
                .formatted(S3Server.ACCESS_KEY, S3Server.SECRET_KEY);
        var before = proxy.requests().size();
        try (var restored = EmbeddedPostgres.adopt(PostgresBinaries.version18(), data)) {
            restored.start(Map.of("fsync", "off", "restore_command", credentials + RestoreCommand.SETTING), SOON);
            var address = new ServerAddress.Tcp("127.0.0.1", restored.port());
            await().atMost(SOON)
                    .ignoreExceptionsInstanceOf(ServerException.class)
                    .until(() -> {
                        try (var session = SqlSession.open(ConnectionSettings.of(address, "postgres", "postgres"))) {
                            return session.one("SELECT NOT pg_is_in_recovery() AS done", row -> row.flag("done"));
                        }
                    });
            assertThat(proxy.requests().stream().skip(before))
                    .anyMatch(request -> request.matches("GET .*/(wal|segment)/.*"));
            try (var session = SqlSession.open(ConnectionSettings.of(address, "postgres", "postgres"))) {
                return session.one("SELECT count(*) AS n FROM public.goods", row -> row.number("n"));
            }
        }
    }

    private static void succeeds(CommandRun.Ended ended) {
        assertThat(ended.exitCode()).describedAs(ended.err() + ended.out()).isZero();
    }
}
