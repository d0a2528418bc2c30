package io.holdfast.postgres.wal.summary;

/** Why nothing of an older copy of a file may be used. */
public enum WholeReason {
    /** Its changes are not all in the WAL. */
    FREE_SPACE_MAP("the free space map is not fully in the WAL"),

    /** Servers up to 17.7 and 18.1 note its truncation in the wrong unit; and it is small. */
    VISIBILITY_MAP("summaries do not tell reliably how a visibility map was truncated"),

    /** Also when the database was moved into this tablespace, or dropped and another one has its oid. */
    DATABASE_NEW("its database was created, dropped or moved"),

    /** Also when it was dropped and another relation has its number. */
    NEW("the relation was created, dropped or written anew"),

    TRUNCATED("the relation was truncated to before this file");

    private final String sentence;

    WholeReason(String sentence) {
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }
}
