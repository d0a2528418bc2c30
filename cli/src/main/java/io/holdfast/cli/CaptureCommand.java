package io.holdfast.cli;

import io.holdfast.cli.configuration.ByteSize;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.postgres.capture.Acknowledgement;
import io.holdfast.postgres.capture.Capture;
import io.holdfast.postgres.capture.CaptureException;
import io.holdfast.postgres.capture.CaptureSettings;
import io.holdfast.postgres.capture.CaptureState;
import io.holdfast.postgres.restore.AfterRecovery;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast capture}: stores WAL as it is written, until it is told to stop. */
@Command(
        name = "capture",
        description = {
            "Store WAL in the repository as the server writes it, until stopped (SIGTERM or Ctrl-C).",
            "WAL is streamed through a replication slot, checked record by record, forced to a local spool, and uploaded"
                    + " every second or every few MiB. An outage of the repository only lets the spool grow; restarts of"
                    + " the server and cuts of the network are survived. 'holdfast status' tells how it does.",
            "With 'ack: repository' in the section 'capture' of the configuration, a commit that waits for this capture (list"
                    + " 'holdfast' in the server's synchronous_standby_names) returns when the repository holds it.",
            "Before protection is given up for good, run it once with --remove-slot: a slot that nobody reads makes the"
                    + " server keep its WAL until the disk is full."
        },
        footer = {
            "",
            "Examples:",
            "  holdfast capture",
            "  holdfast capture --take-over       the host that captured before is gone",
            "  holdfast capture --remove-slot     end the protection cleanly"
        })
final class CaptureCommand implements Callable<Integer>, TakesSettings {

    private static final Duration REACHED_WITHIN = Duration.ofMinutes(1);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--take-over",
            description = "Take the claim of a session that seems alive. Only when you know that it is not.")
    private boolean takeOver;

    @Option(
            names = "--remove-slot",
            description = "Store what is there, drop the replication slot, declare the end of coverage, and end.")
    private boolean removeSlot;

    @Override
    public List<Setting<?>> settings() {
        return Stream.of(
                        Settings.OF_THE_REPOSITORY,
                        Settings.OF_THE_SERVER,
                        List.<Setting<?>>of(Settings.MEMBER, Settings.CAPTURE_SLOT, Settings.STATE_DIRECTORY))
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public Integer call() throws InterruptedException {
        var workspace = Workspace.of(spec);
        try (var repository = workspace.openRepository();
                var capture = Capture.start(repository, settings(workspace, takeOver), machine(workspace));
                var _ = AfterRecovery.watch(workspace.server(), workspace.pause())) {
            if (removeSlot) {
                awaitStreaming(workspace, capture);
                capture.removeSlot();
                spec.commandLine().getErr().println("the slot is removed, coverage ends here");
                return 0;
            }
            ShutDown.closing(capture);
            capture.awaitEnd();
            if (capture.problem().isPresent()) {
                throw capture.problem().get();
            }
            return 0;
        }
    }

    private void awaitStreaming(Workspace workspace, Capture capture) throws InterruptedException {
        long deadline = System.nanoTime() + REACHED_WITHIN.toNanos();
        var told = "";
        while (!(capture.status().state() instanceof CaptureState.Streaming)) {
            if (capture.problem().isPresent()) {
                throw capture.problem().get();
            }
            var reason =
                    capture.status().state() instanceof CaptureState.Waiting waiting ? waiting.reason() : "connecting";
            if (System.nanoTime() - deadline > 0) {
                throw CaptureException.notStreaming(REACHED_WITHIN, reason);
            }
            if (!reason.equals(told)) {
                spec.commandLine().getErr().println("waiting: " + reason);
                told = reason;
            }
            workspace.pause().pause(Duration.ofMillis(100));
        }
    }

    /** The capture that is configured; {@code protect} runs the same. */
    static CaptureSettings settings(Workspace workspace, boolean takeOver) {
        var configuration = workspace.configuration();
        return CaptureSettings.of(workspace.server(), workspace.member(), workspace.stateFolder())
                .withSlot(configuration.get(Settings.CAPTURE_SLOT))
                .withSpoolLimit(bytes(configuration.get(Settings.CAPTURE_SPOOL_LIMIT)))
                .withUpload(
                        configuration.get(Settings.CAPTURE_UPLOAD_EVERY),
                        uploadBytes(configuration.get(Settings.CAPTURE_UPLOAD_BYTES)))
                .withAcknowledgement(
                        switch (configuration.get(Settings.CAPTURE_ACK)) {
                            case SPOOL -> new Acknowledgement.Spool();
                            case REPOSITORY ->
                                new Acknowledgement.Stored(configuration.get(Settings.CAPTURE_DEGRADE_AFTER));
                        })
                .withTakeOver(takeOver);
    }

    private static int uploadBytes(ByteSize size) {
        if (size.bytes() < 8 << 10 || size.bytes() > 64 << 20) {
            throw UsageException.uploadBytes(size.toString());
        }
        return (int) size.bytes();
    }

    private static long bytes(ByteSize size) {
        return size.bytes();
    }

    static Capture.Machine machine(Workspace workspace) {
        return new Capture.Machine(
                workspace.disk(),
                workspace.clock(),
                workspace.pause(),
                new SecureRandom(),
                HostName.ofThisHost().asMember().text());
    }
}
