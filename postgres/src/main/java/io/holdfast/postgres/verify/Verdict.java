package io.holdfast.postgres.verify;

/** What a proof says of a backup. */
public enum Verdict {
    /** All that was asked was checked, and is right. */
    GOOD("good"),

    /** Something was proven to be wrong. */
    BAD("bad"),

    /** Nothing was found to be wrong, but not all that was asked could be checked. */
    UNDETERMINED("undetermined");

    private final String word;

    Verdict(String word) {
        this.word = word;
    }

    @Override
    public String toString() {
        return word;
    }
}
