package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.capture.Capture;
import io.holdfast.postgres.capture.CaptureSettings;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.restore.RestoreRequest;
import io.holdfast.postgres.restore.RunningRestore;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** The random life of one cluster, all of it drawn from a seed: statements, crashes, backups, returns in time, restores that are compared. */
final class TortureRun implements AutoCloseable {

    private static final long SPREAD = 0x9E3779B97F4A7C15L;
    private static final String QUIET = "t";
    private static final String BUSY = "w";

    private final Random random;
    private final int steps;
    private final List<String> diary = new ArrayList<>();
    private final TestCluster cluster;
    private final TestRepository repository;
    private final boolean captured;
    private final Map<String, String> settings = new TreeMap<>(Map.of("fsync", "off"));
    private final TortureWorkload quiet;
    private final TortureWorkload busy;
    private final List<Moment> moments = new ArrayList<>();
    private Optional<Capture> capture = Optional.empty();

    /** The newest backup that the present follows from. */
    private Optional<Manifest> base = Optional.empty();

    /**
     * What must come back.
     *
     * @param backup where nobody wrote when it was taken, or to begin with
     * @param position to recover to; absent for where the backup is consistent
     * @param content of tables that nobody wrote to meanwhile
     */
    private record Moment(
            Manifest backup, Optional<Lsn> position, TimelineId timeline, boolean busy, Map<String, String> content) {}

    TortureRun(long seed, int steps) {
        // Near seeds begin alike: they are spread.
        this.random = new Random(seed * SPREAD);
        this.steps = steps;
        int major = List.of(18, 18, 18, 17, 17, 16, 15, 14).get(random.nextInt(8));
        this.captured = random.nextBoolean();
        var options = InitOptions.forTests()
                .withDataChecksums(random.nextBoolean())
                .withWalSegmentMegabytes(random.nextBoolean() ? 1 : 16);
        if (major >= 17) {
            settings.put("summarize_wal", "on");
        }
        note("PostgreSQL %d, %s, WAL %s".formatted(major, options, captured ? "captured" : "of the backup's own"));
        cluster = TestCluster.create(major, options)
                .with(settings)
                .with(Map.of("max_wal_size", "64MB", "autovacuum", random.nextBoolean() ? "on" : "off"))
                .run();
        repository = TestRepository.create();
        quiet = new TortureWorkload(cluster, random, QUIET);
        // Of its own: how often it draws depends on time.
        busy = new TortureWorkload(cluster, new Random(~seed * SPREAD), BUSY);
        cluster.folderBeside("files");
        cluster.execute("CREATE TABLESPACE outside LOCATION '%s'".formatted(cluster.folderBeside("outside")));
    }

    private void note(String line) {
        diary.add(line);
    }

    /** All that was done, in order. */
    String diary() {
        return String.join(System.lineSeparator(), diary);
    }

    int backups() {
        return (int) moments.stream().map(Moment::backup).distinct().count();
    }

    void run() throws InterruptedException {
        startCapture();
        work();
        backUp(BackupId.Kind.FULL);
        for (int step = 0; step < steps; step++) {
            switch (random.nextInt(20)) {
                case 0 -> restart(Shutdown.FAST);
                case 1 -> crash();
                case 2, 3, 4, 5 -> backUp(random.nextInt(8) == 0 ? BackupId.Kind.FULL : BackupId.Kind.INCREMENTAL);
                case 6 -> backUpWhileBusy();
                case 7 -> pass();
                case 10 -> removeSummaries();
                case 8 -> check(moments.get(random.nextInt(moments.size())));
                case 9 -> goBack();
                default -> work();
            }
        }
        backUp(BackupId.Kind.INCREMENTAL);
        check(moments.getLast());
        check(moments.get(random.nextInt(moments.size())));
    }

