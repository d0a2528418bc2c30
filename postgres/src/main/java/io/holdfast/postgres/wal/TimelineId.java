package io.holdfast.postgres.wal;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.HexFormat;

/** One line of a cluster's history, counted from 1; a promotion or a point-in-time recovery begins a new one. */
public record TimelineId(@JsonValue int number) implements Comparable<TimelineId> {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public TimelineId {
        if (number == 0) {
            throw new IllegalArgumentException("there is no timeline 0");
        }
    }

    /** Eight hexadecimal digits, as in the name of a segment or history file. */
    public String hex() {
        return HexFormat.of().withUpperCase().toHexDigits(number);
    }

    public static TimelineId ofHex(String digits) {
        return new TimelineId(HexFormat.fromHexDigits(digits));
    }

    public String historyFileName() {
        return hex() + ".history";
    }

    @Override
    public int compareTo(TimelineId other) {
        return Integer.compareUnsigned(number, other.number);
    }

    @Override
    public String toString() {
        return Integer.toUnsignedString(number);
    }
}
