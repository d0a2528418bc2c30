package io.holdfast.postgres.backup;

import java.util.Optional;

/**
 * The configuration files that the server used and that lay outside its data directory, absolute, as Debian has them. Absent:
 * within it.
 */
public record OutsideFiles(Optional<String> main, Optional<String> hba, Optional<String> ident) {

    /** Nothing lies outside, or nobody wrote down what does. */
    public static final OutsideFiles NONE = new OutsideFiles(Optional.empty(), Optional.empty(), Optional.empty());

    /** The folder in PGDATA into which a restore puts what lay outside, with its whole path. */
    public static final String RESTORED_INTO = "holdfast-config";
}
