package io.holdfast.plan;

import java.util.regex.Pattern;

/**
 * What tells two plans apart: SHA-256 over the canonical form of the file, in which comments, spacing, quotes and the order
 * of keys do not count.
 *
 * @param hex 64 digits
 */
public record PlanHash(String hex) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    public PlanHash {
        if (!FORM.matcher(hex).matches()) {
            throw new IllegalArgumentException("not a hash: " + hex);
        }
    }

    /** Enough of it for a person to compare. */
    public String shortened() {
        return hex.substring(0, 12);
    }

    @Override
    public String toString() {
        return hex;
    }
}
