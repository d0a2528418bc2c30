package io.holdfast.cli;

import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.restore.TargetTime;
import io.holdfast.postgres.wal.Lsn;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Up to where to recover: exactly one of these. */
final class RestoreTarget {

    @Option(
            names = "--to",
            paramLabel = "TIME",
            description =
                    "Recover to a time, with its offset from UTC: '2026-01-15 02:00:00+00', 2026-01-15T03:00:00+01:00.")
    private @Nullable String time;

    @Option(names = "--to-lsn", paramLabel = "LSN", description = "Recover to a WAL position, for example 16/B374D848.")
    private @Nullable String position;

    @Option(names = "--to-xid", paramLabel = "XID", description = "Recover to the end of a transaction.")
    private @Nullable Long transaction;

    @Option(
            names = "--to-name",
            paramLabel = "NAME",
            description = "Recover to a restore point that pg_create_restore_point() made.")
    private @Nullable String name;

    @Option(names = "--latest", description = "Recover everything that the repository holds.")
    @SuppressWarnings("unused") // what remains when nothing else was given
    private boolean latest;

    @Option(names = "--immediate", description = "Stop as soon as the backup is consistent.")
    private boolean immediate;

    RecoveryTarget target(boolean inclusive) {
        if (time != null) {
            return new RecoveryTarget.Time(TargetTime.parse(time), inclusive);
        }
        if (position != null) {
            return new RecoveryTarget.Position(Lsn.parse(position), inclusive);
        }
        if (transaction != null) {
            return new RecoveryTarget.Transaction(transaction, inclusive);
        }
        if (!inclusive) {
            throw UsageException.exclusiveWithoutPosition();
        }
        if (name != null) {
            return new RecoveryTarget.RestorePoint(name);
        }
        return immediate ? new RecoveryTarget.Immediate() : new RecoveryTarget.Latest();
    }
}
