package io.holdfast.postgres.restore;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ControlFile;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.problem.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches beside a server, and removes what a restore left in its data directory once it is out of recovery: see {@link
 * RecoveryRemains}. Whatever stands in the way is tried again. A thread of its own, until it is closed.
 */
public final class AfterRecovery implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AfterRecovery.class);

    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(10);

    /** Between looks at a server whose data directory is not on this host, or may not be known to us. */
    private static final int SELDOM = 60;

    private final ConnectionSettings server;
    private final Duration every;
    private final Pause pause;
    private final Thread thread;
    private Optional<Path> directory = Optional.empty();
    private boolean told;

    private AfterRecovery(ConnectionSettings server, Duration every, Pause pause) {
        this.server = server;
        this.every = every;
        this.pause = pause;
        this.thread = Thread.ofPlatform().name("after-recovery").daemon().start(this::run);
    }

    /** Begins to watch; the server need not run yet. */
    public static AfterRecovery watch(ConnectionSettings server, Pause pause) {
        return watch(server, EVERY, pause);
    }

    static AfterRecovery watch(ConnectionSettings server, Duration every, Pause pause) {
        return new AfterRecovery(server, every, pause);
    }

    private void run() {
        try {
            while (true) {
                pause.pause(look());
            }
        } catch (InterruptedException _) {
            // Told to end.
        }
    }

    /** Files first: while there are no remains, the server is asked only once, where it keeps its data. How long to wait then. */
    private Duration look() {
        try {
            if (directory.isEmpty()) {
                directory = find();
            }
            directory
                    .map(RecoveryRemains::in)
                    .filter(remains -> remains.recoveryHasEnded() && !remains.isEmpty() && !isInRecovery())
                    .ifPresent(this::remove);
            return directory.isPresent() ? every : every.multipliedBy(SELDOM);
        } catch (HoldfastException e) {
            LOG.debug("whether a recovery has left something cannot be seen now code={}", e.code(), e);
            return every;
        }
    }

    private Optional<Path> find() {
        var facts = facts();
        return facts.files().dataDirectory().filter(path -> isOf(facts, path));
    }

    private boolean isInRecovery() {
        return facts().inRecovery();
    }

    private ServerFacts facts() {
        try (var sql = SqlSession.open(server)) {
            sql.allowSilence(SILENCE);
            return ServerFacts.read(sql);
        }
    }

    private void remove(RecoveryRemains remains) {
        var settings = remains.settings();
        try {
            remains.remove();
            LOG.info(
                    "recovery has ended: removed what only it needed folder={} settings={}",
                    remains.folder(),
                    settings);
        } catch (HoldfastException e) {
            // Once: this user may not be the server's, who alone may change it, and then it stays so.
            if (!told) {
                LOG.warn(
                        "what a recovery left cannot be removed, 'holdfast check' says how to code={} reason={}",
                        e.code(),
                        e.getMessage());
            }
            told = true;
            LOG.debug("what a recovery left cannot be removed yet code={}", e.code(), e);
        }
    }

    /** The server may run on another host, with a path that means something else here. */
    private static boolean isOf(ServerFacts facts, Path directory) {
        try {
            return ControlFile.parse(Files.readAllBytes(directory.resolve("global/pg_control")))
                    .filter(control -> control.systemIdentifier().equals(facts.systemIdentifier()))
                    .isPresent();
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
