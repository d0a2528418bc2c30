package io.holdfast.postgres.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.testkit.StoredObjects;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of the WAL is copied, and in which order. */
class WalToCopyTest {

    private static final String FORK = "1\t0/200000\tno recovery target specified\n";

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

    /** Without the folders of their sessions, but their numbers. */
    private List<String> from(double position) {
        return names(WalToCopy.from(archive.repository, archive.generation(), SyntheticArchive.at(position)));
    }

    private static List<String> names(List<ObjectKey> keys) {
        return keys.stream()
                .map(key -> key.text().replaceFirst("claim/alpha/0000000", "").replace("/00000001/", "/"))
                .toList();
    }

    private static String piece(int session, double from, double to) {
        return "%d/wal/%s-%s"
                .formatted(
                        session,
                        SyntheticArchive.at(from).sortable(),
                        SyntheticArchive.at(to).sortable());
    }

    private static String segment(int session, int number) {
        return "%d/segment/%s"
                .formatted(session, SyntheticArchive.SEGMENT.name(new TimelineId(1), SyntheticArchive.at(number)));
    }

    @Test
    void what_leads_to_wal_comes_before_it_wal_in_its_order_and_how_far_it_goes_after_it() {
        archive.covered(1);
        archive.covered(2);
        archive.piece(1, 2, 2.5);
        archive.segment(1, 1);
        archive.history(2, FORK);

        assertThat(from(0))
                .containsExactly(
                        "1/claim", "1/history/00000002", segment(1, 1), piece(1, 2, 2.5), "1/covered/00000002");
    }

    @Test
    void what_ends_before_the_segment_of_the_position_is_not_copied() {
        archive.segment(1, 1);
        archive.segment(1, 2);

        assertThat(from(2.5)).containsExactly("1/claim", segment(1, 2));
    }

    @Test
    void pieces_go_only_where_a_segment_of_their_session_holds_the_same() {
        archive.piece(1, 1, 1.5);
        archive.piece(1, 1.5, 2);
        archive.session(2);
        archive.segment(1, 1);

        assertThat(from(0)).contains(piece(1, 1, 1.5), piece(1, 1.5, 2), segment(2, 1));

        archive.session(3);
        archive.piece(1, 1, 1.5);
        archive.segment(1, 1);

        assertThat(from(0)).contains(segment(3, 1)).doesNotContain(piece(3, 1, 1.5));
    }

    @Test
    void what_a_stranger_calls_a_segment_takes_no_pieces_place() {
        archive.piece(1, 1, 2);
        StoredObjects.put(
                archive.store,
                archive.source().segment(SyntheticArchive.SEGMENT.name(new TimelineId(1), SyntheticArchive.at(1))),
                new byte[100]);

        assertThat(from(0)).contains(piece(1, 1, 2));
    }

    @Test
    void the_newest_that_authenticates_counts() {
        archive.segment(1, 1);
        archive.history(2, FORK);
        archive.covered(1);
        StoredObjects.put(archive.store, archive.source().document("covered", 99_999_999), new byte[100]);
        archive.session(2);
        archive.segment(1, 2);
        StoredObjects.put(
                archive.store, new ObjectKey("claim/alpha/00000002/00000001/history/00000002"), new byte[100]);

        assertThat(from(0))
                .contains("1/history/00000002", "1/covered/00000001")
                .doesNotContain("2/history/00000002", "1/covered/99999999");
    }

    @Test
    void a_backup_takes_claims_and_histories_only_of_sessions_whose_wal_it_needs() {
        archive.history(2, FORK);
        archive.segment(1, 1);
        archive.session(2);
        archive.history(2, FORK);
        archive.segment(1, 2);
        archive.session(3);
        StoredObjects.put(archive.store, new ObjectKey("claim/zz/claim"), new byte[100]);
        var backup = archive.backup(1, 2.2, 2.7);

        var needed = NeededWal.of(
                archive.repository,
                archive.generation(),
                backup,
                new TimelineId(1),
                SyntheticArchive.at(2.2),
                SyntheticArchive.at(2.7));

        assertThat(names(WalToCopy.ordered(archive.repository, archive.generation(), needed)))
                .containsExactly("2/claim", "2/history/00000002", segment(2, 2));
    }
}
