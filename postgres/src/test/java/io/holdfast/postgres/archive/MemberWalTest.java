package io.holdfast.postgres.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.problem.Secret;
import io.holdfast.repository.Repository;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.key.PassphraseKey;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.testkit.PowerFailureDisk;
import io.holdfast.testkit.StoredObjects;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a member and a backup know of stored WAL, from names alone: the objects have no content. */
class MemberWalTest {

    private static final TimelineId ONE = new TimelineId(1);
    private static final TimelineId TWO = new TimelineId(2);
    private static final int MIB = 1 << 20;
    private static final long EIGHTH = MIB / 8;
    private static final WalSegmentSize SEGMENT = new WalSegmentSize(MIB);
    private static final MemberName MEMBER = new MemberName("here");
    private static final Generation GENERATION = new Generation(1, new SystemIdentifier(7), 18, SEGMENT);

    private Repository repository;
    private ListedObjects listed;
    private final List<StoredWal> stored = new ArrayList<>();

    @BeforeEach
    void make_a_repository() {
        var disk = PowerFailureDisk.strict(InstantSource.system());
        listed = new ListedObjects(FilesystemStore.create(disk, Path.of("/repository"), InstantSource.system()));
        repository = Repository.initialise(
                listed.store(),
                "test",
                new PassphraseKey(Secret.of("correct horse")),
                InstantSource.system(),
                new SecureRandom());
    }

    @AfterEach
    void close() {
        repository.close();
    }

    private static WalSource session(int number) {
        return WalSource.of(new Claim(MEMBER, number), GENERATION);
    }

    private void piece(int session, TimelineId timeline, long start, long end) {
        var range = new WalRange(timeline, new Lsn(start), new Lsn(end));
        put(new StoredWal(session(session).piece(range), ObjectType.WAL_PIECE, range, Instant.EPOCH));
    }

    private void segment(int session, TimelineId timeline, int number) {
        var start = new Lsn((long) number * MIB);
        put(new StoredWal(
                session(session).segment(SEGMENT.name(timeline, start)),
                ObjectType.WAL_SEGMENT,
                new WalRange(timeline, start, start.plus(MIB)),
                Instant.EPOCH));
    }

    private void put(StoredWal wal) {
        if (repository.store().find(wal.key()).isEmpty()) {
            StoredObjects.put(repository.store(), wal.key(), new byte[0]);
            stored.add(wal);
        }
    }

    private void covered(int session, int number) {
        StoredObjects.put(repository.store(), session(session).document("covered", number), new byte[0]);
    }

    private MemberWal load() {
        return MemberWal.listed(repository, GENERATION, MEMBER, _ -> true);
    }

    /** Segments from the first, each of two pieces and merged. */
    private void grow(int session, int from, int segments) {
        for (int number = from; number < from + segments; number++) {
            piece(session, ONE, (long) number * MIB, (long) number * MIB + MIB / 2);
            piece(session, ONE, (long) number * MIB + MIB / 2, (long) (number + 1) * MIB);
            segment(session, ONE, number);
            covered(session, number + 1);
        }
    }

    @Test
    void what_was_merged_is_remembered_as_a_stretch() {
        grow(1, 0, 40);
        grow(2, 40, 40);
        piece(2, ONE, 80L * MIB, 80L * MIB + 100);

        var wal = load();

        assertThat(wal.remembered()).isEqualTo(1);
        assertThat(wal.storedFrom(ONE, new Lsn(5))).isEqualTo(new Lsn(80L * MIB + 100));
        assertThat(wal.newest()).contains(new WalRange(ONE, new Lsn(0), new Lsn(80L * MIB + 100)));
        assertThat(wal.unmerged()).isEmpty();
    }

    @Test
    void loading_it_looks_at_segments_but_not_at_their_pieces() {
        grow(1, 0, 100);
        piece(1, ONE, 100L * MIB, 100L * MIB + 100);

        assertThat(listed.during(this::load)).isLessThan(100 + 10);
    }

    @Test
    void the_pieces_of_an_earlier_session_may_be_merged_by_a_later_one() {
        piece(1, ONE, 0, MIB);
        segment(2, ONE, 0);

        assertThat(load().remembered()).isZero();
    }

    @Test
    void a_session_stays_small_while_it_adds_and_merges() {
        var wal = load();
        for (int number = 0; number < 200; number++) {
            var start = new Lsn((long) number * MIB);
            wal.added(session(1), new WalRange(ONE, start, start.plus(MIB / 2)), Instant.EPOCH);
            wal.added(session(1), new WalRange(ONE, start.plus(MIB / 2), start.plus(MIB)), Instant.EPOCH);
            assertThat(wal.unmerged()).containsExactly(SEGMENT.name(ONE, start));
            assertThat(wal.pieces(SEGMENT.name(ONE, start))).hasSize(2);
            wal.merged(new StoredWal(
                    session(1).segment(SEGMENT.name(ONE, start)),
                    ObjectType.WAL_SEGMENT,
                    new WalRange(ONE, start, start.plus(MIB)),
                    Instant.EPOCH));
        }

        assertThat(wal.remembered()).isZero();
        assertThat(wal.storedFrom(ONE, new Lsn(1))).isEqualTo(new Lsn(200L * MIB));
    }

