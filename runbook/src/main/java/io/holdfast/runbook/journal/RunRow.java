package io.holdfast.runbook.journal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A run as it is recorded, without its definition.
 *
 * @param epoch of whoever executes it
 * @param engine who that is, or was
 * @param revision moves with every control
 * @param lastStepEnded when its steps were through
 * @param green when its health checks held
 * @param finished when it ended
 */
public record RunRow(
        RunId id,
        String procedure,
        String title,
        String environment,
        String planHash,
        String starter,
        Mode mode,
        Priority priority,
        OnFailure onFailure,
        Optional<Duration> objective,
        Optional<Instant> deadline,
        RunState state,
        String message,
        long epoch,
        String engine,
        long revision,
        boolean pauseRequested,
        Instant created,
        Optional<Instant> lastStepEnded,
        Optional<Instant> green,
        Optional<Instant> finished) {

    static final String COLUMNS = """
            id, procedure, title, environment, plan_hash, starter, mode, priority, on_failure, objective_ms, deadline,
            state, message, epoch, engine, revision, pause_requested, created, last_step_ended, green, finished""";

    static RunRow read(ResultSet row) throws SQLException {
        var objective = row.getLong("objective_ms");
        return new RunRow(
                new RunId(row.getString("id")),
                row.getString("procedure"),
                row.getString("title"),
                row.getString("environment"),
                row.getString("plan_hash"),
                row.getString("starter"),
                Mode.valueOf(row.getString("mode")),
                Priority.valueOf(row.getString("priority")),
                OnFailure.valueOf(row.getString("on_failure")),
                objective == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(objective)),
                instant(row, "deadline"),
                RunState.valueOf(row.getString("state")),
                row.getString("message"),
                row.getLong("epoch"),
                row.getString("engine"),
                row.getLong("revision"),
                row.getBoolean("pause_requested"),
                row.getTimestamp("created").toInstant(),
                instant(row, "last_step_ended"),
                instant(row, "green"),
                instant(row, "finished"));
    }

    static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }

    /** From the start until its health checks held; empty while they do not, and where the clock was set back meanwhile. */
    public Optional<Duration> recoveryTime() {
        return green.map(instant -> Duration.between(created, instant)).filter(time -> !time.isNegative());
    }
}
