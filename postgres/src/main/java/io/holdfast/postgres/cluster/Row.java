package io.holdfast.postgres.cluster;

import io.holdfast.postgres.wal.Lsn;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The row a query stands on; of no use after its mapper has returned. Columns are named as the query names them. */
public final class Row {

    private final ServerAddress address;
    private final ResultSet result;

    Row(ServerAddress address, ResultSet result) {
        this.address = address;
        this.result = result;
    }

    public String text(String column) {
        return present(column, read(column, result::getString));
    }

    public Optional<String> textIfAny(String column) {
        return Optional.ofNullable(read(column, result::getString));
    }

    public int integer(String column) {
        return present(column, read(column, name -> nullable(result.getInt(name))));
    }

    public long number(String column) {
        return present(column, read(column, name -> nullable(result.getLong(name))));
    }

    public Optional<Long> numberIfAny(String column) {
        return Optional.ofNullable(read(column, name -> nullable(result.getLong(name))));
    }

    public boolean flag(String column) {
        return present(column, read(column, name -> nullable(result.getBoolean(name))));
    }

    public byte[] bytes(String column) {
        return present(column, read(column, result::getBytes));
    }

    public Lsn lsn(String column) {
        return Lsn.parse(text(column));
    }

    public Optional<Lsn> lsnIfAny(String column) {
        return textIfAny(column).map(Lsn::parse);
    }

    /** A {@code timestamptz}, to the microsecond. */
    public Instant instant(String column) {
        return present(column, read(column, name -> result.getObject(name, OffsetDateTime.class)))
                .toInstant();
    }

    public Optional<Instant> instantIfAny(String column) {
        return Optional.ofNullable(read(column, name -> result.getObject(name, OffsetDateTime.class)))
                .map(OffsetDateTime::toInstant);
    }

    private <T> @Nullable T nullable(T value) throws SQLException {
        return result.wasNull() ? null : value;
    }

    private <T> T present(String column, @Nullable T value) {
        if (value == null) {
            throw ServerException.protocol(address, "column '%s' is null".formatted(column));
        }
        return value;
    }

    private <T> @Nullable T read(String column, Reading<T> reading) {
        try {
            return reading.of(column);
        } catch (SQLException e) {
            throw SqlErrors.translate(address, e);
        }
    }

    private interface Reading<T> {

        @Nullable
        T of(String column) throws SQLException;
    }
}
