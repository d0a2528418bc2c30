package io.holdfast.runbook.journal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A step of a run as it is recorded.
 *
 * @param path unique in its run: its id, behind those of the steps that hold it; {@code each[2]/copy} in a loop
 * @param position sorts as the steps are executed
 * @param kind what it does: the name of an action, or {@code approval}, {@code parallel}, {@code for-each},
 *     {@code procedure NAME}
 * @param attempt counts from 1; raised by whoever begins it, and by a control that overtakes it
 * @param exceptional whether it ended in another way than the plan says: skipped, or replaced
 * @param message why it is where it is; empty where there is nothing to say
 * @param hint what to do; empty where there is nothing to do
 */
public record StepRow(
        String path,
        String position,
        String title,
        String kind,
        StepState state,
        Phase phase,
        int attempt,
        boolean exceptional,
        Optional<Instant> started,
        Optional<Instant> ended,
        String message,
        String hint,
        Map<String, String> outputs) {

    public StepRow {
        outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }

    /** One that was not begun. */
    public static StepRow pending(String path, String position, String title, String kind) {
        return new StepRow(
                path,
                position,
                title,
                kind,
                StepState.PENDING,
                Phase.NONE,
                0,
                false,
                Optional.empty(),
                Optional.empty(),
                "",
                "",
                Map.of());
    }

    static StepRow read(ResultSet row) throws SQLException {
        return new StepRow(
                row.getString("path"),
                row.getString("position"),
                row.getString("title"),
                row.getString("kind"),
                StepState.valueOf(row.getString("state")),
                Phase.valueOf(row.getString("phase")),
                row.getInt("attempt"),
                row.getBoolean("exceptional"),
                RunRow.instant(row, "started"),
                RunRow.instant(row, "ended"),
                row.getString("message"),
                row.getString("hint"),
                Json.texts(row.getString("outputs")));
    }

    /** The next attempt begins. */
    public StepRow begun(StepState newState, Instant now) {
        return new StepRow(
                path,
                position,
                title,
                kind,
                newState,
                Phase.BEGUN,
                attempt + 1,
                exceptional,
                Optional.of(now),
                Optional.empty(),
                "",
                "",
                Map.of());
    }

    public StepRow in(Phase newPhase) {
        return new StepRow(
                path,
                position,
                title,
                kind,
                state,
                newPhase,
                attempt,
                exceptional,
                started,
                ended,
                message,
                hint,
                outputs);
    }

    public StepRow with(Map<String, String> newOutputs) {
        return new StepRow(
                path,
                position,
                title,
                kind,
                state,
                phase,
                attempt,
                exceptional,
                started,
                ended,
                message,
                hint,
                newOutputs);
    }

    /** In another state that is not its end. */
    public StepRow becomes(StepState newState, String newMessage, String newHint) {
        return new StepRow(
                path,
                position,
                title,
                kind,
                newState,
                phase,
                attempt,
                exceptional,
                started,
                ended,
                newMessage,
                newHint,
                outputs);
    }

    public StepRow ends(StepState newState, String newMessage, Instant now) {
        return new StepRow(
                path,
                position,
                title,
                kind,
                newState,
                phase,
                attempt,
                exceptional,
                started,
                Optional.of(now),
                newMessage,
                "",
                outputs);
    }

    public StepRow withException() {
        return new StepRow(
                path, position, title, kind, state, phase, attempt, true, started, ended, message, hint, outputs);
    }

    /** To be begun anew; what an attempt still says is not heard any more. */
    public StepRow reset() {
        return new StepRow(
                path,
                position,
                title,
                kind,
                StepState.PENDING,
                Phase.NONE,
                attempt + 1,
                false,
                Optional.empty(),
                Optional.empty(),
                "",
                "",
                Map.of());
    }

    /** Its intent is there and its outcome is not: its effect may be there. */
    public boolean inFlight() {
        return phase == Phase.INTENT && state == StepState.RUNNING;
    }

    /** How long it took, or has taken so far; empty where the clock was set back meanwhile. */
    public Optional<Duration> took(Instant now) {
        return started.map(instant -> Duration.between(instant, ended.orElse(now)))
                .filter(time -> !time.isNegative());
    }
}
