package io.holdfast.postgres.wal.summary;

import java.util.Arrays;
import java.util.Optional;

/** One of the files of a relation. Numbers and names as in src/include/common/relpath.h and src/common/relpath.c. */
public enum RelationFork {
    MAIN(""),
    FREE_SPACE_MAP("fsm"),
    VISIBILITY_MAP("vm"),

    /** What an unlogged relation is reset to after a crash. */
    INIT("init");

    private final String suffix;

    RelationFork(String suffix) {
        this.suffix = suffix;
    }

    /** What follows the underscore in the name of its files; empty for the main fork. */
    public String suffix() {
        return suffix;
    }

    public static Optional<RelationFork> ofSuffix(String suffix) {
        return Arrays.stream(values())
                .filter(fork -> fork.suffix.equals(suffix))
                .findFirst();
    }

    /** The fork that PostgreSQL gives this number. */
    static Optional<RelationFork> ofNumber(int number) {
        return number < 0 || number >= values().length ? Optional.empty() : Optional.of(values()[number]);
    }
}
