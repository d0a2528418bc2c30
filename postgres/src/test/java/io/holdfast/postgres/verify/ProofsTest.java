package io.holdfast.postgres.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.testkit.SettableTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProofsTest {

    private static final BackupId ONE = new BackupId("20260115-020000F");
    private static final BackupId OTHER = new BackupId("20260116-020000I");

    private final SettableTime time = new SettableTime(Instant.parse("2026-02-01T00:00:00Z"));

    @TempDir
    private Path folder;

    private Repository repository;

    @BeforeEach
    void make_a_repository() {
        var random = new SecureRandom();
        repository = Repository.initialise(
                FilesystemStore.create(new LocalDisk(), folder.resolve("r"), time),
                "test",
                KeyFileKey.generate(folder.resolve("key"), random),
                time,
                random);
    }

    @AfterEach
    void close() {
        repository.close();
    }

    /** Stored at a time of the store, whatever its name says. */
    private Path store(Proof proof, String stored) throws IOException {
        var key = new Proofs(repository).store(proof, new SecureRandom());
        var file = folder.resolve("r").resolve(key.text());
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse(stored)));
        return file;
    }

    private static Instant at(String time) {
        return Instant.parse(time);
    }

    private Proof proof(BackupId backup, Check check) {
        var checks = List.of(check);
        return new Proof(
                Proof.VERSION,
                backup,
                1,
                Proof.verdict(checks),
                Proof.Target.LATEST,
                time.instant(),
                time.instant(),
                "somebody",
                Optional.of(new Proof.Recovered(
                        new TimelineId(1), Lsn.parse("0/9000000"), Optional.of(time.instant()), 9.5)),
                123,
                Optional.of(31.5),
                checks);
    }

    private static Check right() {
        return new Check(CheckKind.PAGES, true, 7, 0, 0, 1.5, List.of(), List.of());
    }

    private static Check wrong() {
        return new Check(CheckKind.PAGES, true, 6, 1, 0, 1.5, List.of("block 3"), List.of());
    }

    private static Check unchecked() {
        return new Check(CheckKind.PAGES, true, 6, 0, 1, 1.5, List.of(), List.of("no checksums"));
    }

    @Test
    void what_is_stored_is_read_again() throws IOException {
        var proof = proof(ONE, right());
        store(proof, "2026-02-01T00:00:00Z");

        var known = new Proofs(repository).of(List.of(ONE, OTHER));

        assertThat(known)
                .containsExactly(
                        Map.entry(ONE, new Proofs.Standing(at("2026-02-01T00:00:00Z"), proof, Optional.of(proof))));
        assertThat(proof.restoreTime().orElseThrow()).hasSeconds(41);
    }

    @Test
    void the_newest_counts_and_one_that_decides_nothing_hides_none_that_does() throws IOException {
        var good = proof(ONE, right());
        var bad = proof(ONE, wrong());
        var open = proof(ONE, unchecked());
        store(bad, "2026-02-03T00:00:00Z");
        store(good, "2026-02-02T00:00:00Z");
        store(open, "2026-02-04T00:00:00Z");

        assertThat(new Proofs(repository).of(List.of(ONE)))
                .containsEntry(ONE, new Proofs.Standing(at("2026-02-04T00:00:00Z"), open, Optional.of(bad)));
        assertThat(List.of(good.verdict(), bad.verdict(), open.verdict()))
                .containsExactly(Verdict.GOOD, Verdict.BAD, Verdict.UNDETERMINED);
    }

    @Test
    void one_that_was_changed_or_moved_to_another_backup_is_not_believed() throws IOException {
        var earlier = proof(ONE, wrong());
        store(earlier, "2026-02-01T00:00:00Z");
        var file = store(proof(ONE, right()), "2026-02-02T00:00:00Z");
        var moved = folder.resolve("r/proof").resolve(OTHER.text()).resolve(file.getFileName());
        Files.createDirectories(moved.getParent());
        Files.copy(file, moved);
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        file.toFile().setWritable(true);
        Files.write(file, bytes);

        var known = new Proofs(repository).of(List.of(ONE, OTHER));

        assertThat(known)
                .containsExactly(
                        Map.entry(ONE, new Proofs.Standing(at("2026-02-01T00:00:00Z"), earlier, Optional.of(earlier))));
        assertThat(repository.unreadable().all())
                .extracting(object -> object.object().text())
                .containsExactlyInAnyOrder(
                        "proof/%s/%s".formatted(ONE, file.getFileName()),
                        "proof/%s/%s".formatted(OTHER, file.getFileName()));
    }

    @Test
    void a_check_that_was_not_asked_is_not_right_and_does_not_spoil_the_rest() {
        var notAsked = new Check(CheckKind.TABLES, false, 0, 0, 0, 0, List.of(), List.of());

        assertThat(notAsked.verdict()).isEqualTo(Verdict.UNDETERMINED);
        assertThat(Proof.verdict(List.of(right(), notAsked))).isEqualTo(Verdict.GOOD);
    }
}
