package io.holdfast.plan.file;

import static io.holdfast.plan.file.Scalars.DURATION;
import static io.holdfast.plan.file.Scalars.LINES;
import static io.holdfast.plan.file.Scalars.TEXT;
import static io.holdfast.plan.file.Scalars.TIME_OF_DAY;
import static io.holdfast.plan.file.Scalars.ZONE;
import static io.holdfast.plan.file.Scalars.choice;

import io.holdfast.plan.BackupStrategy;
import io.holdfast.plan.BackupStrategy.Commands;
import io.holdfast.plan.BackupStrategy.ConfigurationBackup;
import io.holdfast.plan.BackupStrategy.DatabaseBackup;
import io.holdfast.plan.BackupStrategy.Method;
import io.holdfast.plan.BackupStrategy.StateBackup;
import io.holdfast.plan.BackupStrategy.WalArchive;
import io.holdfast.plan.Safekeeping;
import io.holdfast.plan.Safekeeping.Keeping;
import io.holdfast.plan.Timing;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/** Shapes of what is kept, and where. */
final class Backups {

    /** The keys of a timing, which stand among those of what is due. */
    record When(
            Section.Key<Optional<java.time.LocalTime>> dailyAt,
            Section.Key<Optional<ZoneId>> zone,
            Section.Key<Optional<java.time.Duration>> every) {

        static When in(Section<?> section) {
            return new When(
                    section.optional("daily-at", TIME_OF_DAY, "Once a day, at this time."),
                    section.optional("zone", ZONE, "Of the time of day; without it, UTC."),
                    section.optional("every", DURATION, "Or at this distance."));
        }

        /** Empty, and told, unless exactly one of the two is there. */
        Optional<Timing> of(Section.Fields fields) {
            var at = fields.get(dailyAt);
            var interval = fields.get(every);
            if (at.isPresent() == interval.isPresent() || (interval.isPresent() && fields.has(zone))) {
                fields.problems()
                        .add(
                                fields.place(),
                                "plan.invalid-value",
                                "'%s' does not say when".formatted(fields.path()),
                                "write either daily-at, with a zone perhaps, or every");
                return Optional.empty();
            }
            return at.<Timing>map(
                            time -> new Timing.Daily(time, fields.get(zone).orElse(ZoneOffset.UTC)))
                    .or(() -> interval.map(Timing.Every::new));
        }

        boolean isSaid(Section.Fields fields) {
            return fields.has(dailyAt) || fields.has(zone) || fields.has(every);
        }
    }

    private static final Section<Commands> COMMANDS = Section.of("commands", "Commands for a person.", commands -> {
        var title = commands.required("title", TEXT, "What they are for.");
        var text = commands.required("commands", LINES, "What is typed.");
        return fields -> new Commands(fields.get(title), fields.get(text));
    });

    private static final Section<DatabaseBackup> DATABASE =
            Section.checked("database-backup", "Copies of the whole database at certain times.", backup -> {
                var title = backup.required("title", TEXT, "What people call it.");
                var method = backup.required(
                        "method", choice(Method.class), "`dump`: SQL of one moment; `physical`: the cluster's files.");
                var when = When.in(backup);
                var retention = backup.required("retention", DURATION, "How long each is kept.");
                var location = backup.required("location", TEXT, "Where they lie.");
                var encryption = backup.list("encryption", TEXT, "How they are protected from readers.");
                var byHand = backup.list("by-hand", COMMANDS, "How a person looks at them.");
                return fields -> when.of(fields)
                        .map(timing -> new DatabaseBackup(
                                fields.get(title),
                                fields.get(method),
                                timing,
                                fields.get(retention),
                                fields.get(location),
                                fields.get(encryption),
                                fields.get(byHand)));
            });

    private static final Section<WalArchive> WAL =
            Section.of("wal-archive", "What makes recovery to a point in time possible.", wal -> {
                var title = wal.otherwise("title", TEXT, "Point-in-Time Recovery (PITR)", "What people call it.");
                var interval = wal.required("interval", DURATION, "After which a commit is archived at the latest.");
                var retention = wal.required("retention", DURATION, "How far back it reaches.");
                var granularity =
                        wal.otherwise("granularity", TEXT, "Any point within retention window", "To which points.");
                return fields -> new WalArchive(
                        fields.get(title), fields.get(interval), fields.get(retention), fields.get(granularity));
            });

    private static final Section<StateBackup> STATE =
            Section.checked("state-backup", "What else the application consists of.", state -> {
                var title = state.required("title", TEXT, "What it belongs to.");
                var what = state.required("what", TEXT, "What is kept.");
                var when = When.in(state);
                var retention = state.optional("retention", DURATION, "How long each is kept.");
                var copies = state.optional("cross-region-copies", TEXT, "What is copied to another region.");
                var byHand = state.list("by-hand", COMMANDS, "How a person does it.");
                return fields -> {
                    var timing = when.isSaid(fields) ? when.of(fields) : Optional.<Timing>empty();
                    return Optional.of(new StateBackup(
                            fields.get(title),
                            fields.get(what),
                            timing,
                            fields.get(retention),
                            fields.get(copies),
                            fields.get(byHand)));
                };
            });

    private static final Section<ConfigurationBackup> CONFIGURATION =
            Section.of("configuration-backup", "A part of the configuration, and where it is kept.", row -> {
                var item = row.required("item", TEXT, "What is kept.");
                var location = row.required("location", TEXT, "Where.");
                var frequency = row.required("frequency", TEXT, "When.");
                return fields -> new ConfigurationBackup(fields.get(item), fields.get(location), fields.get(frequency));
            });

    static final Section<BackupStrategy> STRATEGY =
            Section.of("backups", "What is kept of the application, and for how long.", backups -> {
                var database = backups.list("database", DATABASE, "Copies of the whole database.");
                var wal = backups.optional("wal", WAL, "The archive of its changes.");
                var state = backups.list("state", STATE, "What else the application consists of.");
                var configuration = backups.list("configuration", CONFIGURATION, "Where its configuration is kept.");
                var proven = backups.optional(
                        "proven-every",
                        DURATION,
                        "How old the newest proof that one can be restored may be; without it, 31d.");
                return fields -> new BackupStrategy(
                        fields.get(database),
                        fields.get(wal),
                        fields.get(state),
                        fields.get(configuration),
                        fields.get(proven));
            });

    private static final Section<Keeping> KEEPING = Section.of("keeping", "A place.", keeping -> {
        var location = keeping.required("location", TEXT, "A URL, or words.");
        var region = keeping.optional("region", TEXT, "What fails together with it.");
        return fields -> new Keeping(fields.get(location), fields.get(region));
    });

    static final Section<Safekeeping> SAFEKEEPING =
            Section.of("safekeeping", "Where that lies without which nothing can be recovered.", safe -> {
                var repository = safe.list("repository", KEEPING, "Each place that holds the backups.");
                var keys = safe.list("keys", KEEPING, "Each place that holds a key that opens them.");
                var state = safe.optional("state", KEEPING, "The database that runs are recorded in.");
                return fields -> new Safekeeping(fields.get(repository), fields.get(keys), fields.get(state));
            });

    private Backups() {}
}
