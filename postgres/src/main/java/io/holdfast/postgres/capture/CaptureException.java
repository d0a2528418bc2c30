package io.holdfast.postgres.capture;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalOutcome;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.nio.file.Path;
import java.time.Duration;

/** A capture cannot begin or go on. */
public final class CaptureException extends HoldfastException {

    /** The code of the refusal to look into the spool of a capture that runs. */
    public static final String SPOOL_IN_USE = "capture.running";

    private static final long serialVersionUID = 1;

    private final String code;
    private final ProblemKind kind;
    private final boolean retryable;

    private CaptureException(String code, ProblemKind kind, boolean retryable, String message, String hint) {
        super(message, hint);
        this.code = code;
        this.kind = kind;
        this.retryable = retryable;
    }

    static CaptureException stateFolderInUse(Path folder) {
        return new CaptureException(
                "capture.running",
                ProblemKind.REFUSED,
                false,
                "another capture uses the state folder '%s'".formatted(folder),
                "stop it first; each member has one capture and one state folder");
    }

    static CaptureException spoolInUse(Path folder) {
        return new CaptureException(
                SPOOL_IN_USE,
                ProblemKind.REFUSED,
                false,
                "a capture is running with the state folder '%s'".formatted(folder),
                "stop it first: what its spool holds and the repository lacks is stored by the restore");
    }

    static CaptureException stateFolderUnusable(Path folder, Exception cause) {
        return new CaptureException(
                "capture.state-folder",
                ProblemKind.ENVIRONMENT,
                false,
                "the state folder '%s' cannot be used: %s".formatted(folder, cause.getMessage()),
                "name a folder that this user may write, on a local disk");
    }

    static CaptureException spoolOfOtherCluster(Path folder, SystemIdentifier writer) {
        return new CaptureException(
                "capture.spool-of-other-cluster",
                ProblemKind.REFUSED,
                false,
                "the spool in '%s' holds WAL of the cluster with system identifier %s".formatted(folder, writer),
                "use a state folder of its own for each cluster; if that cluster is of no more use, remove the spool");
    }

    static CaptureException diverged(TimelineId timeline, Lsn position) {
        return new CaptureException(
                "capture.diverged",
                ProblemKind.REFUSED,
                false,
                "the server has other WAL at %s on timeline %s than this member has captured"
                        .formatted(position, timeline),
                "two servers write on one timeline: stop the one that must not. If this one is to be captured, let it begin a"
                        + " timeline of its own (restart it with standby.signal, then pg_promote()), or give it a member"
                        + " name and a state folder of its own");
    }

    static CaptureException wentBack(TimelineId timeline, Lsn server, Lsn captured) {
        return new CaptureException(
                "capture.went-back",
                ProblemKind.REFUSED,
                false,
                "the server has WAL up to %s on timeline %s, where this member has captured it up to %s"
                        .formatted(server, timeline, captured),
                "the server is an older copy, or lost what it had on disk: what it writes now is another history. Connect to"
                        + " the right one, or let this one begin a timeline of its own (restart it with standby.signal, then"
                        + " pg_promote())");
    }

    static CaptureException segmentSizeChanged(WalSegmentSize before, WalSegmentSize now) {
        return new CaptureException(
                "capture.segment-size",
                ProblemKind.REFUSED,
                false,
                "the server's WAL segments have %d bytes, those of the repository %d"
                        .formatted(now.bytes(), before.bytes()),
                "make a repository of its own for this cluster with 'holdfast init'");
    }

    static CaptureException versionChanged(int before, int now) {
        return new CaptureException(
                "capture.version",
                ProblemKind.REFUSED,
                false,
                "the server is PostgreSQL %d, the repository protects PostgreSQL %d".formatted(now, before),
                "make a repository of its own for this cluster with 'holdfast init'");
    }

    static CaptureException walBroken(WalOutcome.Broken broken) {
        return new CaptureException(
                "capture.wal-broken",
                ProblemKind.DAMAGED,
                true,
                "what the server sends cannot be replayed: " + broken.explain(),
                "check the memory and the disks of the server; take a new base backup once it sends good WAL");
    }

    static CaptureException spoolBroken(WalOutcome.Broken broken) {
        return new CaptureException(
                "capture.spool-broken",
                ProblemKind.DAMAGED,
                true,
                "what the spool gives back cannot be replayed: " + broken.explain(),
                "check the memory and the disks of this host");
    }

    static CaptureException outOfOrder(Lsn expected, Lsn found) {
        return new CaptureException(
                "capture.out-of-order",
                ProblemKind.UNAVAILABLE,
                true,
                "the server sent WAL from %s where %s was next".formatted(found, expected),
                "nothing to do: the stream begins anew");
    }

    static CaptureException silent(Duration silence) {
        return new CaptureException(
                "capture.silent",
                ProblemKind.UNAVAILABLE,
                true,
                "the server has said nothing for %d s, though it was asked".formatted(silence.toSeconds()),
                "check the server and the network between");
    }

    static CaptureException noProgress() {
        return new CaptureException(
                "capture.no-next-timeline",
                ProblemKind.UNAVAILABLE,
                true,
                "the timeline has ended and the server does not yet know the next one",
                "wait for the promotion to finish");
    }

    static CaptureException slotIsLogical(String slot) {
        return new CaptureException(
                "capture.slot-logical",
                ProblemKind.REFUSED,
                false,
                "replication slot '%s' is a logical one".formatted(slot),
                "choose another slot name, or drop that slot if nothing needs it");
    }

    static CaptureException notFlushed(Duration timeout) {
        return new CaptureException(
                "capture.flush-timeout",
                ProblemKind.UNAVAILABLE,
                true,
                "not everything was stored within %d s".formatted(timeout.toSeconds()),
                "see 'holdfast status' for the reason");
    }

    /**
     * It waits for something, and whoever asked for it waits no longer.
     *
     * @param reason what it waits for
     */
    public static CaptureException notStreaming(Duration timeout, String reason) {
        return new CaptureException(
                "capture.not-streaming",
                ProblemKind.UNAVAILABLE,
                true,
                "the capture did not reach the server and the repository within %d s: %s"
                        .formatted(timeout.toSeconds(), reason),
                "bring back what is away and run it again; the slot and what the spool holds are as they were");
    }

    static CaptureException differentPiece(String key) {
        return new CaptureException(
                "capture.different-piece",
                ProblemKind.DAMAGED,
                false,
                "'%s' is stored already, with other content".formatted(key),
                "two processes may be using one claim: stop both, and look at the clocks and the state folders");
    }

    static CaptureException defect(Throwable cause) {
        return new CaptureException(
                "capture.defect",
                ProblemKind.DEFECT,
                false,
                "the capture ended by a defect: " + cause,
                "start it again: what the server keeps for the slot is not lost; and report it with the log");
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public ProblemKind kind() {
        return kind;
    }

    @Override
    public boolean retryable() {
        return retryable;
    }
}
