package io.holdfast.cli;

import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.archive.WalFooter;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.archive.WalSource;
import io.holdfast.postgres.archive.WalWriter;
import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.backup.ConfigurationPlaces;
import io.holdfast.postgres.backup.IncrementalDetails;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalIndexBuilder;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.Repository;
import io.holdfast.repository.binary.Bytes;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.manifest.FilePath;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.FilesystemStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the launcher runs once after a build, with its output thrown away, so that the JVM writes an ahead-of-time cache
 * of the classes that short commands need (JEP 514). Few commands on purpose: a rich cache is slower to load.
 */
public final class StartupTraining {

    private static final List<List<String>> COMMANDS = List.of(
            List.of("--version"),
            List.of("--help"),
            List.of("help"),
            List.of("completion"),
            List.of("config"),
            List.of("no-such-command"));

    private static final SystemIdentifier CLUSTER = new SystemIdentifier(7_500_000_000_000_000_000L);

    private static final TimelineId TIMELINE = new TimelineId(1);
    private static final Lsn START = new Lsn(0x2000028);
    private static final Lsn STOP = new Lsn(0x2000120);

    private StartupTraining() {}

    public static void main(String[] arguments) {
        var nowhere = new PrintWriter(Writer.nullWriter());
        var defects = new DefectLog(Path.of(System.getProperty("java.io.tmpdir")));
        for (var command : COMMANDS) {
            Holdfast.run(nowhere, nowhere, defects, command.toArray(String[]::new));
        }
        onARepository(nowhere, defects);
        // As each command ends: the JDK asks whether to log that, for which it loads some forty classes.
        System.exit(0);
    }

    /** Opens one with backups as {@code info} does: reading manifests takes more classes than all before. */
    private static void onARepository(PrintWriter nowhere, DefectLog defects) {
        try {
            var folder = Files.createTempDirectory("holdfast-training-");
            var where = new String[] {"--repository", folder + "/repository", "--key-file", folder + "/key"};
            run(nowhere, defects, where, "init", "--name", "training", "--generate-key");
            addBackups(folder);
            run(nowhere, defects, where, "info");
            run(nowhere, defects, where, "info", "-o", "json");
            try (var files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What these say of a cluster counts for nothing: it is as long as what a real one says. */
    private static void addBackups(Path folder) {
        var clock = InstantSource.system();
        var store = FilesystemStore.openForWriting(new LocalDisk(), folder.resolve("repository"), clock);
        try (var repository = Repository.open(store, KeyFileKey.read(folder.resolve("key")))) {
            var generation = Generation.admit(repository, CLUSTER, 18, new WalSegmentSize(16 * 1024 * 1024));
            var begun = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            var full = BackupId.of(begun, BackupId.Kind.FULL);
            commit(repository, full, Optional.empty(), begun);
            commit(repository, BackupId.of(begun, BackupId.Kind.INCREMENTAL), Optional.of(full), begun);
            storeWal(repository, WalSource.of(full, generation));
        }
    }

    /** From the segment on in which the backups start, with a commit, so that something can be recovered. */
    private static void storeWal(Repository repository, WalSource source) {
        var range = new WalRange(TIMELINE, new Lsn(0x2000000), new Lsn(0x2000200));
        var index = new WalIndexBuilder(TIMELINE, range.start());
        index.transaction(STOP.offset(), 3, 0, true);
        new WalWriter(repository.objects(), source)
                .store(
                        new WalFooter(range, range.end(), Optional.empty(), index.cut(range.end())),
                        new byte[(int) range.bytes()]);
    }

    private static void commit(Repository repository, BackupId id, Optional<BackupId> parent, Instant begun) {
        repository
                .manifests()
                .commit(new Manifest(
                        Manifest.VERSION,
                        id,
                        1,
                        parent,
                        begun,
                        begun,
                        begun.plus(Duration.ofDays(1)),
                        256 * 1024,
                        repository.samenessEpoch(),
                        List.of(),
                        new Manifest.Totals(1, 1, 1, 1),
                        Json.mapper().valueToTree(details(begun))));
    }

    private static BackupDetails details(Instant begun) {
        return new BackupDetails(
                CLUSTER,
                180_000,
                "PG_18_202506291",
                new MemberName("primary"),
                TIMELINE,
                START,
                STOP,
                begun,
                begun,
                "START WAL LOCATION: 0/2000028 (file 000000010000000000000002)\n".repeat(4),
                Optional.empty(),
                Bytes.of(new byte[512]),
                8192,
                true,
                "/var/lib/postgresql/18/main",
                List.of(),
                List.of(),
                0,
                Optional.of(new IncrementalDetails(
                        IncrementalDetails.Method.SUMMARIES,
                        List.of(),
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        1,
                        32,
                        0,
                        Optional.empty())),
                Optional.empty(),
                Optional.of(begun),
                true,
                Optional.of(new ConfigurationPlaces(
                        Optional.of(new FilePath("data/postgresql.conf")),
                        Optional.of(new FilePath("data/pg_hba.conf")),
                        Optional.of(new FilePath("data/pg_ident.conf")))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static void run(PrintWriter nowhere, DefectLog defects, String[] where, String... command) {
        Holdfast.run(
                nowhere,
                nowhere,
                defects,
                Stream.concat(Arrays.stream(command), Arrays.stream(where)).toArray(String[]::new));
    }
}
