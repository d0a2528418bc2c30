package io.holdfast.postgres.wal;

import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The name of a WAL segment file: timeline, and the segment number in two parts of eight hexadecimal digits.
 *
 * @param text 24 upper-case hexadecimal digits
 */
public record WalSegmentName(String text) implements Comparable<WalSegmentName> {

    private static final Pattern VALID = Pattern.compile("[0-9A-F]{24}");

    public WalSegmentName {
        if (!isValid(text)) {
            throw new IllegalArgumentException("not a WAL segment name: '%s'".formatted(text));
        }
    }

    public static boolean isValid(String text) {
        return VALID.matcher(text).matches();
    }

    /** Source: src/include/access/xlog_internal.h, XLogFileName: the low part counts segments within 4 GiB. */
    static WalSegmentName of(TimelineId timeline, long segmentNumber, WalSegmentSize size) {
        var perId = (1L << 32) / size.bytes();
        var high = Long.divideUnsigned(segmentNumber, perId);
        var low = Long.remainderUnsigned(segmentNumber, perId);
        var hex = HexFormat.of().withUpperCase();
        return new WalSegmentName(timeline.hex() + hex.toHexDigits((int) high) + hex.toHexDigits((int) low));
    }

    public TimelineId timeline() {
        return TimelineId.ofHex(text.substring(0, 8));
    }

    /** Where this segment begins. */
    public Lsn start(WalSegmentSize size) {
        var high = HexFormat.fromHexDigitsToLong(text, 8, 16);
        var low = HexFormat.fromHexDigitsToLong(text, 16, 24);
        return new Lsn((high << 32) + low * size.bytes());
    }

    @Override
    public int compareTo(WalSegmentName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
