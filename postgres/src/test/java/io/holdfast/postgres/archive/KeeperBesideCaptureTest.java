package io.holdfast.postgres.archive;

import static io.holdfast.postgres.archive.SyntheticArchive.at;
import static io.holdfast.postgres.archive.SyntheticArchive.range;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.testkit.Turns;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A keeper against a capture that stores pieces and makes segments of them, and against who reads them, in many orders of their operations. */
class KeeperBesideCaptureTest {

    private static final boolean TORTURE = Boolean.getBoolean("holdfast.torture");
    private static final int STRIDE = TORTURE ? 1 : 7;
    private static final int OTHER_STRIDE = TORTURE ? 1 : 5;
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path folder;

    private interface Race {
        void run(SyntheticArchive archive, Turns turns, int first, int second, int[] done);
    }

    private int sweep(Race race) {
        int tried = 0;
        for (int first = 0; ; first += STRIDE) {
            int[] done = {0, 0};
            for (int second = first * 5 % OTHER_STRIDE; ; second += OTHER_STRIDE) {
                var own = folder.resolve(first + "-" + second);
                try (var archive = archive(own);
                        var turns = new Turns()) {
                    race.run(archive, turns, first, second, done);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("after %d operations of one, %d of the other".formatted(first, second), e);
                }
                tried++;
                if (done[1] <= second) {
                    break;
                }
            }
            if (done[0] <= first) {
                return tried;
            }
        }
    }

    /** Two segments in pieces, the first of them merged, and a backup that needs both. */
    private static SyntheticArchive archive(Path own) {
        own.toFile().mkdirs();
        var archive = new SyntheticArchive(own);
        archive.piece(1, 0, 0.4);
        archive.piece(1, 0.4, 1);
        archive.backup(1, 0.2, 0.6);
        archive.segment(1, 0);
        archive.piece(1, 1, 1.5);
        archive.piece(1, 1.5, 2);
        archive.time.advance(SyntheticArchive.GRACE.multipliedBy(2));
        return archive;
    }

    private static void expire(SyntheticArchive archive, ObjectStore view) {
        archive.keeper(archive.open(view), DAY, DAY).run();
        archive.time.advance(SyntheticArchive.GRACE);
        archive.keeper(archive.open(view), DAY, DAY).run();
    }

    private static void interleave(Turns.Activity one, Turns.Activity other, int first, int second, int[] done) {
        one.steps(first);
        other.steps(second);
        one.finish();
        other.finish();
        one.failure().ifPresent(problem -> {
            throw new AssertionError("the first failed", problem);
        });
        other.failure().ifPresent(problem -> {
            throw new AssertionError("the other failed", problem);
        });
        done[0] = one.operations();
        done[1] = other.operations();
    }

    @Test
    void merging_and_new_pieces_lose_nothing() {
        int tried = sweep((archive, turns, first, second, done) -> {
            var keeper = turns.begin("keeper", archive.store, view -> expire(archive, view));
            var capture = turns.begin("capture", archive.store, view -> {
                var repository = archive.open(view);
                var claim = new Claim(new MemberName("alpha"), 1);
                var wal = MemberWal.load(repository, archive.generation(), claim.member());
                var source = WalSource.of(claim, archive.generation());
                var merger = new SegmentMerger(repository, archive.generation(), wal, source);
                wal.unmerged().forEach(merger::merge);
                new WalWriter(repository.objects(), source)
                        .store(SyntheticArchive.footer(1, 2, 2.3), new byte[1 << 20]);
            });
            interleave(keeper, capture, first, second, done);

            assertThat(archive.coverage(1)).containsExactly(range(1, 0, 2.3));
            archive.expire(1, 1);
            assertThat(archive.coverage(1)).containsExactly(range(1, 0, 2.3));
            assertThat(archive.keys()).filteredOn(key -> key.contains("/wal/")).hasSize(1);
        });

        assertThat(tried).isGreaterThan(20);
    }

    @Test
    void a_reader_gets_every_byte_whether_from_pieces_or_from_the_segment() {
        sweep((archive, turns, first, second, done) -> {
            var read = new AtomicLong();
            var keeper = turns.begin("keeper", archive.store, view -> expire(archive, view));
            var reader = turns.begin(
                    "reader",
                    archive.store,
                    view -> WalArchive.load(archive.open(view), archive.generation())
                            .read(range(1, 0, 2), (_, _, _, length) -> read.addAndGet(length)));
            interleave(keeper, reader, first, second, done);

            assertThat(read).hasValue(at(2).offset());
        });
    }

    @Test
    void who_plans_a_restore_finds_the_footers_whether_of_pieces_or_of_the_segment() {
        sweep((archive, turns, first, second, done) -> {
            var reached = new AtomicLong();
            var keeper = turns.begin("keeper", archive.store, view -> expire(archive, view));
            var planner = turns.begin("planner", archive.store, view -> {
                var wal = WalArchive.load(archive.open(view), archive.generation());
                wal.footers(new TimelineId(1), at(0))
                        .forEach(footer -> reached.set(footer.range().end().offset()));
                assertThat(wal.newest(new TimelineId(1), at(0))
                                .orElseThrow()
                                .range()
                                .end())
                        .isEqualTo(at(2));
            });
            interleave(keeper, planner, first, second, done);

            assertThat(reached).hasValue(at(2).offset());
        });
    }

    @Test
    void a_keeper_that_is_killed_anywhere_leaves_all_that_is_needed() {
        for (int kill = 0; ; kill += STRIDE) {
            var own = folder.resolve("kill-" + kill);
            try (var archive = archive(own);
                    var turns = new Turns()) {
                var keeper = turns.begin("keeper", archive.store, view -> expire(archive, view));
                keeper.steps(kill);
                boolean ended = keeper.hasEnded();
                keeper.kill();
                assertThat(archive.coverage(1)).containsExactly(range(1, 0, 2));
                archive.expire(1, 1);
                assertThat(archive.coverage(1)).containsExactly(range(1, 0, 2));
                assertThat(archive.keys())
                        .filteredOn(key -> key.contains("/wal/" + new TimelineId(1).hex()))
                        .hasSize(2);
                if (ended) {
                    return;
                }
            }
        }
    }
}
