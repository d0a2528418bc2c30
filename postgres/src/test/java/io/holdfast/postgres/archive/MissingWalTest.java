package io.holdfast.postgres.archive;

import static io.holdfast.postgres.archive.SyntheticArchive.at;
import static io.holdfast.postgres.archive.SyntheticArchive.range;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.retention.MissingWal;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.store.ObjectKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hole in the WAL of a session is told apart from what a keeper, or a gap, leaves. */
class MissingWalTest {

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

    private List<WalRange> missing(int days) {
        return MissingWal.of(
                archive.repository, archive.generation(), archive.time.instant().minus(Duration.ofDays(days)));
    }

    private void remove(String segment) {
        archive.store.remove(new ObjectKey("claim/alpha/00000001/00000001/segment/0000000100000000000000" + segment));
    }

    @Test
    void wal_that_somebody_removed_is_missing_if_the_window_needs_it() {
        archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 10);
        archive.backup(1, 9.5, 10.5);
        archive.days(1, 10, 20);
        remove("05");
        remove("0E");
        remove("0F");

        assertThat(missing(5)).containsExactly(range(1, 14, 16));
        assertThat(missing(15)).containsExactly(range(1, 5, 6), range(1, 14, 16));
    }

    @Test
    void what_a_keeper_has_removed_is_not_missing_nor_when_the_window_becomes_longer() {
        archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 10);
        archive.backup(1, 9.5, 10.5);
        archive.days(1, 10, 20);

        archive.expire(100, 5);

        assertThat(archive.coverage(1)).containsExactly(range(1, 0, 2), range(1, 9, 20));
        assertThat(missing(5)).isEmpty();
        assertThat(missing(15)).isEmpty();
    }

    @Test
    void a_gap_that_was_declared_is_known_already_and_what_is_missing_beside_it_is_not() {
        archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 5);
        new SessionDocuments(archive.repository.objects(), archive.source(), "gap")
                .create(new GapDocument(
                        new TimelineId(1),
                        at(5),
                        Optional.of(new TimelineId(1)),
                        Optional.of(at(7)),
                        GapReason.SLOT_LOST,
                        archive.time.instant()));
        archive.days(1, 7, 10);

        assertThat(missing(20)).isEmpty();

        remove("07");

        assertThat(missing(20)).containsExactly(range(1, 5, 8));
    }

    @Test
    void between_two_sessions_and_between_backups_that_stored_their_own_nothing_is_promised() {
        archive.backupWithOwnWal(0.5, 1.5);
        archive.time.advance(Duration.ofDays(1));
        archive.backupWithOwnWal(3.5, 4.5);
        archive.days(1, 6, 8);
        archive.session(2);
        archive.days(1, 9, 12);

        assertThat(missing(20)).isEmpty();
    }
}
