package io.holdfast.postgres.restore;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.cluster.ControlFile;
import io.holdfast.postgres.cluster.ServerLaunch;
import io.holdfast.postgres.restore.replay.ReplayFolder;
import io.holdfast.postgres.restore.replay.WalPrefetch;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server in a restored directory, from its start until it has recovered. It outlives this process. */
final class RestoredServer {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final String PAUSED = "pausing at the end of recovery";

    /** Then it waits where it is, for ever. Source: RecoveryRequiresIntParameter in xlogrecovery.c. */
    private static final String TOO_SMALL = "hot standby is not possible because of insufficient parameter settings";

    private static final int TAIL = 3000;
    private static final int LONG_TAIL = 100_000;

    /** Source: process_pm_child_exit in src/backend/postmaster/postmaster.c. */
    private static final String SHUT_DOWN = "shutdown at recovery target";

    private final Repository repository;
    private final Path directory;
    private final ServerStart how;
    private final FileOwner owner;
    private final Pause pause;
    private final Path log;
    private @Nullable Process process;

    /** What stopped the prefetcher. */
    private volatile @Nullable HoldfastException prefetchProblem;

    /** Where in the log this start begins. */
    private long logStart;

    RestoredServer(Repository repository, Path directory, ServerStart how, FileOwner owner, Pause pause) {
        this.repository = repository;
        this.directory = directory;
        this.how = how;
        this.owner = owner;
        this.pause = pause;
        this.log = directory.resolve(RestoreResult.SERVER_LOG);
    }

    Path log() {
        return log;
    }

    /** Of the running server. */
    Optional<Long> pid() {
        return Optional.ofNullable(process).filter(Process::isAlive).map(Process::pid);
    }

    /** Starts it and waits until it takes writes, has paused at its target, or has shut down there; where that was. */
    RecoveryEnd recover(TargetAction action, EndOfRecovery comparison) {
        owner.user().requireReach(directory);
        var prefetcher = Thread.ofPlatform().name("prefetch").daemon().start(this::prefetch);
        RecoveryEnd end;
        try {
            launch(action);
            await(action);
            end = isPromoted(action) ? comparison.promoted(directory, action) : comparison.stopped(tail(LONG_TAIL));
        } catch (IOException e) {
            throw RestoreException.io("start a server in", directory, e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw RestoreException.interrupted();
        } finally {
            end(prefetcher);
        }
        if (action == TargetAction.PROMOTE) {
            RecoveryRemains.in(directory).remove();
        }
        return end;
    }

    /** When {@link #await} has returned. */
    private boolean isPromoted(TargetAction action) throws IOException {
        return switch (action) {
            case PROMOTE -> true;
            case PAUSE -> !tail(LONG_TAIL).contains(PAUSED);
            case SHUTDOWN -> pid().isPresent();
        };
    }

    /** Its folder is removed next: it must not write there any more. */
    private static void end(Thread prefetcher) {
        prefetcher.interrupt();
        try {
            prefetcher.join(Duration.ofSeconds(30));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** In this process, which has the key, while it lives; afterwards the script starts one of its own. */
    private void prefetch() {
        try {
            new WalPrefetch(ReplayFolder.in(directory).path(), pause, owner.user()).runWith(repository);
        } catch (HoldfastException e) {
            // It has been logged, and the server stops for it.
            prefetchProblem = e;
        }
    }

    private void launch(TargetAction action) throws IOException {
        logStart = Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS) ? Files.size(log) : 0;
        var settings = new LinkedHashMap<>(how.settings());
        if (action != TargetAction.PROMOTE) {
            // That it has paused or shut down is seen in its log, so that has to come here, in English.
            settings.putAll(Map.of("logging_collector", "off", "log_destination", "stderr", "lc_messages", "C"));
        }
        process = new ServerLaunch(how.bin(), directory, log, owner.user()).start(settings);
    }

    private void await(TargetAction action) throws IOException, InterruptedException {
        var server = Objects.requireNonNull(process);
        while (!isDone(action)) {
            if (!server.isAlive()) {
                if (action == TargetAction.SHUTDOWN && tail(LONG_TAIL).contains(SHUT_DOWN)) {
                    return;
                }
                throw RestoreException.serverEnded(log, tail(TAIL), prefetchProblem);
            }
            if (action == TargetAction.PAUSE && tail(LONG_TAIL).contains(TOO_SMALL)) {
                throw RestoreException.tooSmall(log, tail(TAIL));
            }
            pause.pause(BETWEEN_LOOKS);
        }
    }

    private boolean isDone(TargetAction action) throws IOException {
        return switch (action) {
            case PROMOTE -> isReady() && isInProduction();
            case PAUSE -> tail(LONG_TAIL).contains(PAUSED) || (isReady() && isInProduction());
            case SHUTDOWN -> isReady() && isInProduction();
        };
    }

    /** Line 8 of postmaster.pid is the state: src/include/utils/pidfile.h. */
    private boolean isReady() throws IOException {
        try {
            var lines = Files.readAllLines(directory.resolve("postmaster.pid"), StandardCharsets.ISO_8859_1);
            return lines.size() >= 8 && lines.get(7).strip().equals("ready");
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    /** pg_control alone does not tell: until recovery begins, it is that of the source, which was in production. */
    private boolean isInProduction() throws IOException {
        if (Files.exists(ReplayFolder.in(directory).recoverySignal())) {
            return false;
        }
        return ControlFile.parse(Files.readAllBytes(directory.resolve("global/pg_control")))
                .filter(ControlFile::isInProduction)
                .isPresent();
    }

    private String tail(int bytes) throws IOException {
        if (!Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS)) {
            return "";
        }
        try (var file = FileChannel.open(log, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            long start = Math.max(logStart, file.size() - bytes);
            var content = ByteBuffer.allocate((int) Math.max(0, file.size() - start));
            while (content.hasRemaining() && file.read(content, start + content.position()) > 0) {
                // Reads on.
            }
            return new String(content.array(), 0, content.position(), StandardCharsets.UTF_8).strip();
        }
    }
}
