package io.holdfast.runbook.run;

import io.holdfast.runbook.journal.Transactions;
import io.holdfast.runbook.state.StateDatabase;
import java.time.Duration;
import java.util.Map;

/** How long recoveries took, by the runs that a state database has. */
public final class RecoveryTimes {

    private RecoveryTimes() {}

    /** Of the newest run of each procedure that was completed, from its start until all was healthy; by the procedure's id. */
    public static Map<String, Duration> of(StateDatabase database) {
        return new Transactions(database.source())
                .once(handle -> handle.createQuery("""
                        select distinct on (procedure) procedure, extract(epoch from green - created) as seconds
                        from run where state = 'COMPLETED' and green >= created order by procedure, finished desc""")
                        .map((row, _) -> Map.entry(
                                row.getString("procedure"),
                                Duration.ofMillis(Math.round(row.getDouble("seconds") * 1000))))
                        .collectToMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