    /** The plain way: all objects of a timeline, chained. */
    @Test
    void random_sets_of_objects_give_what_chaining_all_of_them_gives() {
        var random = new Random(20_261_125);
        for (int round = 0; round < 40; round++) {
            int segment = 12 * round;
            for (int i = 0; i < 25; i++) {
                var timeline = random.nextBoolean() ? ONE : TWO;
                int number = segment + random.nextInt(6);
                int session = 1 + random.nextInt(3);
                if (random.nextInt(4) == 0) {
                    segment(session, timeline, number);
                } else {
                    int from = random.nextInt(8);
                    int to = from + 1 + random.nextInt(8 - from);
                    piece(session, timeline, (long) number * MIB + from * EIGHTH, (long) number * MIB + to * EIGHTH);
                }
            }
            requireAsChained(load(), segment);
        }
    }

    private void requireAsChained(MemberWal wal, int firstSegment) {
        for (var timeline : List.of(ONE, TWO)) {
            var all = stored.stream()
                    .filter(object -> object.range().timeline().equals(timeline))
                    .toList();
            var chains = WalChain.of(all);
            for (int eighth = firstSegment * 8; eighth < (firstSegment + 7) * 8; eighth++) {
                var at = new Lsn(eighth * EIGHTH);
                var expected = chains.stream()
                        .filter(chain -> !at.isBefore(chain.start()) && !at.isAfter(chain.end()))
                        .map(WalChain::end)
                        .max(Comparator.naturalOrder())
                        .orElse(at);
                assertThat(wal.storedFrom(timeline, at)).isEqualTo(expected);
            }
        }
        var last = stored.stream()
                .map(object -> object.range().timeline())
                .max(Comparator.naturalOrder())
                .orElseThrow();
        var chain = WalChain.of(stored.stream()
                        .filter(object -> object.range().timeline().equals(last))
                        .toList())
                .getLast();
        assertThat(wal.newest()).contains(new WalRange(last, chain.start(), chain.end()));
    }

    @Test
    void what_a_backup_looks_up_does_not_grow_with_what_lies_before_it() {
        grow(1, 0, 30);
        grow(2, 30, 3);
        var early = listed.during(() -> WalArchive.loadRecent(repository, GENERATION, ONE, new Lsn(31L * MIB + 7)));
        grow(3, 33, 100);
        StoredObjects.put(repository.store(), ObjectKey.of("claim", "another", "00000001", "claim"), new byte[0]);

        var recent = new ArrayList<WalArchive>();
        var late = listed.during(
                () -> recent.add(WalArchive.loadRecent(repository, GENERATION, ONE, new Lsn(131L * MIB + 7))));

        assertThat(late).isLessThan(early + 15);
        assertThat(recent.getFirst().coverage(ONE))
                .containsExactly(new WalRange(ONE, new Lsn(131L * MIB), new Lsn(133L * MIB)));
    }

    @Test
    void what_a_backup_looks_up_is_what_the_whole_listing_has_from_its_segment_on() {
        var random = new Random(4);
        for (int i = 0; i < 150; i++) {
            int number = random.nextInt(10);
            var timeline = random.nextInt(3) == 0 ? TWO : ONE;
            if (random.nextInt(4) == 0) {
                segment(1 + random.nextInt(3), timeline, number);
            } else {
                int from = random.nextInt(8);
                piece(
                        1 + random.nextInt(3),
                        timeline,
                        (long) number * MIB + from * EIGHTH,
                        (long) number * MIB + (from + 1) * EIGHTH);
            }
        }
        for (var timeline : List.of(ONE, TWO)) {
            for (int segment = 0; segment < 11; segment++) {
                var start = new Lsn((long) segment * MIB);
                var recent = WalArchive.loadRecent(repository, GENERATION, timeline, start.plus(5));
                var expected = WalChain.of(stored.stream()
                                .filter(object -> object.range().timeline().equals(timeline)
                                        && !object.range().start().isBefore(start))
                                .toList())
                        .stream()
                        .map(chain -> new WalRange(timeline, chain.start(), chain.end()))
                        .toList();
                assertThat(recent.coverage(timeline)).isEqualTo(expected);
                assertThat(Optional.of(recent).map(WalArchive::timelines).orElseThrow())
                        .isSubsetOf(timeline);
            }
        }
    }
}
