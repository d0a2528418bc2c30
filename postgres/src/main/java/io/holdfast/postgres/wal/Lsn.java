package io.holdfast.postgres.wal;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A position in the write-ahead log: the byte offset since the cluster was made, printed as PostgreSQL prints
 * {@code pg_lsn} (two hexadecimal halves, {@code 16/B374D848}).
 *
 * @param offset bytes, compared as unsigned
 */
public record Lsn(long offset) implements Comparable<Lsn> {

    /** What PostgreSQL calls InvalidXLogRecPtr: no position. */
    public static final Lsn NONE = new Lsn(0);

    /** Source: src/backend/utils/adt/pg_lsn.c, pg_lsn_in_internal: one to eight hexadecimal digits in each half. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Lsn parse(String text) {
        var slash = text.indexOf('/');
        if (slash < 1 || slash > 8 || text.length() - slash - 1 < 1 || text.length() - slash - 1 > 8) {
            throw new InvalidLsnException(text);
        }
        try {
            var high = HexFormat.fromHexDigitsToLong(text, 0, slash);
            var low = HexFormat.fromHexDigitsToLong(text, slash + 1, text.length());
            return new Lsn(high << 32 | low);
        } catch (NumberFormatException e) {
            throw new InvalidLsnException(text);
        }
    }

    public Lsn plus(long bytes) {
        return new Lsn(offset + bytes);
    }

    /** Bytes from {@code earlier} to this position; negative when this position comes first. */
    public long minus(Lsn earlier) {
        return offset - earlier.offset;
    }

    public boolean isBefore(Lsn other) {
        return compareTo(other) < 0;
    }

    public boolean isAfter(Lsn other) {
        return compareTo(other) > 0;
    }

    public static Lsn earlier(Lsn a, Lsn b) {
        return a.isBefore(b) ? a : b;
    }

    public static Lsn later(Lsn a, Lsn b) {
        return a.isAfter(b) ? a : b;
    }

    /** Sixteen hexadecimal digits, which sort as the positions do: the form used in object names. */
    public String sortable() {
        return HexFormat.of().withUpperCase().toHexDigits(offset);
    }

    /** The inverse of {@link #sortable}. */
    public static Lsn ofSortable(String digits) {
        return new Lsn(HexFormat.fromHexDigitsToLong(digits));
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(offset, other.offset);
    }

    private static String digits(long half) {
        return Long.toHexString(half).toUpperCase(Locale.ROOT);
    }

    @JsonValue
    @Override
    public String toString() {
        return digits(offset >>> 32) + "/" + digits(offset & 0xFFFF_FFFFL);
    }
}
