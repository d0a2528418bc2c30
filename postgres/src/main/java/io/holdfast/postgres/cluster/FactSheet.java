package io.holdfast.postgres.cluster;

import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentSize;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Names and values as the server gave them, taken apart into {@link ServerFacts}. Settings come from
 * {@code pg_settings}, where what a version does not have, or this user may not see, is simply absent; numbers there
 * are in the setting's own unit.
 */
final class FactSheet {

    private static final List<String> SETTINGS = List.of(
            "data_directory",
            "config_file",
            "hba_file",
            "ident_file",
            "block_size",
            "wal_block_size",
            "segment_size",
            "wal_segment_size",
            "data_checksums",
            "wal_level",
            "max_wal_senders",
            "max_replication_slots",
            "max_slot_wal_keep_size",
            "full_page_writes",
            "summarize_wal",
            "wal_sender_timeout",
            "idle_replication_slot_timeout",
            "synchronous_standby_names",
            "archive_mode",
            "archive_command",
            "archive_library",
            "server_version_num");

    /** A standby's timeline: its last restartpoint's may be older than the one that it has replayed into. */
    private static final String QUERY = """
            SELECT name, setting AS value, unit FROM pg_settings WHERE name = ANY (string_to_array(?, ','))
            UNION ALL
            SELECT '#system', system_identifier::text, NULL FROM pg_control_system()
            UNION ALL
            SELECT '#recovery', pg_is_in_recovery()::text, NULL
            UNION ALL
            SELECT '#timeline',
                   CASE WHEN pg_is_in_recovery()
                        THEN greatest(checkpoint.timeline_id, recovery.min_recovery_end_timeline)::text
                        ELSE checkpoint.timeline_id::text END,
                   NULL
            FROM pg_control_checkpoint() AS checkpoint, pg_control_recovery() AS recovery
            UNION ALL
            SELECT '#insert',
                   CASE WHEN NOT pg_is_in_recovery() THEN substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END, NULL
            UNION ALL
            SELECT '#clock', (extract(epoch FROM clock_timestamp()) * 1000000)::bigint::text, NULL
            """;

    private final ServerAddress address;
    private final Map<String, Entry> entries;

    private FactSheet(ServerAddress address, Map<String, Entry> entries) {
        this.address = address;
        this.entries = entries;
    }

    private record Entry(String name, String value, String unit) {}

    static FactSheet read(SqlSession session) {
        var rows = session.list(
                QUERY,
                row -> new Entry(
                        row.text("name"),
                        row.textIfAny("value").orElse(""),
                        row.textIfAny("unit").orElse("")),
                String.join(",", SETTINGS));
        return new FactSheet(session.address(), rows.stream().collect(Collectors.toMap(Entry::name, entry -> entry)));
    }

    ServerFacts facts() {
        return new ServerFacts(
                new ServerVersion(Math.toIntExact(number("server_version_num"))),
                SystemIdentifier.parse(text("#system")),
                timeline(),
                text("#recovery").equals("true"),
                Instant.EPOCH.plus(number("#clock"), ChronoUnit.MICROS),
                new ServerFiles(path("data_directory"), path("config_file"), path("hba_file"), path("ident_file")),
                layout(),
                wal(),
                archiving());
    }

    /** A primary may have been promoted a moment ago, before the checkpoint that makes pg_control say so. */
    private TimelineId timeline() {
        var inserting = text("#insert");
        return inserting.isEmpty()
                ? new TimelineId(Integer.parseUnsignedInt(text("#timeline")))
                : TimelineId.ofHex(inserting);
    }

    private StorageLayout layout() {
        var block = Math.toIntExact(number("block_size"));
        return new StorageLayout(
                block,
                Math.toIntExact(number("wal_block_size")),
                number("segment_size") * block,
                new WalSegmentSize(Math.toIntExact(number("wal_segment_size"))),
                on("data_checksums"));
    }

    private WalSettings wal() {
        var keepMegabytes = number("max_slot_wal_keep_size");
        return new WalSettings(
                WalLevel.valueOf(text("wal_level").toUpperCase(Locale.ROOT)),
                Math.toIntExact(number("max_wal_senders")),
                Math.toIntExact(number("max_replication_slots")),
                keepMegabytes < 0 ? OptionalLong.empty() : OptionalLong.of(keepMegabytes << 20),
                on("full_page_writes"),
                on("summarize_wal"),
                duration("wal_sender_timeout").orElse(Duration.ZERO),
                duration("idle_replication_slot_timeout").filter(timeout -> !timeout.isZero()),
                optional("synchronous_standby_names").orElse(""));
    }

    private Archiving archiving() {
        return new Archiving(
                Archiving.Mode.valueOf(text("archive_mode").toUpperCase(Locale.ROOT)),
                // What an empty or disabled archive_command is shown as: src/backend/access/transam/xlog.c.
                optional("archive_command")
                        .filter(command -> !command.equals("(disabled)"))
                        .orElse(""),
                optional("archive_library").orElse(""));
    }

    private String text(String name) {
        return optional(name)
                .orElseThrow(() -> ServerException.protocol(address, "the server has no setting '%s'".formatted(name)));
    }

    private Optional<String> optional(String name) {
        return Optional.ofNullable(entries.get(name)).map(Entry::value);
    }

    private long number(String name) {
        return Long.parseLong(text(name));
    }

    private boolean on(String name) {
        return optional(name).filter(value -> value.equals("on")).isPresent();
    }

    private Optional<Path> path(String name) {
        return optional(name).filter(value -> !value.isEmpty()).map(Path::of);
    }

    private Optional<Duration> duration(String name) {
        return Optional.ofNullable(entries.get(name)).map(entry -> {
            var unit = switch (entry.unit()) {
                case "ms" -> ChronoUnit.MILLIS;
                case "min" -> ChronoUnit.MINUTES;
                default -> ChronoUnit.SECONDS;
            };
            return Duration.of(Long.parseLong(entry.value()), unit);
        });
    }
}
