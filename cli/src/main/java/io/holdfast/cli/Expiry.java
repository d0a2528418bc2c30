package io.holdfast.cli;

import io.holdfast.cli.configuration.Configuration;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.postgres.retention.PostgresContents;
import io.holdfast.postgres.retention.PostgresContents.Ages;
import io.holdfast.repository.Repository;
import io.holdfast.repository.removal.ForeignObjects;
import io.holdfast.repository.removal.Keeper;
import io.holdfast.repository.retention.RetentionPolicy;
import java.time.Duration;

/** The keeper that is configured. */
final class Expiry {

    private Expiry() {}

    /** For one run. */
    static Keeper keeper(Repository repository, Configuration configuration, Ages ages) {
        return keeper(repository, configuration, ages, ForeignObjects.NONE);
    }

    /** The same for which some objects do not count. */
    static Keeper keeper(Repository repository, Configuration configuration, Ages ages, ForeignObjects foreign) {
        var wal = configuration.get(Settings.RETENTION_WAL);
        var policy = new RetentionPolicy(
                longer(configuration.get(Settings.RETENTION_BACKUPS), wal),
                configuration.get(Settings.RETENTION_MINIMUM),
                configuration.get(Settings.RETENTION_DAILY),
                configuration.get(Settings.RETENTION_WEEKLY),
                configuration.get(Settings.RETENTION_MONTHLY));
        return new Keeper(
                repository,
                foreign,
                new PostgresContents(foreign.without(repository), wal, ages),
                policy,
                configuration.get(Settings.RETENTION_GRACE));
    }

    /** No moment can be recovered to without a backup that is older. */
    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
