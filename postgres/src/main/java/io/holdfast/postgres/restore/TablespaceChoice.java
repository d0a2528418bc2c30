package io.holdfast.postgres.restore;

import java.nio.file.Path;
import java.util.Map;

/** Where tablespaces go. */
public sealed interface TablespaceChoice {

    /** Beneath the restored data directory, in {@code tablespaces/<oid>}. */
    record Within() implements TablespaceChoice {}

    /** Where they were when the backup was taken. */
    record Original() implements TablespaceChoice {}

    /**
     * Where somebody says.
     *
     * @param folders by OID or name; those that are not named go beneath the data directory
     */
    record Mapped(Map<String, Path> folders) implements TablespaceChoice {

        public Mapped {
            folders = Map.copyOf(folders);
        }
    }
}
