package io.holdfast.cli.check;

import io.holdfast.repository.Repository;
import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.ObjectKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;

/** Whether something that is written to the repository can be read back. */
final class RepositoryChecks {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Repository repository;
    private final Findings findings;

    RepositoryChecks(Repository repository, Findings findings) {
        this.repository = repository;
        this.findings = findings;
    }

    /** What is written: sealed, as everything is, and of no other use. */
    private record Probe(Instant written) {}

    void writeAndReadBack(InstantSource clock) {
        findings.require("check.repository-write", () -> {
            var suffix = new byte[4];
            new SecureRandom().nextBytes(suffix);
            var now = clock.instant();
            var key = ObjectKey.of(
                    "check", TIME.format(now) + "-" + HexFormat.of().formatHex(suffix));
            var probe = new Probe(now);
            repository.objects().createDocument(key, probe);
            if (repository.objects().readDocument(key, Probe.class).equals(probe)) {
                findings.passed("check.repository-write", "what is written to the repository can be read back");
            } else {
                findings.error(
                        "check.repository-write",
                        "'%s' reads back as something else than was written".formatted(key),
                        "do not use this store: its disk or network changes data");
            }
        });
    }

    /** Of a store that is reached with credentials: who takes over this host has them. */
    void overwriting() {
        var can = repository.store().capabilities();
        if (can.contains(Capability.KEEPS_OVERWRITTEN)) {
            findings.passed(
                    "check.repository-versions",
                    "the bucket keeps versions: who puts something over an object does not replace it");
        } else if (can.contains(Capability.OWN_CLOCK)) {
            findings.warning(
                    "check.repository-versions",
                    "the bucket keeps no versions, or was told to stop: whoever has the credentials of this host can replace what is stored",
                    "turn versioning on, better make a bucket with Object Lock: docs/s3.md");
        }
    }

    /** A key that lies only where the disaster happens is lost with what it protects. */
    void recoveryCopy(InstantSource clock) {
        findings.attempt("check.recovery-copy", () -> {
            var inventory = repository.keyChanges(clock, new SecureRandom()).inventory();
            inventory
                    .remarks()
                    .forEach(
                            remark -> findings.warning(
                                    "check.keys",
                                    remark,
                                    "find out who wrote to 'key/' or 'epoch/' in the repository; 'holdfast key list' shows what can be read"));
            var sheets = inventory.confirmedSheets();
            if (sheets.isEmpty()) {
                findings.warning(
                        "check.recovery-copy",
                        "no recovery sheet of the repository was confirmed: if its key is lost with this host, so are the backups",
                        "make one with 'holdfast key export', keep it elsewhere, and type it in: 'holdfast key check --recovery-sheet -'");
            } else {
                findings.passed(
                        "check.recovery-copy",
                        "a recovery sheet was confirmed at "
                                + sheets.getLast().confirmed().orElseThrow());
            }
        });
    }

    /** A key that lives only in the region that fails opens nothing then. */
    void keyRegions(InstantSource clock, KeyRegions known) {
        findings.attempt(
                "check.kms-region",
                () -> new KeyRegionChecks(known, findings)
                        .run(repository.keyChanges(clock, new SecureRandom()).inventory()));
    }
}
