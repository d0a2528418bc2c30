package io.holdfast.cli.check;

import io.holdfast.postgres.cluster.ControlFile;
import io.holdfast.postgres.cluster.ServerFacts;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** The data directory as this user sees it on this host. */
final class FileChecks {

    private static final String CODE = "check.data-directory";

    private final ServerFacts facts;
    private final Findings findings;

    FileChecks(ServerFacts facts, Findings findings) {
        this.facts = facts;
        this.findings = findings;
    }

    /** The data directory, if a backup could read it. */
    Optional<Path> run() {
        var named = facts.files().dataDirectory();
        if (named.isEmpty()) {
            findings.unknown(CODE, "the server does not say where its data directory is", "see check.role-settings");
            return Optional.empty();
        }
        var directory = named.get();
        try {
            if (isOfThisServer(directory)) {
                requireReadable(directory);
                findings.passed(CODE, "'%s' is readable".formatted(directory));
                return Optional.of(directory);
            }
            findings.error(
                    CODE,
                    "'%s' on this host belongs to another cluster".formatted(directory),
                    "run holdfast on the host where the server runs");
        } catch (AccessDeniedException e) {
            findings.error(
                    CODE,
                    "'%s' cannot be read by %s".formatted(e.getFile(), System.getProperty("user.name")),
                    "run holdfast as the user that owns the data directory, usually postgres");
        } catch (IOException _) {
            findings.error(
                    CODE,
                    "there is no data directory '%s' on this host".formatted(directory),
                    "run holdfast on the host where the server runs");
        }
        return Optional.empty();
    }

    /** The server may be writing the file: its checksum then does not hold, and it is read again. */
    private boolean isOfThisServer(Path directory) throws IOException {
        var control = Optional.<ControlFile>empty();
        for (var i = 0; i < 10 && control.isEmpty(); i++) {
            control = ControlFile.parse(Files.readAllBytes(directory.resolve("global/pg_control")));
        }
        return control.filter(file -> file.systemIdentifier().equals(facts.systemIdentifier()))
                .isPresent();
    }

    private static void requireReadable(Path directory) throws IOException {
        for (var part : new String[] {"base", "pg_wal", "pg_tblspc"}) {
            try (var entries = Files.list(directory.resolve(part))) {
                for (var entry : entries.toList()) {
                    // What a file system has of its own where a disk is mounted only root may read, and no backup
                    // needs.
                    if (!Files.isReadable(entry) && !entry.endsWith("lost+found")) {
                        throw new AccessDeniedException(entry.toString());
                    }
                }
            }
        }
    }

    /** Bytes free where the server writes WAL. */
    static OptionalLong freeForWal(Path directory) {
        try {
            return OptionalLong.of(
                    Files.getFileStore(directory.resolve("pg_wal").toRealPath()).getUsableSpace());
        } catch (IOException _) {
            return OptionalLong.empty();
        }
    }
}
