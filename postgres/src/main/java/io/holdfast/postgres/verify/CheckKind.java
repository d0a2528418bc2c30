package io.holdfast.postgres.verify;

/** What is looked at, in this order. */
public enum CheckKind {
    /** The files of the backup come back. Counted: files. */
    RESTORE("restore"),

    /** The server recovers, to where it should. Counted: recoveries. */
    RECOVERY("recovery"),

    /** Whether each database that takes connections does. Counted: databases. */
    DATABASES("databases"),

    /** Each B-tree agrees with its order and with its table: amcheck's bt_index_check with heapallindexed. Counted: indexes. */
    INDEXES("indexes"),

    /** The rows of each table are well formed: amcheck's verify_heapam. Counted: tables. */
    TABLES("tables"),

    /** What somebody asks the data. Counted: queries. */
    QUERIES("queries"),

    /** The checksum of each page of each relation holds. Counted: pages. */
    PAGES("pages");

    private final String word;

    CheckKind(String word) {
        this.word = word;
    }

    /** In the middle of a sentence. */
    @Override
    public String toString() {
        return word;
    }
}
