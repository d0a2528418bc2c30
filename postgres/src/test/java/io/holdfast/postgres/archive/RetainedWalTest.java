package io.holdfast.postgres.archive;

import static io.holdfast.postgres.archive.SyntheticArchive.at;
import static io.holdfast.postgres.archive.SyntheticArchive.range;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.retention.HeldWal;
import io.holdfast.postgres.retention.PostgresContents;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.removal.Contents;
import io.holdfast.repository.removal.Intents;
import io.holdfast.repository.retention.Holds;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which WAL a keeper leaves: each rule loses something that is needed if it is dropped. */
class RetainedWalTest {

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

    @Test
    void any_moment_of_the_window_can_be_recovered_and_older_backups_only_to_their_end() {
        archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 10);
        archive.backup(1, 9.5, 10.5);
        archive.days(1, 10, 20);

        archive.expire(100, 5);

        // From the backup that is older than the beginning of the window; of the other one, its own.
        assertThat(archive.coverage(1)).containsExactly(range(1, 0, 2), range(1, 9, 20));
    }

    @Test
    void the_wal_of_a_backup_that_goes_goes_with_it() {
        archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 10);
        archive.backup(1, 9.5, 10.5);
        archive.days(1, 10, 20);

        archive.expire(5, 5);

        assertThat(archive.repository.manifests().ids()).hasSize(1);
        assertThat(archive.coverage(1)).containsExactly(range(1, 9, 20));
    }

    @Test
    void what_followed_the_newest_backup_stays_while_a_server_is_idle_for_longer_than_the_window() {
        archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 10);
        archive.backup(1, 9.5, 10.5);
        archive.days(1, 10, 12);
        archive.history(2, "1\t0/b00000\tx\n");
        archive.days(2, 11, 13);
        archive.time.advance(Duration.ofDays(30));
        // The capture lives, so time goes on.
        archive.covered(1);

        archive.expire(5, 5);

        assertThat(archive.coverage(1)).containsExactly(range(1, 9, 12));
        assertThat(archive.coverage(2)).containsExactly(range(2, 11, 13));
    }

    @Test
    void wal_before_the_first_backup_of_a_new_repository_stays() {
        archive.days(1, 0, 20);

        archive.expire(5, 5);

        assertThat(archive.coverage(1)).containsExactly(range(1, 0, 20));
    }

    @Test
    void without_a_backup_older_than_the_window_all_from_the_oldest_on_stays() {
        archive.days(1, 0, 2);
        archive.backup(1, 2.5, 3.5);
        archive.days(1, 2, 20);

        archive.expire(100, 18);

        assertThat(archive.coverage(1)).containsExactly(range(1, 1, 20));
    }

    @Test
    void pieces_go_when_a_whole_segment_stands_for_them() {
        archive.backup(1, 0, 0.5);
        archive.piece(1, 0, 0.3);
        archive.piece(1, 0.3, 1);
        archive.segment(1, 0);
        archive.piece(1, 1, 1.5);
        archive.time.advance(Duration.ofDays(1));

        archive.expire(5, 5);

        assertThat(archive.coverage(1)).containsExactly(range(1, 0, 1.5));
        assertThat(archive.keys()).filteredOn(key -> key.contains("/wal/")).hasSize(1);
    }

    @Test
    void pieces_stay_when_the_segment_does_not_say_what_its_name_says() {
        archive.backup(1, 0, 0.5);
        archive.piece(1, 0, 0.3);
        archive.piece(1, 0.3, 1);
        archive.damagedSegment(1, 0);
        archive.time.advance(Duration.ofDays(1));

        archive.expire(5, 5);

        assertThat(archive.keys()).filteredOn(key -> key.contains("/wal/")).hasSize(2);
    }

    @Test
    void pieces_of_another_timeline_stay() {
        archive.backup(1, 0, 0.5);
        archive.segment(1, 0);
        archive.history(2, "1\t0/80000\tx\n");
        archive.piece(2, 0, 0.7);
        archive.time.advance(Duration.ofDays(1));

        archive.expire(5, 5);

        assertThat(archive.coverage(2)).containsExactly(range(2, 0, 0.7));
    }

    @Test
    void a_branch_is_recovered_through_the_timeline_that_it_left_and_only_up_to_there() {
        archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 6);
        archive.history(2, "1\t0/400000\tx\n");
        archive.days(2, 4, 20);
        archive.backup(2, 19, 20);

        archive.expire(100, 5);

        assertThat(archive.coverage(1)).containsExactly(range(1, 0, 5));
        assertThat(archive.coverage(2)).containsExactly(range(2, 4, 20));
        assertThat(WalArchive.load(archive.repository, archive.generation()).history(new TimelineId(2)))
                .isPresent();
    }

    @Test
    void the_beginning_of_the_window_is_restored_from_a_backup_on_the_way_to_the_branch() {
        var common = archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 6);
        // On the branch that was given up: newer, and of no use for the other.
        var other = archive.backup(1, 5.5, 6);
        archive.history(2, "1\t0/400000\tx\n");
        archive.days(2, 4, 15);
        archive.backup(2, 14.5, 15.5);
        archive.days(2, 15, 16);

        archive.expire(5, 5);

        assertThat(archive.repository.manifests().ids()).contains(common).doesNotContain(other);
        assertThat(archive.coverage(2)).containsExactly(range(2, 4, 16));
    }

    @Test
    void wal_that_a_hold_names_stays() {
        archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 10);
        archive.backup(1, 9.5, 10.5);
        archive.days(1, 10, 20);
        var held = new HeldWal(1, at(3.5), Optional.of(at(5.5)));
        var hold = new Holds(archive.repository)
                .place(
                        new Holds.Subject(Optional.empty(), Optional.of(held.document())),
                        "audit",
                        "ops",
                        Optional.of(Duration.ofDays(1)));

        archive.expire(5, 5);
        assertThat(archive.coverage(1)).containsExactly(range(1, 3, 6), range(1, 9, 20));
        assertThat(hold.ends()).isPresent();

        archive.time.advance(Duration.ofDays(1));
        archive.expire(5, 5);
        assertThat(archive.coverage(1)).containsExactly(range(1, 9, 20));
    }

    @Test
    void wal_that_a_backup_in_the_making_will_need_stays() {
        archive.days(1, 0, 2);
        archive.history(2, "1\t0/100000\tx\n");
        archive.piece(2, 1, 1.2);
        archive.time.advance(Duration.ofMinutes(1));
        var open = new Intents(archive.repository)
                .open(new BackupId("20260303-030000F"), Optional.empty(), "alpha", archive.time.instant());
        archive.time.advance(Duration.ofMinutes(1));
        archive.piece(2, 1.2, 1.4);
        archive.piece(2, 1.4, 1.6);
        // Of another branch, so that nothing that is committed needs the WAL of this one.
        archive.backup(1, 0.5, 1.5);
        archive.time.advance(Duration.ofHours(2));

        var keeper = archive.keeper(Duration.ofMinutes(1), Duration.ofMinutes(1));
        keeper.run();
        archive.time.advance(Duration.ofHours(2));
        archive.keeper(Duration.ofMinutes(1), Duration.ofMinutes(1)).run();

        assertThat(archive.coverage(2)).containsExactly(range(2, 1, 1.6));
        assertThat(archive.keys()).anyMatch(key -> key.startsWith("backup/" + open.backup()));
    }

    @Test
    void the_last_backup_of_an_earlier_generation_stays_with_its_wal() {
        var old = archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 5);
        var first = archive.generation();
        archive.upgrade();
        archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 30);

        archive.expire(5, 5);

        assertThat(archive.repository.manifests().ids()).contains(old);
        assertThat(archive.coverage(1, first)).containsExactly(range(1, 0, 2));
        assertThat(archive.coverage(1)).containsExactly(range(1, 0, 30));
    }

    @Test
    void of_an_earlier_session_stays_what_its_wal_needs_and_at_last_nothing() {
        archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 5);
        archive.session(2);
        archive.days(1, 5, 10);
        archive.backup(1, 9.5, 10.5);
        archive.days(1, 10, 20);

        archive.expire(100, 5);
        assertThat(archive.keys()).contains("claim/alpha/00000001/claim");

        archive.expire(5, 5);
        assertThat(archive.keys())
                .noneMatch(key -> key.startsWith("claim/alpha/00000001/"))
                .contains("claim/alpha/00000002/claim");
    }

    @Test
    void histories_stay_with_the_newest_session_that_has_them() {
        archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 2);
        archive.history(2, "1\t0/100000\tx\n");
        archive.history(3, "1\t0/100000\tx\n2\t0/180000\tx\n");
        archive.session(2);
        archive.history(3, "1\t0/100000\tx\n2\t0/180000\tx\n");
        archive.days(3, 1, 20);

        archive.expire(5, 5);

        assertThat(archive.keys())
                .filteredOn(key -> key.contains("/history/"))
                .containsExactly(
                        "claim/alpha/00000001/00000001/history/00000002",
                        "claim/alpha/00000002/00000001/history/00000003");
    }

    @Test
    void of_what_was_said_while_no_wal_flowed_the_last_word_stays() {
        archive.backup(1, 0, 0.5);
        archive.piece(1, 0, 0.5);
        for (int i = 1; i <= 4; i++) {
            archive.time.advance(Duration.ofSeconds(10));
            archive.covered(i);
        }
        archive.time.advance(Duration.ofSeconds(10));
        archive.piece(1, 0.5, 0.7);
        for (int i = 5; i <= 8; i++) {
            archive.time.advance(Duration.ofSeconds(10));
            archive.covered(i);
        }
        archive.time.advance(Duration.ofHours(1));

        archive.expire(5, 5);

        assertThat(archive.keys())
                .filteredOn(key -> key.contains("/covered/"))
                .extracting(key -> key.substring(key.length() - 1))
                .containsExactly("4", "8");
    }

    @Test
    void a_server_whose_clock_is_years_behind_or_ahead_loses_nothing() {
        var now = archive.time.instant();
        var behind = archive.backup(1, 0.5, 1.5, now.minus(Duration.ofDays(3650)));
        archive.days(1, 0, 3);
        var ahead = archive.backup(1, 2.5, 3.5, now.plus(Duration.ofDays(3650)));
        archive.days(1, 3, 8);
        var right = archive.backup(1, 7.5, 8.5);
        archive.days(1, 8, 9);

        archive.expire(10, 9);
        assertThat(archive.repository.manifests().ids()).containsExactlyInAnyOrder(behind, ahead, right);
        assertThat(archive.coverage(1)).containsExactly(range(1, 0, 9));

        archive.days(1, 9, 30);
        archive.backup(1, 29.5, 30.5);
        archive.days(1, 30, 31);
        archive.expire(10, 9);
        // The clock that was ahead does not keep its backup for ten years.
        assertThat(archive.repository.manifests().ids()).contains(right).doesNotContain(behind, ahead);
    }

    private void loses(String... names) {
        for (var name : names) {
            archive.store.remove(new ObjectKey("claim/alpha/00000001/00000001/segment/" + name));
        }
    }

    @Test
    void a_newest_backup_whose_own_wal_has_gone_keeps_no_older_one_from_staying() {
        var older = archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 10);
        var newest = archive.backup(1, 9.5, 11.5);
        archive.days(1, 10, 20);
        loses("00000001000000000000000A");

        archive.expire(5, 5);

        assertThat(archive.repository.manifests().ids()).containsExactlyInAnyOrder(older, newest);
        // All that can be recovered: from the older one up to the hole.
        assertThat(archive.coverage(1)).contains(range(1, 0, 10));
    }

    @Test
    void the_window_is_restored_from_a_backup_that_has_its_own_wal() {
        var older = archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 10);
        archive.backup(1, 9.5, 11.5);
        archive.days(1, 10, 18);
        var newest = archive.backup(1, 17.5, 18.5);
        archive.days(1, 18, 20);
        loses("00000001000000000000000A");

        archive.expire(5, 5);

        assertThat(archive.repository.manifests().ids()).contains(older, newest);
        assertThat(archive.coverage(1)).contains(range(1, 0, 10));
    }

    @Test
    void the_window_is_restored_from_a_backup_that_has_its_packs() {
        archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 10);
        var lacking = archive.backup(1, 9.5, 10.5);
        archive.days(1, 10, 20);

        assertThat(segmentsThatMayGo(Set.of())).isNotEmpty();
        assertThat(segmentsThatMayGo(Set.of(lacking))).isEmpty();
    }

    private List<StoredObject> segmentsThatMayGo(Set<BackupId> lacking) {
        var contents = new PostgresContents(archive.repository, Duration.ofDays(5));
        contents.history(archive.repository.manifests().stored());
        var judge = contents.judge(new Contents.Kept(
                archive.repository.manifests().readAll(), lacking, List.of(), List.of(), archive.time.instant()));
        try (var session = archive.store.list(archive.source().folder())) {
            return judge.unneeded(session.toList()).keySet().stream()
                    .filter(object -> object.key().text().contains("/segment/"))
                    .toList();
        }
    }

    @Test
    void a_backup_that_has_stored_its_own_wal_needs_no_other() {
        archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 10);
        var newest = archive.backupWithOwnWal(9.5, 10.5);
        archive.time.advance(Duration.ofDays(10));
        archive.covered(1);

        archive.expire(5, 5);

        assertThat(archive.repository.manifests().ids()).containsExactly(newest);
    }

    @Test
    void one_that_began_in_the_first_segment_of_a_timeline_needs_nothing_of_the_one_before() {
        archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 10);
        archive.history(2, "1\t0/a40000\tx\n");
        archive.days(2, 10, 12);
        var upon = archive.backup(2, 10.5, 11.5);
        archive.days(2, 12, 30);

        archive.expire(5, 5);

        assertThat(archive.repository.manifests().ids()).containsExactly(upon);
    }

    @Test
    void what_a_cluster_of_before_can_be_recovered_to_stays_while_its_upgrade_has_no_backup() {
        archive.backup(1, 0.5, 1.5);
        archive.days(1, 0, 5);
        var first = archive.generation();
        archive.upgrade();
        archive.days(1, 0, 30);

        archive.expire(5, 5);

        assertThat(archive.coverage(1, first)).containsExactly(range(1, 0, 5));
    }
}
