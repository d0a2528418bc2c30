package io.holdfast.runbook.journal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/**
 * Something that happened in a run.
 *
 * @param id rises in the order of recording
 * @param epoch of whoever recorded it; 0 where a person did
 * @param step its path; empty where it is about the run
 */
public record Event(
        long id, Instant at, long epoch, String engine, String step, int attempt, EventType type, String text) {

    static Event read(ResultSet row) throws SQLException {
        return new Event(
                row.getLong("id"),
                row.getTimestamp("at").toInstant(),
                row.getLong("epoch"),
                row.getString("engine"),
                row.getString("step"),
                row.getInt("attempt"),
                EventType.valueOf(row.getString("type")),
                row.getString("text"));
    }
}
