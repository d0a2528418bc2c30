package io.holdfast.postgres.capture;

import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.replication.SlotName;
import java.nio.file.Path;
import java.time.Duration;

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
        return new CaptureSettings(
                server,
                member,
                name,
                stateFolder,
                spoolLimit,
                uploadEvery,
                uploadBytes,
                renewEvery,
                silenceLimit,
                longestWait,
                acknowledgement,
                takeOver);
    }

    public CaptureSettings withSpoolLimit(long bytes) {
        return new CaptureSettings(
                server,
                member,
                slot,
                stateFolder,
                bytes,
                uploadEvery,
                uploadBytes,
                renewEvery,
                silenceLimit,
                longestWait,
                acknowledgement,
                takeOver);
    }

    public CaptureSettings withUpload(Duration every, int bytes) {
        return new CaptureSettings(
                server,
                member,
                slot,
                stateFolder,
                spoolLimit,
                every,
                bytes,
                renewEvery,
                silenceLimit,
                longestWait,
                acknowledgement,
                takeOver);
    }

    /** How long to be patient, with a silent server and between attempts. */
    public CaptureSettings withPatience(Duration silence, Duration wait) {
        return new CaptureSettings(
                server,
                member,
                slot,
                stateFolder,
                spoolLimit,
                uploadEvery,
                uploadBytes,
                renewEvery,
                silence,
                wait,
                acknowledgement,
                takeOver);
    }

    public CaptureSettings withRenewEvery(Duration interval) {
        return new CaptureSettings(
                server,
                member,
                slot,
                stateFolder,
                spoolLimit,
                uploadEvery,
                uploadBytes,
                interval,
                silenceLimit,
                longestWait,
                acknowledgement,
                takeOver);
    }

    public CaptureSettings withAcknowledgement(Acknowledgement wanted) {
        return new CaptureSettings(
                server,
                member,
                slot,
                stateFolder,
                spoolLimit,
                uploadEvery,
                uploadBytes,
                renewEvery,
                silenceLimit,
                longestWait,
                wanted,
                takeOver);
    }

    public CaptureSettings withTakeOver(boolean yes) {
        return new CaptureSettings(
                server,
                member,
                slot,
                stateFolder,
                spoolLimit,
                uploadEvery,
                uploadBytes,
                renewEvery,
                silenceLimit,
                longestWait,
                acknowledgement,
                yes);
    }
}
