package io.holdfast.postgres.restore;

import io.holdfast.postgres.backup.Tablespace;
import io.holdfast.postgres.restore.RestorePlan.Stop;
import io.holdfast.postgres.restore.replay.RestoreCommand;
import io.holdfast.postgres.wal.Lsn;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The text of configuration files: recovery settings of ours, and none of anybody else's. */
final class ServerConfiguration {

    private static final String BEGIN = "# begin of what holdfast restore needs; remove it when recovery has ended\n";
    private static final String END = "# end of what holdfast restore needs\n";

    /** Left over in a backup, these would send recovery elsewhere, or refuse it: only one target may be set. */
    private static final Set<String> RECOVERY = Set.of(
            "recovery_target",
            "recovery_target_action",
            "recovery_target_inclusive",
            "recovery_target_lsn",
            "recovery_target_name",
            "recovery_target_time",
            "recovery_target_timeline",
            "recovery_target_xid",
            "restore_command",
            "recovery_end_command",
            "archive_cleanup_command",
            "primary_conninfo",
            "primary_slot_name",
            "promote_trigger_file",
            "recovery_min_apply_delay");

    /** Left over in a backup, these would have a server open files, or a whole cluster, that are not the restored ones. */
    private static final Set<String> PLACES =
            Set.of("data_directory", "config_file", "hba_file", "ident_file", "external_pid_file");

    private static final Pattern SETTING = Pattern.compile("\\s*([A-Za-z_][A-Za-z0-9_.$]*)\\s*[=\\s].*");

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd HH:mm:ss.SSSSSS'+00'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private ServerConfiguration() {}

    /** Without settings that belong to another cluster or recovery, and without a block of ours. */
    static String cleaned(String text) {
        var kept = new StringBuilder();
        boolean ours = false;
        for (var line : text.lines().toList()) {
            if ((line + "\n").equals(BEGIN)) {
                ours = true;
            }
            if (!ours && !isForeign(line)) {
                kept.append(line).append('\n');
            }
            if ((line + "\n").equals(END)) {
                ours = false;
            }
        }
        return kept.toString();
    }

    /**
     * Without a block of ours, and without single lines that were in one: the server rewrites the file without comments.
     *
     * @param recorded the lines of the block
     */
    static String withoutOurs(String text, Set<String> recorded) {
        var kept = new StringBuilder();
        boolean ours = false;
        for (var line : text.lines().toList()) {
            ours = ours || (line + "\n").equals(BEGIN);
            if (!ours && !recorded.contains(line)) {
                kept.append(line).append('\n');
            }
            ours = ours && !(line + "\n").equals(END);
        }
        return kept.toString();
    }

    /** The same for a file that people keep: their lines stay readable. */
    static String silenced(String text) {
        return text.lines()
                .map(line -> (isForeign(line) ? "# silenced by holdfast restore: " : "") + line + "\n")
                .collect(Collectors.joining());
    }

    private static boolean isForeign(String line) {
        return name(line)
                .filter(name -> RECOVERY.contains(name) || PLACES.contains(name))
                .isPresent();
    }

