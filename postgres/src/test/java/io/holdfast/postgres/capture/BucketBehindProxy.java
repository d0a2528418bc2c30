package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.restore.RestoreRequest;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.s3.S3Store;
import io.holdfast.repository.store.s3.Waiting;
import io.holdfast.repository.verification.KnownObjects;
import io.holdfast.repository.verification.Verification;
import io.holdfast.repository.verification.VerificationProgress;
import io.holdfast.testkit.HttpFaultProxy;
import io.holdfast.testkit.programs.S3Server;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A real server whose repository is in a bucket of SeaweedFS, between which and us a proxy does what a test says. Its data do
 * not compress, so that packs go up in parts.
 */
final class BucketBehindProxy implements AutoCloseable {

    private static final Path PROGRAMS = PostgresBinaries.version18().folder().resolve("bin");
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final int READERS = 4;

    final HttpFaultProxy proxy = HttpFaultProxy.before(S3Server.get().port());
    final Protected live;
    final Recovery recovery;

    /** @param waiting how the store lets time pass before it repeats a request */
    BucketBehindProxy(Path folder, Waiting waiting, long seed) {
        var settings = S3Server.get().settings(S3Server.BUCKET, proxy.port());
        live = Protected.start(folder, S3Store.openForWriting(settings, waiting, new Random(seed)));
        recovery = new Recovery(live);
        live.execute("CREATE TABLE public.story (line text)");
        live.execute("CREATE TABLE public.ballast AS SELECT n, sha512(n::text::bytea) AS b"
                + " FROM generate_series(1, 160000) AS n");
        live.execute("ALTER TABLE public.ballast ADD PRIMARY KEY (n)");
    }

    BackupRequest backup(BackupId.Kind kind) {
        return BackupRequest.of(live.tcp(), Protected.MEMBER).withKind(kind);
    }

    RestoreRequest latest(String name) {
        return recovery.request(name, RecoveryTarget.latest()).withJobs(2 * READERS);
    }

    /** What {@link #content} says of the server that is restored. */
    String restored(RestoreRequest request) throws Exception {
        return recovery.ask(request, PROGRAMS, BucketBehindProxy::content);
    }

    String content() {
        try (var session = live.sql()) {
            return content(session);
        }
    }

    /** Every row of every table, and how many there are. */
    private static String content(SqlSession session) {
        return session.one("""
                SELECT string_agg(rows || ' ' || digest, ', ') AS content FROM (
                    SELECT count(*) AS rows, md5(string_agg(line, ',' ORDER BY line COLLATE "C")) AS digest FROM public.story
                    UNION ALL
                    SELECT count(*), md5(string_agg(n || encode(b, 'hex'), ',' ORDER BY n)) FROM public.ballast) AS tables
                """, row -> row.text("content"));
    }

    /** Waits until all that the server has flushed is in the bucket. */
    void storeAll(Capture capture) throws InterruptedException {
        capture.flushTo(new TimelineId(1), live.flushed(), LONG);
    }

    /** Reads and authenticates every object, so many at once. */
    void requireSound(int jobs) throws InterruptedException {
        var known = KnownObjects.read(new LocalDisk(), live.folder.resolve("known"), live.repository.id());
        var report = new Verification(
                        live.repository,
                        known,
                        new Verification.Request(true, 1, jobs),
                        VerificationProgress.NONE,
                        InstantSource.system())
                .run();
        assertThat(report.damages()).isEmpty();
        assertThat(report.lost()).isEmpty();
        assertThat(report.read()).isEqualTo(report.objects()).isPositive();
    }

    /** Somebody who works on the server until told to stop. */
    Load load() {
        return new Load();
    }

    /** New lines, and changes all over what is there. */
    final class Load implements AutoCloseable {

        private static final Duration PACE = Duration.ofMillis(20);

        private final AtomicLong lines = new AtomicLong();
        private final Thread thread = Thread.ofPlatform().name("load").start(this::write);
        private volatile boolean stopping;

        private void write() {
            try (var session = live.sql()) {
                while (!stopping) {
                    session.execute("INSERT INTO public.story SELECT 'line ' || %d".formatted(lines.get()));
                    session.execute("UPDATE public.ballast SET b = sha512(b) WHERE n = %d"
                            .formatted(1 + lines.getAndIncrement() * 7919 % 160000));
                    LockSupport.parkNanos(PACE.toNanos());
                }
            }
        }

        /** How many transactions have returned. */
        long lines() {
            return lines.get();
        }

        @Override
        public void close() {
            stopping = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        live.close();
        proxy.close();
    }
}
