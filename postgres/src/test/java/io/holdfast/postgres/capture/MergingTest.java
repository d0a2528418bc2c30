package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.archive.Claims;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.MemberAgreement;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.archive.MemberWal;
import io.holdfast.postgres.archive.NameTakenException;
import io.holdfast.postgres.archive.SegmentMerger;
import io.holdfast.postgres.archive.WalFooter;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.archive.WalSource;
import io.holdfast.postgres.archive.WalWriter;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalIndex;
import io.holdfast.postgres.wal.WalSegmentName;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.problem.Secret;
import io.holdfast.repository.Repository;
import io.holdfast.repository.key.PassphraseKey;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.testkit.PowerFailureDisk;
import io.holdfast.testkit.SettableTime;
import io.holdfast.testkit.StoredObjects;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MergingTest {

    private static final MemberName MEMBER = new MemberName("alpha");
    private static final TimelineId ONE = new TimelineId(1);
    private static final WalSegmentSize SIZE = new WalSegmentSize(1 << 20);

    private final SettableTime time = SettableTime.nearMidnight();
    private final Repository repository = Repository.initialise(
            FilesystemStore.create(PowerFailureDisk.strict(time), Path.of("/repository"), time),
            "demo",
            new PassphraseKey(Secret.of("correct horse")),
            time,
            new SecureRandom());
    private final Generation generation = Generation.admit(repository, new SystemIdentifier(42), 18, SIZE);
    private final CaptureBoard board = new CaptureBoard();

    @Test
    void a_segment_whose_name_is_taken_stays_in_pieces_and_the_others_do_not_wait_for_it() {
        var claim = new Claims(repository, MEMBER)
                .take(new Claims.Applicant(generation.systemIdentifier(), "here", "token", time.instant(), true));
        var source = WalSource.of(claim, generation);
        for (int segment = 1; segment <= 3; segment++) {
            store(source, segment);
        }
        var wal = MemberWal.load(repository, generation, MEMBER);
        StoredObjects.put(repository.store(), source.segment(name(1)), new byte[] {7});

        merging(wal, source, new MemberAgreement(repository, generation, claim, wal, Duration.ZERO, time))
                .run();

        assertThat(wal.unmerged()).containsExactly(name(1));
        assertThat(repository.store().find(source.segment(name(2)))).isPresent();
        assertThat(board.mergeTrouble()).get().isInstanceOf(NameTakenException.class);
    }

    /** Until it has looked twice. */
    private Merging merging(MemberWal wal, WalSource source, MemberAgreement agreement) {
        var looked = new int[1];
        return new Merging(
                wal,
                new SegmentMerger(repository, generation, wal, source),
                agreement,
                CaptureSettings.of(
                        ConnectionSettings.of(new ServerAddress.Tcp("127.0.0.1", 1), "postgres", "postgres"),
                        MEMBER,
                        Path.of("/state")),
                board,
                new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), new SecureRandom()),
                _ -> {
                    if (++looked[0] == 2) {
                        board.stop();
                    }
                });
    }

    private static WalSegmentName name(int segment) {
        return SIZE.name(ONE, new Lsn((long) segment << 20));
    }

    private void store(WalSource source, int segment) {
        for (int half = 0; half < 2; half++) {
            var start = new Lsn(((long) segment << 20) + ((long) half << 19));
            var range = new WalRange(ONE, start, start.plus(1 << 19));
            var footer = new WalFooter(
                    range, range.end(), Optional.empty(), WalIndex.empty(ONE, range.start(), range.end()));
            new WalWriter(repository.objects(), source).store(footer, new byte[1 << 19]);
        }
    }
}
