package io.holdfast.postgres.archive;

import static io.holdfast.postgres.archive.SyntheticArchive.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.retention.BackupHold;
import io.holdfast.postgres.retention.HeldWal;
import io.holdfast.postgres.retention.HoldRefusedException;
import io.holdfast.repository.retention.Hold;
import io.holdfast.repository.retention.Holds;
import io.holdfast.repository.store.ObjectKey;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hold on what shall stay recoverable holds a backup from which it is. */
class HeldRangeTest {

    @TempDir
    private Path folder;

    private SyntheticArchive archive;

    @BeforeEach
    void make_an_archive() {
        archive = new SyntheticArchive(folder);
    }

    @AfterEach
    void close() {
        archive.close();
    }

    private Hold hold(double from, double to) {
        return new BackupHold(archive.repository, "audit", "ops", Optional.empty()).ofRange(at(from), at(to));
    }

    @Test
    void a_backup_on_a_branch_that_was_left_before_is_none() {
        var common = archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 8);
        var left = archive.backup(1, 5.5, 6);
        archive.history(2, "1\t0/400000\tx\n");
        archive.days(2, 4, 20);

        assertThat(hold(10, 12).backup()).contains(common);
        assertThat(hold(6.5, 7).backup()).contains(common);
        assertThat(HeldWal.of(hold(10, 12))).contains(new HeldWal(1, at(0.5), Optional.of(at(12))));
        assertThat(left).isNotEqualTo(common);
    }

    @Test
    void what_lies_behind_a_hole_is_refused_and_what_lies_before_it_is_held() {
        var older = archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 10);
        archive.backup(1, 4.5, 6.5);
        archive.store.remove(new ObjectKey("claim/alpha/00000001/00000001/segment/000000010000000000000005"));
        archive.piece(1, 5, 6);

        assertThat(hold(8, 9).backup()).isPresent();

        archive.store.remove(
                new ObjectKey("claim/alpha/00000001/00000001/wal/00000001/0000000000500000-0000000000600000"));

        assertThat(hold(3, 4.5).backup()).contains(older);
        assertThatThrownBy(() -> hold(8, 9))
                .isInstanceOf(HoldRefusedException.class)
                .hasMessageStartingWith("0/800000 to 0/900000 cannot be recovered, so there is nothing to hold");
        assertThat(new Holds(archive.repository).all()).hasSize(2);
    }

    @Test
    void what_ends_before_it_begins_or_was_never_stored_is_refused() {
        archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 10);

        assertThatThrownBy(() -> hold(9, 8)).hasMessageContaining("lies before its begin");
        assertThatThrownBy(() -> hold(9, 11)).isInstanceOf(HoldRefusedException.class);
        assertThat(new Holds(archive.repository).all()).isEmpty();
    }
}
