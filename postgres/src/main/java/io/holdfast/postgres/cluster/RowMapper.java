package io.holdfast.postgres.cluster;

/** Makes a value of one row. */
@FunctionalInterface
public interface RowMapper<T> {

    T map(Row row);
}
