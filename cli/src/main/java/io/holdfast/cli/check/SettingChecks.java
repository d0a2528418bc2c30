package io.holdfast.cli.check;

import io.holdfast.cli.configuration.Acknowledged;
import io.holdfast.postgres.cluster.Archiving;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.wal.WalLevel;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** The server's version, role and settings. */
final class SettingChecks {

    private static final Duration CLOCKS_AGREE = Duration.ofSeconds(2);

    private static final String SYNCHRONOUS = "check.synchronous-standby";

    /** With these a commit waits for what its standby has flushed, at least. */
    private static final Set<String> WAITS = Set.of("on", "remote_apply");

    private final ServerFacts facts;
    private final String applicationName;
    private final Acknowledged acknowledged;
    private final String synchronousCommit;
    private final Findings findings;

    /**
     * Of one server.
     *
     * @param applicationName as which the capture is known to the server
     * @param acknowledged what the capture tells it
     * @param synchronousCommit the setting, as sessions get it
     */
    SettingChecks(
            ServerFacts facts,
            String applicationName,
            Acknowledged acknowledged,
            String synchronousCommit,
            Findings findings) {
        this.facts = facts;
        this.applicationName = applicationName;
        this.acknowledged = acknowledged;
        this.synchronousCommit = synchronousCommit;
        this.findings = findings;
    }

    void run(Instant hostTime) {
        version();
        primary();
        walLevel();
        fullPageWrites();
        dataChecksums();
        summaries();
        archiving();
        synchronousStandby();
        clock(hostTime);
    }

    private void version() {
        var major = facts.version().major();
        if (major >= 14 && major <= 18) {
            findings.passed("check.version", "PostgreSQL %s".formatted(facts.version()));
        } else {
            findings.error(
                    "check.version",
                    "PostgreSQL %s is not supported".formatted(facts.version()),
                    "versions 14 to 18 are");
        }
    }

    private void primary() {
        if (facts.inRecovery()) {
            findings.notice(
                    "check.primary",
                    "the server is a standby or still in recovery, on timeline %s".formatted(facts.timeline()),
                    "it can be backed up and captured; only a capture of the primary knows until when all is covered");
        } else {
            findings.passed("check.primary", "it is a primary, on timeline %s".formatted(facts.timeline()));
        }
    }

    private void walLevel() {
        var level = facts.wal().level();
        if (level == WalLevel.MINIMAL) {
            findings.error(
                    "check.wal-level",
                    "wal_level is minimal: nothing could be recovered",
                    "ALTER SYSTEM SET wal_level = 'replica'; then restart the server");
        } else {
            findings.passed("check.wal-level", "wal_level is enough for recovery");
        }
    }

    private void fullPageWrites() {
        if (facts.wal().fullPageWrites()) {
            findings.passed("check.full-page-writes", "full_page_writes is on");
        } else {
            findings.warning(
                    "check.full-page-writes",
                    "full_page_writes is off: a crash of the host can damage pages for good",
                    "ALTER SYSTEM SET full_page_writes = on; SELECT pg_reload_conf();");
        }
    }

    private void dataChecksums() {
        if (facts.layout().dataChecksums()) {
            findings.passed("check.data-checksums", "data pages have checksums, which every backup verifies");
        } else {
            findings.notice(
                    "check.data-checksums",
                    "data pages have no checksums: backups cannot tell whether the disk changed them",
                    "stop the server, run pg_checksums --enable, start it");
        }
    }

    private void summaries() {
        if (facts.wal().summarizing()) {
            findings.passed("check.summarize-wal", "summarize_wal is on");
        } else if (facts.version().isAtLeast(17)) {
            findings.notice(
                    "check.summarize-wal",
                    "summarize_wal is off: incremental backups will have to read every file",
                    "ALTER SYSTEM SET summarize_wal = on; SELECT pg_reload_conf();");
        }
    }

    private void archiving() {
        var archiving = facts.archiving();
        if (archiving.mode() == Archiving.Mode.OFF) {
            findings.passed("check.archiving", "the server archives no WAL itself: capture needs no archive_command");
        } else if (archiving.command().isEmpty() && archiving.library().isEmpty()) {
            findings.warning(
                    "check.archiving",
                    "archive_mode is on, but there is no archive_command: WAL piles up in pg_wal until the disk is full",
                    "ALTER SYSTEM SET archive_command = '/bin/true'; SELECT pg_reload_conf(); if nothing else archives");
        } else {
            findings.notice(
                    "check.archiving",
                    "the server archives WAL somewhere else, too",
                    "nothing to do: both work side by side; holdfast captures by streaming");
        }
    }

    private void synchronousStandby() {
        var standbys = SynchronousStandbys.of(facts.wal().synchronousStandbyNames());
        switch (acknowledged) {
            case SPOOL -> {
                if (standbys.choose(applicationName)) {
                    findings.warning(
                            SYNCHRONOUS,
                            "synchronous_standby_names chooses '%s', the capture, whose acknowledgement means its local spool only: capture.ack is 'spool'"
                                    .formatted(applicationName),
                            "set capture.ack to repository (docs/rpo-zero.md), or take it out, or accept that a commit is then safe on this host and not yet in the repository");
                }
            }
            case REPOSITORY -> {
                // Nobody waits on a standby.
                if (!facts.inRecovery()) {
                    commitsWait(standbys);
                }
            }
        }
    }

    private void commitsWait(SynchronousStandbys standbys) {
        if (!standbys.choose(applicationName)) {
            findings.warning(
                    SYNCHRONOUS,
                    "capture.ack is 'repository', and no commit waits for it: synchronous_standby_names does not choose '%s', the capture"
                            .formatted(applicationName),
                    "when the capture runs: ALTER SYSTEM SET synchronous_standby_names = '%s'; SELECT pg_reload_conf(); (docs/rpo-zero.md), or set capture.ack to spool"
                            .formatted(applicationName));
        } else if (!standbys.require(applicationName)) {
            findings.warning(
                    SYNCHRONOUS,
                    "capture.ack is 'repository', and a commit can return without it: synchronous_standby_names also takes others for '%s', the capture"
                            .formatted(applicationName),
                    "name it alone, or first; what it has now is right only if each of the others is a capture into another repository (docs/rpo-zero.md)");
        } else if (WAITS.contains(synchronousCommit)) {
            findings.passed(
                    SYNCHRONOUS,
                    "commits wait for the repository: synchronous_standby_names chooses '%s'"
                            .formatted(applicationName));
        } else {
            findings.warning(
                    SYNCHRONOUS,
                    "capture.ack is 'repository', and commits do not wait for it: synchronous_commit is '%s'"
                            .formatted(synchronousCommit),
                    "ALTER SYSTEM SET synchronous_commit = 'on'; SELECT pg_reload_conf(); or set it where a commit must not be lost (docs/rpo-zero.md)");
        }
    }

    private void clock(Instant hostTime) {
        var difference = Duration.between(facts.clock(), hostTime).abs();
        if (difference.compareTo(CLOCKS_AGREE) > 0) {
            findings.warning(
                    "check.clock",
                    "the server's clock and this host's differ by %d s".formatted(difference.toSeconds()),
                    "run NTP on both; recovery targets are in the server's time");
        } else {
            findings.passed("check.clock", "the server's clock and this host's agree");
        }
    }
}