    /** Of the setting in a line, in lower case; empty for a comment or an empty line. */
    static Optional<String> name(String line) {
        var setting = SETTING.matcher(line);
        return setting.matches() ? Optional.of(setting.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    static String withBlock(String text, Map<String, String> settings) {
        return text + BEGIN + lines(settings) + END;
    }

    static String lines(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> "%s = '%s'%n".formatted(setting.getKey(), quote(setting.getValue())))
                .collect(Collectors.joining());
    }

    /** Source: guc-file.l, GUC_STRING, and DeescapeQuotedString. */
    static String quote(String value) {
        return value.replace("\\", "\\\\").replace("'", "''");
    }

    /**
     * What sends recovery to its target.
     *
     * @param capacities enough for the whole way
     * @param lastRecord where the last record of the WAL begins; needed to stop at the end without a promotion
     */
    static Map<String, String> recovery(
            RestorePlan plan, TargetAction action, Capacities capacities, Optional<Lsn> lastRecord) {
        var settings = new LinkedHashMap<String, String>();
        settings.putAll(unset());
        settings.put("restore_command", RestoreCommand.SETTING);
        settings.put("recovery_target_timeline", plan.timeline().toString());
        target(plan, lastRecord).forEach((name, value) -> {
            settings.remove(name);
            settings.put(name, value);
        });
        settings.put("recovery_target_action", action.text());
        if (plan.backup().details().tablespaces().stream().anyMatch(Tablespace::inPlace)) {
            // Else recovery panics where it becomes consistent: CheckTablespaceDirectory in xlogrecovery.c.
            settings.put("allow_in_place_tablespaces", "on");
        }
        if (action == TargetAction.PAUSE) {
            settings.put("hot_standby", "on");
            settings.putAll(capacities.settings());
        } else {
            // Nobody looks before it has recovered; and with it, recovery would stop where the source was given more
            // capacity.
            settings.put("hot_standby", "off");
        }
        return settings;
    }

    /**
     * Whatever a file sets that the main one includes: this is read last. Before the target that counts, as the server refuses
     * an empty one that comes while another is set. Source: assign_recovery_target_time in xlogrecovery.c.
     */
    private static Map<String, String> unset() {
        var unset = new LinkedHashMap<String, String>();
        for (var name : List.of(
                "recovery_target",
                "recovery_target_lsn",
                "recovery_target_name",
                "recovery_target_time",
                "recovery_target_xid",
                "recovery_end_command",
                "archive_cleanup_command")) {
            unset.put(name, "");
        }
        unset.put("recovery_target_inclusive", "on");
        unset.put("recovery_min_apply_delay", "0");
        return unset;
    }

    private static Map<String, String> target(RestorePlan plan, Optional<Lsn> lastRecord) {
        if (plan.stop() instanceof Stop.AtEnd) {
            // A server that is given a target and does not find it refuses to start; at the end there is none to find.
            return lastRecord
                    .map(at -> inclusive("recovery_target_lsn", at.toString(), true))
                    .orElseGet(Map::of);
        }
        return switch (plan.target()) {
            case RecoveryTarget.Time time -> inclusive("recovery_target_time", time(time), time.inclusive());
            case RecoveryTarget.Position position ->
                inclusive("recovery_target_lsn", position.position().toString(), position.inclusive());
            case RecoveryTarget.Transaction transaction ->
                inclusive(
                        "recovery_target_xid", Integer.toUnsignedString(transaction.inWal()), transaction.inclusive());
            case RecoveryTarget.RestorePoint point -> Map.of("recovery_target_name", point.name());
            case RecoveryTarget.Immediate _ -> Map.of("recovery_target", "immediate");
            case RecoveryTarget.Latest _ -> Map.of();
        };
    }

    /** Microseconds, as the server counts; what is between two of them is cut off, or rounded up where the bound is not included. */
    private static String time(RecoveryTarget.Time target) {
        Instant cut = target.time().truncatedTo(ChronoUnit.MICROS);
        boolean up = !target.inclusive() && cut.isBefore(target.time());
        return TIME.format(up ? cut.plus(1, ChronoUnit.MICROS) : cut);
    }

    private static Map<String, String> inclusive(String name, String value, boolean inclusive) {
        return Map.of(name, value, "recovery_target_inclusive", inclusive ? "on" : "off");
    }

    /**
     * The whole configuration of a clone that can harm nobody: an allow-list, in place of what the backup has. It
     * archives nothing, connects to nobody, runs no jobs, and takes connections from this host only.
     */
    static Map<String, String> inert(Path directory, InertSettings allowed, Capacities capacities, int majorVersion) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("cluster_name", "holdfast inert");
        settings.put("listen_addresses", allowed.port().isPresent() ? "127.0.0.1" : "");
        settings.put("port", allowed.port().map(String::valueOf).orElse("5432"));
        settings.put("unix_socket_directories", allowed.socketFolder().toString());
        settings.put("unix_socket_permissions", "0700");
        // Relative paths would begin where the server is started.
        settings.put("hba_file", directory.resolve("holdfast-restore-hba.conf").toString());
        settings.put(
                "ident_file", directory.resolve("holdfast-restore-ident.conf").toString());
        settings.put("ssl", "off");
        settings.put("wal_level", "replica");
        settings.put("archive_mode", "off");
        settings.put("hot_standby", "on");
        settings.putAll(capacities.settings());
        settings.put("max_logical_replication_workers", "0");
        settings.put("synchronous_standby_names", "");
        settings.put("shared_preload_libraries", String.join(",", allowed.libraries()));
        settings.put("session_preload_libraries", "");
        settings.put("local_preload_libraries", "");
        if (majorVersion >= 17) {
            settings.put("event_triggers", "off");
        }
        settings.put("autovacuum", "off");
        settings.put("jit", "off");
        settings.put("huge_pages", "off");
        settings.put("shared_buffers", "64MB");
        // In the data directory: what a server that is killed leaves goes with it.
        settings.put("dynamic_shared_memory_type", "mmap");
        settings.put("logging_collector", "off");
        settings.put("log_destination", "stderr");
        return settings;
    }

    /** Who may connect to an inert clone: whoever can enter the folder of its socket. */
    static List<String> inertAccess() {
        return List.of("local all all trust", "host all all 127.0.0.1/32 scram-sha-256");
    }
}
