package io.holdfast.cli.status;

import io.holdfast.postgres.capture.CaptureState;
import io.holdfast.postgres.capture.CaptureStatus;
import io.holdfast.postgres.capture.RiskReason;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The capture on this host, as it last told of itself.
 *
 * @param published absent: none ever ran here
 */
record HostCapture(Optional<CaptureStatus> published, Instant now) {

    /** A capture that has not published anything for so long is not running. */
    private static final Duration SILENT = Duration.ofSeconds(30);

    static HostCapture read(Path stateFolder, Instant now) {
        return new HostCapture(CaptureStatus.read(stateFolder), now);
    }

    Optional<CaptureStatus> running() {
        return published.filter(status -> isAlive(status, now));
    }

    /** What is wrong with it, for people. */
    List<String> concerns() {
        var concerns = new ArrayList<String>();
        if (running().isEmpty()) {
            concerns.add("no capture runs on this host: what is committed now is not protected");
        }
        running()
                .ifPresent(status -> status.risks()
                        .forEach(risk -> concerns.add(risk.meaning()
                                + detail(risk, status).map(": "::concat).orElse(""))));
        return concerns;
    }

    /** What it does, for people. */
    String description() {
        return published.map(status -> describe(status, now)).orElse("never ran on this host");
    }

    /** Each risk with its own reason: a concern about the stream is not explained by trouble with the upload. */
    private static Optional<String> detail(RiskReason risk, CaptureStatus status) {
        if (risk == RiskReason.NOT_STREAMING || risk == RiskReason.WAL_BROKEN) {
            return status.state() instanceof CaptureState.Waiting waiting
                    ? Optional.of("%s; %s".formatted(waiting.reason(), waiting.hint()))
                    : Optional.empty();
        }
        return risk == RiskReason.BACKUP_WANTED
                ? status.wantedBackup().map(wanted -> "%s at %s".formatted(wanted.reason(), wanted.since()))
                : status.trouble();
    }

    private static boolean isAlive(CaptureStatus status, Instant now) {
        return !(status.state() instanceof CaptureState.Stopped)
                && status.written().plus(SILENT).isAfter(now)
                && ProcessHandle.of(status.pid()).isPresent();
    }

    private static String describe(CaptureStatus status, Instant now) {
        if (!isAlive(status, now) && !(status.state() instanceof CaptureState.Stopped)) {
            return "not running: it last said something at " + status.written();
        }
        return switch (status.state()) {
            case CaptureState.Connecting _ -> "connecting";
            case CaptureState.Streaming _ ->
                "streaming, process %d, session %d".formatted(status.pid(), status.session());
            case CaptureState.Waiting waiting -> "waiting: %s; %s".formatted(waiting.reason(), waiting.hint());
            case CaptureState.Stopped stopped -> "stopped: " + stopped.reason();
        };
    }
}
