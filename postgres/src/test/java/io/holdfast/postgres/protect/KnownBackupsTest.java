package io.holdfast.postgres.protect;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.problem.Secret;
import io.holdfast.repository.Repository;
import io.holdfast.repository.binary.Bytes;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.key.PassphraseKey;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.FilesystemStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownBackupsTest {

    private static final Instant BEGIN = Instant.parse("2026-01-15T02:00:00Z");

    @TempDir
    private Path folder;

    private Repository repository;

    @BeforeEach
    void make_a_repository() {
        var store = FilesystemStore.create(new LocalDisk(), folder, InstantSource.system());
        repository = Repository.initialise(
                store,
                "test",
                new PassphraseKey(Secret.of("correct horse")),
                InstantSource.system(),
                new SecureRandom());
    }

    @AfterEach
    void close() {
        repository.close();
    }

    private BackupId commit(Instant begun, BackupId.Kind kind) {
        var id = BackupId.of(begun, kind);
        var details = new BackupDetails(
                new SystemIdentifier(7),
                180001,
                "PG_18_202506291",
                new MemberName("here"),
                new TimelineId(1),
                new Lsn(begun.getEpochSecond()),
                new Lsn(begun.getEpochSecond() + 1),
                begun,
                begun,
                "label",
                Optional.empty(),
                Bytes.of(new byte[1]),
                8192,
                true,
                "/data",
                List.of(),
                List.of(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        repository
                .manifests()
                .commit(new Manifest(
                        Manifest.VERSION,
                        id,
                        1,
                        Optional.empty(),
                        begun,
                        begun.plusSeconds(60),
                        Instant.parse("9999-12-31T00:00:00Z"),
                        1 << 18,
                        1,
                        List.of(),
                        new Manifest.Totals(1, 2, 3, 4),
                        Json.mapper().valueToTree(details)));
        return id;
    }

    /** A manifest that cannot be read: whoever reads it fails. */
    private void spoil(BackupId id) throws IOException {
        Files.write(folder.resolve(id.manifestKey().text()), new byte[100]);
    }

    @Test
    void only_the_newest_and_the_newest_full_one_are_read_and_only_once() throws IOException {
        spoil(commit(BEGIN.minus(Duration.ofDays(2)), BackupId.Kind.FULL));
        var full = commit(BEGIN, BackupId.Kind.FULL);
        for (int day = 1; day < 20; day++) {
            spoil(commit(BEGIN.plus(Duration.ofDays(day)), BackupId.Kind.INCREMENTAL));
        }
        var newest = commit(BEGIN.plus(Duration.ofDays(20)), BackupId.Kind.INCREMENTAL);
        var now = BEGIN.plus(Duration.ofDays(21));

        var known = KnownBackups.look(repository.manifests(), now);

        assertThat(known.newest().orElseThrow().id()).isEqualTo(newest);
        assertThat(known.newestFull().orElseThrow().id()).isEqualTo(full);
        spoil(full);
        spoil(newest);
        assertThat(known.again(repository.manifests(), now)).isEqualTo(known);
    }

    @Test
    void one_from_the_future_says_nothing_about_now() {
        var past = commit(BEGIN, BackupId.Kind.FULL);
        var ahead = commit(BEGIN.plus(Duration.ofDays(3650)), BackupId.Kind.FULL);

        assertThat(KnownBackups.look(repository.manifests(), BEGIN.plusSeconds(60))
                        .newest())
                .get()
                .extracting(TakenBackup::id)
                .isEqualTo(past);
        assertThat(KnownBackups.look(repository.manifests(), ahead.begun().minusSeconds(60))
                        .newest())
                .get()
                .extracting(TakenBackup::id)
                .isEqualTo(ahead);
    }

    @Test
    void one_of_the_cluster_before_an_upgrade_does_not_count() {
        commit(BEGIN, BackupId.Kind.FULL);

        var known = KnownBackups.look(repository.manifests(), BEGIN);

        assertThat(known.ofGeneration(1)).isEqualTo(known);
        assertThat(known.ofGeneration(2).newest()).isEmpty();
        assertThat(known.ofGeneration(2).newestFull()).isEmpty();
    }
}
