package io.holdfast.postgres.capture;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.problem.HoldfastException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the server's clock and flush position again and again, and what the slot costs. A thread of its own. */
final class ClockWatch implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ClockWatch.class);

    private static final Duration SILENCE = Duration.ofSeconds(10);

    private final CaptureSettings settings;
    private final ClusterIdentity identity;
    private final ServerClockReadings readings;
    private final CaptureBoard board;
    private final Pause pause;
    private final WalGrowth growth = new WalGrowth();
    private Optional<SqlSession> session = Optional.empty();

    ClockWatch(
            CaptureSettings settings,
            ClusterIdentity identity,
            ServerClockReadings readings,
            CaptureBoard board,
            Pause pause) {
        this.settings = settings;
        this.identity = identity;
        this.readings = readings;
        this.board = board;
        this.pause = pause;
    }

    @Override
    public void run() {
        try {
            while (!board.isStopping()) {
                look();
                pause.pause(settings.uploadEvery());
            }
        } catch (InterruptedException _) {
            // Told to stop.
        } finally {
            disconnect();
        }
    }

    private void look() {
        try {
            var sql = session.orElseGet(this::connect);
            var found = ServerClockReading.take(sql);
            board.standby(found.isEmpty());
            found.filter(readings::add).ifPresent(reading -> {
                board.serverFlushed(reading);
                var slot = new ServerSlot(settings.slot());
                board.slot(slot.retention(sql, reading.flushed()));
                board.awaited(slot.isAwaited(sql));
                growth.add(reading);
                board.secondsToFullDisk(growth.secondsToFullDisk());
            });
        } catch (HoldfastException e) {
            LOG.debug("the server's clock cannot be read member={}", settings.member(), e);
            board.slot(ServerSlot.Retention.UNKNOWN);
            board.secondsToFullDisk(OptionalLong.empty());
            disconnect();
        }
    }

    private SqlSession connect() {
        var sql = SqlSession.open(settings.server());
        sql.allowSilence(SILENCE);
        session = Optional.of(sql);
        var facts = ServerFacts.read(sql);
        // The clock of a stranger behind the same address says nothing about what is stored.
        identity.require(facts);
        growth.connected(settings.server().address(), facts);
        return sql;
    }

    private void disconnect() {
        session.ifPresent(sql -> {
            try {
                sql.close();
            } catch (HoldfastException e) {
                LOG.debug("a session could not be closed", e);
            }
        });
        session = Optional.empty();
    }
}
