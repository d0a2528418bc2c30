package io.holdfast.postgres.restore;

import io.holdfast.postgres.cluster.ControlFile;
import io.holdfast.postgres.restore.replay.ReplayFolder;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.repository.document.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** What is in the folder that is to become PGDATA. */
sealed interface TargetDirectory {

    /** What the file system has of its own where a disk is mounted: PGDATA, pg_wal, a tablespace. Only root may read it. */
    String LOST_AND_FOUND = "lost+found";

    /** Nothing, or no folder at all. */
    record Empty() implements TargetDirectory {}

    /** What an interrupted restore of the same cluster left: it is gone on with. */
    record Unfinished() implements TargetDirectory {}

    /** A stopped cluster of the same system identifier. */
    record SameCluster(ControlFile control) implements TargetDirectory {}

    /** That of the stopped cluster in it, if there is one. */
    default Optional<ControlFile> controlFile() {
        return switch (this) {
            case Empty _, Unfinished _ -> Optional.empty();
            case SameCluster same -> Optional.of(same.control());
        };
    }

    /** Left in a directory while it is restored; the first thing that is written, the last that goes. */
    record Marker(SystemIdentifier systemIdentifier) {

        static Path in(Path directory) {
            return ReplayFolder.in(directory).path().resolve("unfinished.json");
        }
    }

    /**
     * Looks, and touches nothing.
     *
     * @throws RestoreException if it must not be restored into
     */
    static TargetDirectory inspect(Path directory, boolean delta, SystemIdentifier expected) {
        try {
            if (!Files.exists(directory)) {
                return new Empty();
            }
            if (!Files.isDirectory(directory)) {
                throw RestoreException.notADirectory(directory);
            }
            if (isEmpty(directory)) {
                return new Empty();
            }
            var unfinished = marker(directory);
            if (unfinished.isPresent()) {
                if (!unfinished.get().systemIdentifier().equals(expected)) {
                    throw RestoreException.unfinished(directory);
                }
                LiveServer.onThisHost().refuse(directory);
                return new Unfinished();
            }
            if (!delta) {
                throw RestoreException.notEmpty(directory);
            }
            return sameCluster(directory, expected);
        } catch (IOException e) {
            throw RestoreException.io("read", directory, e);
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (var entries = Files.list(directory)) {
            return entries.allMatch(entry -> entry.getFileName().toString().equals(LOST_AND_FOUND));
        }
    }

    private static Optional<Marker> marker(Path directory) throws IOException {
        var file = Marker.in(directory);
        if (!Files.isDirectory(ReplayFolder.in(directory).path(), LinkOption.NOFOLLOW_LINKS)
                || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.mapper().readValue(Files.readAllBytes(file), Marker.class));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private static SameCluster sameCluster(Path directory, SystemIdentifier expected) throws IOException {
        var file = directory.resolve("global/pg_control");
        if (!Files.isRegularFile(directory.resolve("PG_VERSION")) || !Files.isRegularFile(file)) {
            throw RestoreException.notADataDirectory(directory);
        }
        var control = ControlFile.parse(Files.readAllBytes(file))
                .orElseThrow(() -> RestoreException.notADataDirectory(directory));
        if (!control.systemIdentifier().equals(expected)) {
            throw RestoreException.otherCluster(directory, control.systemIdentifier(), expected);
        }
        LiveServer.onThisHost().refuse(directory);
        return new SameCluster(control);
    }
}
