package io.holdfast.cli;

/** How a command writes its result to stdout. */
public enum OutputFormat {
    /** For people: aligned columns. May change between versions. */
    TABLE,

    /** For programs: one JSON document. */
    JSON;

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return this == TABLE ? "table" : "json";
    }
}
