package io.holdfast.cli.check;

import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.replication.ReplicationClient;
import io.holdfast.problem.HoldfastException;
import java.time.InstantSource;

/** What the role that connects may do; a replication connection is really opened. */
final class RoleChecks {

    private final ConnectionSettings server;
    private final SqlSession session;
    private final ServerFacts facts;
    private final Findings findings;

    RoleChecks(ConnectionSettings server, SqlSession session, ServerFacts facts, Findings findings) {
        this.server = server;
        this.session = session;
        this.facts = facts;
        this.findings = findings;
    }

    void run(InstantSource clock) {
        settings();
        configurationFiles();
        backupFunctions();
        if (replicationAttribute()) {
            replicationConnection(clock);
        }
    }

    private boolean may(String expression) {
        return session.one("SELECT %s AS allowed".formatted(expression), row -> row.flag("allowed"));
    }

    private String role() {
        return '"' + server.user().replace("\"", "\"\"") + '"';
    }

    private void settings() {
        if (may("pg_has_role(current_user, 'pg_read_all_settings', 'USAGE')")) {
            findings.passed("check.role-settings", "the role may read all settings");
        } else {
            findings.error(
                    "check.role-settings",
                    "role %s may not see where the data directory is".formatted(role()),
                    "GRANT pg_read_all_settings TO %s;".formatted(role()));
        }
    }

    /** Which files the configuration was read from: they belong to a backup. */
    private void configurationFiles() {
        if (may("has_table_privilege('pg_file_settings', 'SELECT')"
                + " AND has_function_privilege('pg_show_all_file_settings()', 'EXECUTE')")) {
            findings.passed("check.role-files", "the role may see the configuration files");
        } else {
            findings.error(
                    "check.role-files",
                    "role %s may not see which files the configuration was read from".formatted(role()),
                    "GRANT SELECT ON pg_file_settings TO %1$s; GRANT EXECUTE ON FUNCTION pg_show_all_file_settings() TO %1$s; (in database %2$s)"
                            .formatted(role(), server.database()));
        }
    }

    private void backupFunctions() {
        var start = facts.version().isAtLeast(15)
                ? "pg_backup_start(text, boolean)"
                : "pg_start_backup(text, boolean, boolean)";
        var stop = facts.version().isAtLeast(15) ? "pg_backup_stop(boolean)" : "pg_stop_backup(boolean, boolean)";
        if (may("has_function_privilege('%s', 'EXECUTE') AND has_function_privilege('%s', 'EXECUTE')"
                .formatted(start, stop))) {
            findings.passed("check.role-backup", "the role may take backups");
        } else {
            findings.error(
                    "check.role-backup",
                    "role %s may not take backups".formatted(role()),
                    "GRANT EXECUTE ON FUNCTION %s, %s TO %s; (in database %s)"
                            .formatted(start, stop, role(), server.database()));
        }
    }

    private boolean replicationAttribute() {
        var may = may("(SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user)");
        if (!may) {
            findings.error(
                    "check.role-replication",
                    "role %s may not stream WAL".formatted(role()),
                    "ALTER ROLE %s REPLICATION;".formatted(role()));
        }
        return may;
    }

    private void replicationConnection(InstantSource clock) {
        try (var client = ReplicationClient.connect(server, clock)) {
            var identity = client.identifySystem();
            if (identity.system().equals(facts.systemIdentifier())) {
                findings.passed("check.replication", "a replication connection works");
            } else {
                findings.error(
                        "check.replication",
                        "SQL and replication connections reach different clusters",
                        "connect to the server itself, not to a pooler or load balancer");
            }
        } catch (HoldfastException e) {
            var hint = e.code().equals("server.authentication") || e.code().equals("server.refused")
                    ? "%s; pg_hba.conf needs a line such as '%s', then SELECT pg_reload_conf();"
                            .formatted(e.hint(), hbaLine())
                    : e.hint();
            findings.error("check.replication", String.valueOf(e.getMessage()), hint);
        }
    }

    private String hbaLine() {
        return switch (server.address()) {
            case ServerAddress.UnixSocket _ -> "local replication %s peer".formatted(server.user());
            case ServerAddress.Tcp _ -> "host replication %s samehost scram-sha-256".formatted(server.user());
        };
    }
}
