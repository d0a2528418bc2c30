package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.archive.Claims;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.archive.MemberWal;
import io.holdfast.postgres.archive.SegmentMerger;
import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.archive.WalSource;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalFixture;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.Disk;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.testkit.CrashLoop;
import io.holdfast.testkit.PowerFailureDisk;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The way from the spool to the repository, with WAL of a real server, stopped in any operation on the disk. */
class UploadInterruptedTest {

    private static final WalFixture WAL = WalFixture.of(18, 1);
    private static final TimelineId LINE = new TimelineId(1);
    private static final MemberName MEMBER = new MemberName("alpha");
    private static final Path REPOSITORY = Path.of("/repository");
    private static final Path STATE = Path.of("/state");
    private static final int LENGTH = 5 << 19;
    private static final int BATCH = 300_000;
    private static final int PIECE = 256 * 1024;
    private static final Pattern OBJECT = Pattern.compile(".*/wal/00000001/([0-9A-F]{16})-([0-9A-F]{16})");

    /** A prime; every operation is tried with {@code -Dholdfast.torture=true}. */
    private static final int STRIDE = Boolean.getBoolean("holdfast.torture") ? 1 : 17;

    @TempDir
    private Path folder;

    private KeyFileKey key;

    @BeforeEach
    void makeKey() {
        key = KeyFileKey.generate(folder.resolve("key"), new SecureRandom());
    }

    @ParameterizedTest
    @EnumSource
    void a_machine_that_stops_in_any_operation_leaves_no_hole_and_nothing_different_twice(
            CrashLoop.Interruption interruption) {
        new CrashLoop<>(this::initialised, AtomicLong::new)
                .withStride(STRIDE)
                .run(interruption, (disk, promised) -> upload(disk, promised), (disk, promised) -> {
                    requireStored(disk, promised.get());
                    upload(disk, promised);
                    requireStored(disk, LENGTH);
                });
    }

    @Test
    void an_operation_that_fails_before_or_after_its_effect_is_tried_again() {
        for (var effective : new boolean[] {false, true}) {
            for (long n = 1; ; n += STRIDE) {
                var disk = initialised();
                var faulty = new FaultyDisk(disk, n, effective);
                upload(faulty.disk(), new AtomicLong());
                requireStored(disk, LENGTH);
                if (!faulty.struck()) {
                    break;
                }
            }
        }
    }

    private PowerFailureDisk initialised() {
        var disk = PowerFailureDisk.strict(InstantSource.system());
        var store = FilesystemStore.create(disk, REPOSITORY, InstantSource.system());
        try (var repository = Repository.initialise(store, "demo", key, InstantSource.system(), new SecureRandom())) {
            generation(repository);
        }
        return disk;
    }

    private static Generation generation(Repository repository) {
        return Generation.admit(repository, WAL.identity().system(), 18, WalFixture.ONE_MEBIBYTE);
    }

    private Repository open(Disk disk) {
        return Repository.open(FilesystemStore.openForWriting(disk, REPOSITORY, InstantSource.system()), key);
    }

    /** One session after the other until one has stored everything. Where a failure ends one, the next goes on. */
    private void upload(Disk disk, AtomicLong promised) {
        for (int attempt = 0; ; attempt++) {
            try {
                session(disk, promised);
                return;
            } catch (HoldfastException e) {
                assertThat(attempt)
                        .as("attempts, of which the last ended by %s", e)
                        .isLessThan(3);
            }
        }
    }

    private void session(Disk disk, AtomicLong promised) {
        try (var repository = open(disk);
                var spool = Spool.open(disk, STATE.resolve("spool"), WalFixture.ONE_MEBIBYTE, 1 << 30)) {
            var generation = generation(repository);
            var claims = new Claims(repository, MEMBER);
            var claim = claims.take(new Claims.Applicant(
                    generation.systemIdentifier(),
                    "test host",
                    "token",
                    InstantSource.system().instant(),
                    false));
            var wal = MemberWal.load(repository, generation, MEMBER);
            var board = new CaptureBoard();
            var settings = CaptureSettings.of(
                            ConnectionSettings.of(new ServerAddress.Tcp("127.0.0.1", 1), "postgres", "postgres"),
                            MEMBER,
                            STATE)
                    .withUpload(Duration.ofMillis(1), PIECE);
            var local = new LocalState(disk, STATE);
            var uploader = new Uploader(new Uploader.Tools(
                    repository,
                    generation,
                    settings,
                    spool,
                    local,
                    claims,
                    claim,
                    wal,
                    new ServerClockReadings(Optional.empty()),
                    board,
                    new Acknowledger(settings.acknowledgement(), spool, local, board, InstantSource.system()),
                    new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), new SecureRandom()),
                    _ -> {},
                    InstantSource.system()));
            var merger = new SegmentMerger(repository, generation, wal, WalSource.of(claim, generation));
            if (spool.last().isEmpty()) {
                spool.begin(LINE, WAL.start());
            }
            persist(uploader);
            while (WAL.index(spool.last().orElseThrow().end()) < LENGTH) {
                int at = WAL.index(spool.last().orElseThrow().end());
                spool.append(WAL.bytes(), at, Math.min(BATCH, LENGTH - at));
                persist(uploader);
                promised.set(WAL.index(spool.last().orElseThrow().end()));
                wal.unmerged().forEach(merger::merge);
            }
        }
    }

    /** As the thread of an uploader does it: what failed is tried once more in the same session. */
    private static void persist(Uploader uploader) {
        try {
            uploader.drain();
        } catch (HoldfastException e) {
            uploader.drain();
        }
    }

    private void requireStored(Disk disk, long length) {
        try (var repository = open(disk)) {
            var archive = WalArchive.load(repository, generation(repository));
            var coverage = archive.coverage(LINE);
            assertThat(coverage).hasSizeLessThanOrEqualTo(1);
            if (length > 0) {
                assertThat(coverage.getFirst().start()).isEqualTo(WAL.start());
                assertThat(coverage.getFirst().bytes()).isGreaterThanOrEqualTo(length);
            }
            for (var range : coverage) {
                var found = new ByteArrayOutputStream();
                archive.read(range, (_, bytes, offset, count) -> found.write(bytes, offset, count));
                assertThat(found.toByteArray()).isEqualTo(truth(range));
            }
            requireEveryPieceTrue(repository);
        }
    }

    private static void requireEveryPieceTrue(Repository repository) {
        try (var objects = repository.store().list()) {
            objects.forEach(object -> {
                var name = OBJECT.matcher(object.key().text());
                if (name.matches()) {
                    var range = new WalRange(LINE, position(name.group(1)), position(name.group(2)));
                    assertThat(content(repository, object.key()))
                            .as(object.key().text())
                            .isEqualTo(truth(range));
                }
            });
        }
    }

    private static byte[] content(Repository repository, io.holdfast.repository.store.ObjectKey key) {
        var found = new ByteArrayOutputStream();
        try (var reader = repository.objects().open(key, ObjectType.WAL_PIECE)) {
            for (var frame : reader.frames()) {
                var content = new byte[frame.plainLength()];
                reader.read(frame, content);
                found.writeBytes(content);
            }
        }
        return found.toByteArray();
    }

    private static Lsn position(String sortable) {
        return new Lsn(Long.parseUnsignedLong(sortable, 16));
    }

    private static byte[] truth(WalRange range) {
        return Arrays.copyOfRange(WAL.bytes(), WAL.index(range.start()), WAL.index(range.end()));
    }
}
