package io.holdfast.cli.configuration;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * A number of bytes, as people write it: {@code 4MiB} is 4 x 1024 x 1024, {@code 4MB} is 4 x 1000 x 1000 (IEC 80000-13).
 *
 * @param bytes not negative
 */
public record ByteSize(long bytes) {

    /** What a JSON Schema says of it. */
    static final String SYNTAX = "[0-9]{1,18}([kMGT]B|[KMGT]iB|B)?";

    private static final Pattern FORM = Pattern.compile("([0-9]{1,18})(B|[kMGT]B|[KMGT]iB)?");

    private static final Map<String, Long> UNITS = Map.of(
            "B", 1L,
            "kB", 1000L,
            "MB", 1000_000L,
            "GB", 1000_000_000L,
            "TB", 1000_000_000_000L,
            "KiB", 1L << 10,
            "MiB", 1L << 20,
            "GiB", 1L << 30,
            "TiB", 1L << 40);

    private static final String[] DECIMAL = {"kB", "MB", "GB", "TB"};

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size below zero: " + bytes);
        }
    }

    static Parsed<ByteSize> parse(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            return Parsed.refused("a size such as 4MiB, 500MB or 1GB (units: B, kB, MB, GB, TB, KiB, MiB, GiB, TiB)");
        }
        var unit = form.group(2) == null ? 1 : UNITS.getOrDefault(form.group(2), 1L);
        try {
            return Parsed.value(new ByteSize(Math.multiplyExact(Long.parseLong(form.group(1)), unit)));
        } catch (ArithmeticException _) {
            return Parsed.refused("a size below 8 EiB");
        }
    }

    /** Rounded, for people: {@code 1.5 GB}. */
    @Override
    public String toString() {
        if (bytes < 1000) {
            return bytes + " B";
        }
        long size = 1000;
        var unit = 0;
        while (bytes >= 1000 * size - size / 20 && unit < DECIMAL.length - 1) {
            size *= 1000;
            unit++;
        }
        long tenth = size / 10;
        long tenths = bytes / tenth + (bytes % tenth >= tenth / 2 ? 1 : 0);
        return tenths / 10 + "." + tenths % 10 + " " + DECIMAL[unit];
    }
}
