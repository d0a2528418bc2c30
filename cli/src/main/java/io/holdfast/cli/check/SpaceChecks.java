package io.holdfast.cli.check;

import io.holdfast.cli.configuration.ByteSize;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Whether repository and spool have room, and whether the repository is anywhere else than the database. */
final class SpaceChecks {

    private final Findings findings;

    SpaceChecks(Findings findings) {
        this.findings = findings;
    }

    /** A full backup takes a third to a half of the database in most cases; more must be reckoned with. */
    void repository(Path repository, ByteSize database) {
        look("check.repository-space", repository, store -> {
            var free = new ByteSize(store.getUsableSpace());
            var message = "%s are free in the repository, the database has %s".formatted(free, database);
            if (free.bytes() >= database.bytes()) {
                findings.passed("check.repository-space", message);
            } else if (free.bytes() >= database.bytes() / 4) {
                findings.warning("check.repository-space", message, "a second full backup may not fit: enlarge it");
            } else {
                findings.error("check.repository-space", message, "a full backup will hardly fit: enlarge it");
            }
        });
    }

    void spool(Path spool, ByteSize limit) {
        var there = existing(spool);
        if (!Files.isDirectory(there) || !Files.isWritable(there)) {
            var state = Objects.requireNonNull(spool.getParent());
            findings.error(
                    "check.spool-space",
                    "the spool cannot be in '%s': this user may not write to '%s'".formatted(spool, there),
                    ("make the folder for the user who runs 'holdfast protect', install -d -o USER -m 700 %s, or name another"
                                    + " with state-directory")
                            .formatted(state));
            return;
        }
        look("check.spool-space", spool, store -> {
            var free = new ByteSize(store.getUsableSpace());
            if (free.bytes() >= limit.bytes()) {
                findings.passed("check.spool-space", "%s are free for the spool in '%s'".formatted(free, spool));
            } else {
                findings.warning(
                        "check.spool-space",
                        "only %s are free for the spool in '%s', which may grow to %s".formatted(free, spool, limit),
                        "lower capture.spool-limit, or name another folder with state-directory");
            }
        });
    }

    void apart(Path repository, Path dataDirectory) {
        look("check.apart", repository, store -> {
            if (store.equals(Files.getFileStore(dataDirectory))) {
                findings.warning(
                        "check.apart",
                        "the repository is on the same file system as the data directory",
                        "put it on another disk, better on another host: one failure must not take both");
            } else {
                findings.passed("check.apart", "the repository is on another file system than the data directory");
            }
        });
    }

    private interface Look {

        void at(FileStore store) throws IOException;
    }

    /** A folder that does not exist yet will be on the file system of the one above it. */
    private static Path existing(Path folder) {
        var existing = folder.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }

    private void look(String code, Path folder, Look look) {
        try {
            look.at(Files.getFileStore(existing(folder)));
        } catch (IOException e) {
            findings.unknown(
                    code, "the file system of '%s' cannot be looked at: %s".formatted(folder, e.getMessage()), "");
        }
    }
}