    private void work() {
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            note(quiet.step());
        }
    }

    private void restart(Shutdown how) throws InterruptedException {
        note("restart " + how);
        stopCapture();
        cluster.server().stop(how);
        cluster.run();
        startCapture();
    }

    private void removeSummaries() {
        if (cluster.major() >= 17) {
            note("remove summaries");
            try (var files = Files.newDirectoryStream(cluster.data().resolve("pg_wal/summaries"), "*.summary")) {
                for (var file : files) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void crash() throws InterruptedException {
        note("crash");
        stopCapture();
        cluster.server().kill();
        cluster.run();
        startCapture();
    }

    private void startCapture() throws InterruptedException {
        if (captured) {
            var wanted = CaptureSettings.of(
                            cluster.connection(),
                            TestRepository.MEMBER,
                            cluster.folder().resolve("state"))
                    .withUpload(Duration.ofMillis(50), 256 * 1024);
            var machine = new Capture.Machine(
                    new LocalDisk(), InstantSource.system(), Thread::sleep, new SecureRandom(), "torture");
            capture = Optional.of(Capture.start(repository.repository(), wanted, machine));
            capture.get().flush(Duration.ofSeconds(60));
        }
    }

    private void stopCapture() {
        capture.ifPresent(Capture::close);
        capture = Optional.empty();
    }

    private TimelineId timeline() {
        try (var session = cluster.sql()) {
            return session.one(
                    "SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int AS timeline",
                    row -> new TimelineId(row.integer("timeline")));
        }
    }

    private Map<String, String> content() {
        return ContentOf.everything(cluster.connection());
    }

    private void backUp(BackupId.Kind kind) {
        var manifest = repository.backUp(TestRepository.request(cluster).withKind(kind), BackupProgress.NONE);
        noteBackup(manifest);
        moments.add(new Moment(
                manifest, Optional.empty(), BackupDetails.of(manifest).timeline(), false, content()));
    }

    private void noteBackup(Manifest manifest) {
        base = Optional.of(manifest);
        note("backup %s upon %s: %s"
                .formatted(
                        manifest.id(),
                        manifest.parent(),
                        BackupDetails.of(manifest)
                                .incremental()
                                .map(IncrementalDetails::toString)
                                .orElse("")));
    }

    private void backUpWhileBusy() throws InterruptedException {
        var done = new AtomicBoolean();
        var failure = new AtomicReference<Throwable>();
        var twins = "CREATE TABLE IF NOT EXISTS twin_a (n int); CREATE TABLE IF NOT EXISTS twin_b (n int)";
        cluster.execute(twins);
        var before = content();
        var writer = Thread.ofPlatform()
                .uncaughtExceptionHandler((_, e) -> failure.set(e))
                .start(() -> {
                    while (!done.get()) {
                        busy.rows();
                        cluster.execute("WITH one AS (INSERT INTO twin_a VALUES (1)) INSERT INTO twin_b VALUES (1)");
                    }
                });
        try {
            var manifest = repository.backUp(
                    TestRepository.request(cluster).withKind(BackupId.Kind.INCREMENTAL), BackupProgress.NONE);
            noteBackup(manifest);
            moments.add(new Moment(
                    manifest, Optional.empty(), BackupDetails.of(manifest).timeline(), true, before));
        } finally {
            done.set(true);
            writer.join();
        }
        assertThat(failure.get()).isNull();
    }

    /** Only time passes: a moment between backups, which captured WAL leads to. */
    private void pass() throws InterruptedException {
        if (capture.isPresent()) {
            cluster.execute("CREATE TABLE marker (n int)", "DROP TABLE marker");
            var content = content();
            var position = Lsn.parse(cluster.ask("pg_current_wal_insert_lsn()"));
            cluster.execute("SELECT txid_current()");
            capture.get().flush(Duration.ofSeconds(60));
            note("moment " + position);
            moments.add(new Moment(base.orElseThrow(), Optional.of(position), timeline(), false, content));
        }
    }

    private RecoveryTarget target(Moment moment) {
        return moment.position()
                .<RecoveryTarget>map(position -> new RecoveryTarget.Position(position, true))
                .orElseGet(RecoveryTarget.Immediate::new);
    }

    private void check(Moment moment) {
        note("restore of %s at %s on %s".formatted(moment.backup().id(), moment.position(), moment.timeline()));
        try (var restored = RunningRestore.anew(
                repository.repository(),
                repository.reference(),
                target(moment),
                request -> request.withBackup(moment.backup().id()).withTimeline(moment.timeline()),
                cluster.server().binaries(),
                settings)) {
            var found = ContentOf.everything(restored.connection());
            assertThat(quiet(found, moment.busy())).isEqualTo(quiet(moment.content(), moment.busy()));
            assertThat(found.get("postgres:public.twin_a")).isEqualTo(found.get("postgres:public.twin_b"));
            BackupChain.assertSound(restored.connection(), moment.backup().id().text());
        }
    }

    /** Without what was written while the backup ran, which is somewhere on the way. */
    private static Map<String, String> quiet(Map<String, String> content, boolean busy) {
        var kept = new TreeMap<>(content);
        if (busy) {
            kept.keySet()
                    .removeIf(name -> name.contains("public." + BUSY + "_")
                            || name.contains("twin_")
                            || name.endsWith(":relations"));
        }
        return kept;
    }

    /** The cluster itself goes back to an earlier moment, and on from there on another timeline. */
    private void goBack() throws InterruptedException {
        var moment = moments.get(random.nextInt(moments.size()));
        note("back to %s at %s on %s".formatted(moment.backup().id(), moment.position(), moment.timeline()));
        stopCapture();
        cluster.server().stop(Shutdown.FAST);
        try (var again = RunningRestore.inPlace(
                repository.repository(),
                repository.reference(),
                target(moment),
                request -> upon(request.withBackup(moment.backup().id()).withTimeline(moment.timeline())),
                cluster.data(),
                cluster.server().binaries(),
                settings)) {
            again.stop();
        }
        cluster.run();
        base = Optional.of(moment.backup());
        quiet.lookAgain();
        busy.lookAgain();
        startCapture();
    }

    /** WAL that no capture stored is given up. */
    private RestoreRequest upon(RestoreRequest request) {
        return captured ? request.withSpool(cluster.folder().resolve("state/spool")) : request.abandoningWalTail();
    }

    @Override
    public void close() {
        stopCapture();
        repository.close();
        cluster.close();
    }
}
