package io.holdfast.postgres.capture;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.archive.MemberAgreement;
import io.holdfast.postgres.archive.MemberWal;
import io.holdfast.postgres.archive.NameTakenException;
import io.holdfast.postgres.archive.SegmentMerger;
import io.holdfast.postgres.wal.WalSegmentName;
import io.holdfast.problem.HoldfastException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Merges the pieces of whole segments in the background, in a thread of its own; after a restart what was left. */
final class Merging implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Merging.class);

    private final MemberWal wal;
    private final SegmentMerger merger;
    private final MemberAgreement agreement;
    private final CaptureSettings settings;
    private final CaptureBoard board;
    private final Backoff backoff;
    private final Pause pause;
    private final Map<WalSegmentName, HoldfastException> taken = new LinkedHashMap<>();

    Merging(
            MemberWal wal,
            SegmentMerger merger,
            MemberAgreement agreement,
            CaptureSettings settings,
            CaptureBoard board,
            Backoff backoff,
            Pause pause) {
        this.wal = wal;
        this.merger = merger;
        this.agreement = agreement;
        this.settings = settings;
        this.board = board;
        this.backoff = backoff;
        this.pause = pause;
    }

    @Override
    public void run() {
        try {
            while (!board.isStopping()) {
                mergeWhatIsThere();
                pause.pause(settings.uploadEvery().multipliedBy(2));
            }
        } catch (InterruptedException _) {
            // Told to stop: the next session goes on.
        }
    }

    /** The pieces of one whose name is taken stay; the others do not wait for it. */
    private void merge(WalSegmentName segment) {
        if (taken.containsKey(segment)) {
            return;
        }
        try {
            if (merger.merge(segment)) {
                LOG.debug("merged segment={}", segment);
            }
        } catch (NameTakenException e) {
            taken.put(segment, e);
        }
    }

    private void mergeWhatIsThere() throws InterruptedException {
        try {
            var segments = wal.unmerged();
            boolean allowed = agreement.allows(segments);
            board.divergence(agreement.divergence());
            if (!allowed) {
                return;
            }
            for (var segment : segments) {
                if (board.isStopping()) {
                    return;
                }
                merge(segment);
            }
            board.mergeTrouble(taken.values().stream().findFirst());
            backoff.succeeded();
        } catch (HoldfastException e) {
            LOG.warn("segments cannot be merged code={}", e.code(), e);
            board.mergeTrouble(Optional.of(e));
            pause.pause(backoff.next());
        }
    }
}
