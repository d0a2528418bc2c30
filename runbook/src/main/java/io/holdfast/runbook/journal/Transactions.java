package io.holdfast.runbook.journal;

import io.holdfast.runbook.state.StateException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Transactions on the state database, which may be restarted, full or out of connections for a while. Thread-safe. */
public final class Transactions {

    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

    /** As many at once as there are connections: who comes first is served first, which a pool does not promise. */
    private static final int AT_ONCE = 16;

    private static final Duration LONGEST_TURN = Duration.ofSeconds(15);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Jdbi jdbi;
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    public Transactions(DataSource source) {
        jdbi = Jdbi.create(source);
    }

    /**
     * One transaction, tried once.
     *
     * @throws StateException if the database does not do its part
     */
    public <T> T once(Function<Handle, T> body) {
        return inTurn(() -> jdbi.inTransaction(body::apply));
    }

    /**
     * One query, which needs no transaction, tried once.
     *
     * @throws StateException if the database does not do its part
     */
    <T> T query(Function<Handle, T> body) {
        return inTurn(() -> jdbi.withHandle(body::apply));
    }

    private <T> T inTurn(Supplier<T> work) {
        if (!awaitTurn()) {
            throw new StateException(
                    "the state database has not had time for this for %s".formatted(LONGEST_TURN),
                    "see whether it runs, has space and takes connections",
                    null);
        }
        try {
            return work.get();
        } catch (JdbiException e) {
            throw unavailable(e).orElse(e);
        } finally {
            turns.release();
        }
    }

    /** An interruption is for whoever reads the answer. */
    private boolean awaitTurn() {
        var interrupted = false;
        try {
            while (true) {
                try {
                    return turns.tryAcquire(LONGEST_TURN.toMillis(), TimeUnit.MILLISECONDS);
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * One transaction, tried until the database takes it. It is handed an id that is the same each time, by which it can
     * tell that it was committed before and only the answer was lost.
     */
    <T> T persistently(Function<UUID, Function<Handle, T>> body) throws InterruptedException {
        var write = UUID.randomUUID();
        return untilAvailable(() -> once(body.apply(write)));
    }

    /** Queries that need no transaction, tried until the database answers. */
    <T> T untilAnswered(Function<Handle, T> body) throws InterruptedException {
        return untilAvailable(() -> query(body));
    }

    private static <T> T untilAvailable(Supplier<T> work) throws InterruptedException {
        var pause = FIRST_PAUSE;
        while (true) {
            try {
                return work.get();
            } catch (StateException e) {
                LOG.warn("{}; trying again in {}", e.getMessage(), pause);
                LockSupport.parkNanos(pause.toNanos());
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            }
        }
    }

    /** Empty where the trouble would not pass by itself. */
    private static Optional<RuntimeException> unavailable(Throwable trouble) {
        for (var cause = trouble; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && passes(sql)) {
                return Optional.of(new StateException(
                        "the state database does not answer: " + sql.getMessage(),
                        "see whether it runs, has space and takes connections",
                        trouble));
            }
        }
        return Optional.empty();
    }

    /**
     * By class of SQLSTATE: connection, deadlock, resources, operator intervention, input and output. What has none is
     * the pool's or the driver's: a connection that broke before. And two single ones: read-only, as a server is that was
     * not promoted yet, and idle for too long within a transaction, as this process was if it was stopped.
     */
    private static boolean passes(SQLException trouble) {
        var state = Optional.ofNullable(trouble.getSQLState()).orElse("");
        return state.isEmpty()
                || trouble instanceof SQLTransientConnectionException
                || state.startsWith("08")
                || state.startsWith("40")
                || state.startsWith("53")
                || state.startsWith("57")
                || state.startsWith("58")
                || state.equals("25006")
                || state.equals("25P03");
    }
}
