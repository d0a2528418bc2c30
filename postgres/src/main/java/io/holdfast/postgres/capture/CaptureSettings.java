package io.holdfast.postgres.capture;

import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.replication.SlotName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What to capture, and how.
 *
 * @param slot permanent; made when it is absent
 * @param stateFolder on a local disk; holds the spool
 * @param spoolLimit bytes of the spool, beyond which WAL is given up rather than a disk filled
 * @param uploadEvery longest time that received WAL waits for its upload
 * @param uploadBytes what is uploaded at once, and at most in one piece
 * @param renewEvery how often the claim is renewed while no WAL flows
 * @param silenceLimit after which a server that does not answer is given up
 * @param longestWait between two attempts
 * @param acknowledgement what the server is told to be flushed
 * @param takeOver the claim of a session that is alive
 */
public record CaptureSettings(
        ConnectionSettings server,
        MemberName member,
        SlotName slot,
        Path stateFolder,
        long spoolLimit,
        Duration uploadEvery,
        int uploadBytes,
        Duration renewEvery,
        Duration silenceLimit,
        Duration longestWait,
        Acknowledgement acknowledgement,
        boolean takeOver) {

    public static final SlotName DEFAULT_SLOT = new SlotName("holdfast");
    public static final long DEFAULT_SPOOL_LIMIT = 4L << 30;

    public CaptureSettings {
        if (uploadBytes < 8192 || uploadBytes > 64 << 20) {
            throw new IllegalArgumentException("pieces of %d bytes".formatted(uploadBytes));
        }
        stateFolder = stateFolder.toAbsolutePath().normalize();
    }

    public static CaptureSettings of(ConnectionSettings server, MemberName member, Path stateFolder) {
        return new CaptureSettings(
                server,
                member,
                DEFAULT_SLOT,
                stateFolder,
                DEFAULT_SPOOL_LIMIT,
                Duration.ofSeconds(1),
                4 << 20,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(15),
                new Acknowledgement.Spool(),
                false);
    }

    public CaptureSettings withSlot(SlotName name) {
        return changed(draft -> draft.slot = name);
    }

    public CaptureSettings withSpoolLimit(long bytes) {
        return changed(draft -> draft.spoolLimit = bytes);
    }

    public CaptureSettings withUpload(Duration every, int bytes) {
        return changed(draft -> {
            draft.uploadEvery = every;
            draft.uploadBytes = bytes;
        });
    }

    /** How long to be patient, with a silent server and between attempts. */
    public CaptureSettings withPatience(Duration silence, Duration wait) {
        return changed(draft -> {
            draft.silenceLimit = silence;
            draft.longestWait = wait;
        });
    }

    public CaptureSettings withRenewEvery(Duration interval) {
        return changed(draft -> draft.renewEvery = interval);
    }

    public CaptureSettings withAcknowledgement(Acknowledgement wanted) {
        return changed(draft -> draft.acknowledgement = wanted);
    }

    public CaptureSettings withTakeOver(boolean yes) {
        return changed(draft -> draft.takeOver = yes);
    }

    private CaptureSettings changed(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.finished();
    }

    /** One component of so many is changed at a time. */
    private static final class Draft {

        private final CaptureSettings of;
        private SlotName slot;
        private long spoolLimit;
        private Duration uploadEvery;
        private int uploadBytes;
        private Duration renewEvery;
        private Duration silenceLimit;
        private Duration longestWait;
        private Acknowledgement acknowledgement;
        private boolean takeOver;

        Draft(CaptureSettings of) {
            this.of = of;
            slot = of.slot;
            spoolLimit = of.spoolLimit;
            uploadEvery = of.uploadEvery;
            uploadBytes = of.uploadBytes;
            renewEvery = of.renewEvery;
            silenceLimit = of.silenceLimit;
            longestWait = of.longestWait;
            acknowledgement = of.acknowledgement;
            takeOver = of.takeOver;
        }

        CaptureSettings finished() {
            return new CaptureSettings(
                    of.server,
                    of.member,
                    slot,
                    of.stateFolder,
                    spoolLimit,
                    uploadEvery,
                    uploadBytes,
                    renewEvery,
                    silenceLimit,
                    longestWait,
                    acknowledgement,
                    takeOver);
        }
    }
}
