package io.holdfast.postgres.restore;

import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.cluster.ControlFile;
import io.holdfast.postgres.wal.WalEvent;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Settings that a server which takes sessions during recovery needs no smaller than the source had them at any time up to
 * there: below them it stops, or pauses where it is. Source: CheckRequiredParameterValues in
 * src/backend/access/transam/xlogrecovery.c.
 */
record Capacities(
        int maxConnections,
        int maxWorkerProcesses,
        int maxWalSenders,
        int maxPreparedTransactions,
        int maxLocksPerTransaction) {

    static Capacities of(ControlFile control) {
        return new Capacities(
                control.maxConnections(),
                control.maxWorkerProcesses(),
                control.maxWalSenders(),
                control.maxPreparedTransactions(),
                control.maxLocksPerTransaction());
    }

    /** Enough for all the WAL that a plan replays: each start of the source with other settings is a record in it. */
    static Capacities of(ControlFile control, RestorePlan plan, WalArchive archive) {
        var end = plan.stop().end();
        return plan.footers(archive)
                .flatMap(footer -> footer.index().events().stream())
                .filter(WalEvent.ParameterChange.class::isInstance)
                .map(WalEvent.ParameterChange.class::cast)
                .filter(change -> !change.end().isAfter(end))
                .reduce(of(control), Capacities::with, (a, _) -> a);
    }

    private Capacities with(WalEvent.ParameterChange change) {
        return new Capacities(
                Math.max(maxConnections, change.maxConnections()),
                Math.max(maxWorkerProcesses, change.maxWorkerProcesses()),
                Math.max(maxWalSenders, change.maxWalSenders()),
                Math.max(maxPreparedTransactions, change.maxPreparedTransactions()),
                Math.max(maxLocksPerTransaction, change.maxLocksPerTransaction()));
    }

    Map<String, String> settings() {
        var settings = new LinkedHashMap<String, String>();
        settings.put("max_connections", Integer.toString(maxConnections));
        settings.put("max_worker_processes", Integer.toString(maxWorkerProcesses));
        settings.put("max_wal_senders", Integer.toString(maxWalSenders));
        settings.put("max_prepared_transactions", Integer.toString(maxPreparedTransactions));
        settings.put("max_locks_per_transaction", Integer.toString(maxLocksPerTransaction));
        return settings;
    }
}
