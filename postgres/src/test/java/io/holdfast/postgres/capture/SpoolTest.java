package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.disk.Disk;
import io.holdfast.testkit.CrashLoop;
import io.holdfast.testkit.PowerFailureDisk;
import io.holdfast.testkit.SettableTime;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SpoolTest {

    private static final Path FOLDER = Path.of("/state/spool");
    private static final WalSegmentSize SEGMENT = new WalSegmentSize(1 << 20);
    private static final TimelineId FIRST = new TimelineId(1);
    private static final TimelineId SECOND = new TimelineId(2);
    private static final Lsn START = new Lsn(5L << 20);
    private static final long ROOMY = 1L << 30;
    private static final int BATCH = 300_000;
    private static final int SEEDS = Boolean.getBoolean("holdfast.torture") ? 20 : 3;

    /** What a scenario was promised. */
    private static final class Witness {
        private final AtomicLong promised = new AtomicLong(START.offset());
        private final AtomicLong released = new AtomicLong(START.offset());
    }

    @Test
    void gives_back_what_it_was_given_across_segments() {
        var disk = PowerFailureDisk.strict(SettableTime.nearMidnight());
        try (var spool = open(disk)) {
            spool.begin(FIRST, START);
            append(spool, 10);

            var run = spool.last().orElseThrow();

            assertThat(run).isEqualTo(new SpoolRun(1, FIRST, START, START.plus(10L * BATCH)));
            assertThat(spool.read(run, run.start(), run.end())).isEqualTo(bytes(START, 10 * BATCH));
            var odd = START.plus(1_234_567);
            assertThat(spool.read(run, odd, odd.plus(777_777))).isEqualTo(bytes(odd, 777_777));
        }
    }

    @Test
    void a_change_of_timeline_is_another_run() {
        var disk = PowerFailureDisk.strict(SettableTime.nearMidnight());
        try (var spool = open(disk)) {
            spool.begin(FIRST, START);
            append(spool, 5);
            spool.keepHistory(SECOND, "1\t0/5100000\tno recovery target specified\n");
            spool.begin(SECOND, START.plus(1 << 20));
            append(spool, 1);
        }
        disk.powerCut();

        try (var spool = open(disk)) {
            assertThat(spool.runs())
                    .extracting(SpoolRun::number, SpoolRun::timeline)
                    .containsExactly(tuple(1L, FIRST), tuple(2L, SECOND));
            assertThat(spool.history(SECOND).parent()).contains(FIRST);
        }
    }

    @Test
    void at_its_limit_it_takes_nothing_more_and_keeps_what_it_has() {
        var disk = PowerFailureDisk.strict(SettableTime.nearMidnight());
        try (var spool = Spool.open(disk, FOLDER, SEGMENT, 4 << 20)) {
            spool.begin(FIRST, START);
            append(spool, 13);

            assertThatThrownBy(() -> append(spool, 5))
                    .isInstanceOfSatisfying(
                            SpoolException.class, e -> assertThat(e.full()).isTrue())
                    .hasMessage("the spool '/state/spool' has reached its limit of 4194304 bytes");

            assertThat(spool.bytes()).isLessThanOrEqualTo(4 << 20);
            requireContent(spool);
        }
    }

    @Test
    void a_full_disk_is_the_same_and_it_goes_on_when_there_is_room_again() {
        var disk = PowerFailureDisk.strict(SettableTime.nearMidnight()).noSpaceAfter(2_000_000);
        try (var spool = open(disk)) {
            spool.begin(FIRST, START);
            assertThatThrownBy(() -> append(spool, 10))
                    .isInstanceOfSatisfying(
                            SpoolException.class, e -> assertThat(e.full()).isTrue());
            var end = spool.last().orElseThrow().end();

            disk.noSpaceAfter(Long.MAX_VALUE / 2);
            append(spool, 4);

            assertThat(spool.last().orElseThrow().end()).isEqualTo(end.plus(4L * BATCH));
            requireContent(spool);
        }
        disk.kill();
        try (var spool = open(disk)) {
            requireContent(spool);
        }
    }

    @ParameterizedTest
    @EnumSource(CrashLoop.Interruption.class)
    void what_was_promised_survives_on_a_strict_disk(CrashLoop.Interruption interruption) {
        survives(() -> PowerFailureDisk.strict(SettableTime.nearMidnight()), interruption);
    }

    @ParameterizedTest
    @EnumSource(CrashLoop.Interruption.class)
    void what_was_promised_survives_on_an_adversarial_disk(CrashLoop.Interruption interruption) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            long chosen = seed;
            survives(() -> PowerFailureDisk.adversarial(SettableTime.nearMidnight(), chosen), interruption);
        }
    }

    private static void survives(Supplier<PowerFailureDisk> disks, CrashLoop.Interruption interruption) {
        long operations = new CrashLoop<>(disks, Witness::new)
                .run(
                        interruption,
                        (disk, witness) -> {
                            try (var spool = open(disk)) {
                                spool.begin(FIRST, START);
                                for (int i = 0; i < 12; i++) {
                                    promise(spool, witness);
                                    if (i % 4 == 3) {
                                        var run = spool.last().orElseThrow();
                                        var needed = SEGMENT.start(run.end());
                                        witness.released.set(needed.offset());
                                        spool.release(run, needed);
                                    }
                                }
                            }
                        },
                        (disk, witness) -> {
                            try (var spool = open(disk)) {
                                requirePromised(spool, witness);
                                if (spool.last().isEmpty()) {
                                    spool.begin(FIRST, START);
                                }
                                append(spool, 3);
                                requireContent(spool);
                            }
                            disk.powerCut();
                            try (var spool = open(disk)) {
                                requirePromised(spool, witness);
                                requireContent(spool);
                            }
                        });
        assertThat(operations).isGreaterThan(40);
    }

    private static void requirePromised(Spool spool, Witness witness) {
        if (witness.promised.get() == START.offset()) {
            return;
        }
        var run = spool.last().orElseThrow();
        assertThat(spool.runs()).hasSize(1);
        assertThat(run.end().offset()).isGreaterThanOrEqualTo(witness.promised.get());
        assertThat(run.start().offset()).isLessThanOrEqualTo(witness.released.get());
        requireContent(spool);
    }

    private static void requireContent(Spool spool) {
        var run = spool.last().orElseThrow();
        assertThat(spool.read(run, run.start(), run.end()))
                .isEqualTo(bytes(run.start(), (int) run.end().minus(run.start())));
    }

    private static void promise(Spool spool, Witness witness) {
        append(spool, 1);
        witness.promised.set(spool.last().orElseThrow().end().offset());
    }

    private static Spool open(Disk disk) {
        return Spool.open(disk, FOLDER, SEGMENT, ROOMY);
    }

    private static void append(Spool spool, int batches) {
        for (int i = 0; i < batches; i++) {
            var at = spool.last().orElseThrow().end();
            spool.append(bytes(at, BATCH), 0, BATCH);
        }
    }

    /** Every position has its own byte, more or less. */
    private static byte[] bytes(Lsn at, int length) {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            long position = at.offset() + i;
            bytes[i] = (byte) (position * 31 + (position >>> 8));
        }
        return bytes;
    }
}
