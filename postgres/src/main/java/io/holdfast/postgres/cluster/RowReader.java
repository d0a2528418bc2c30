package io.holdfast.postgres.cluster;

/** Takes one row. */
@FunctionalInterface
public interface RowReader {

    void read(Row row);
}
