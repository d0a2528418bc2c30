package io.holdfast.postgres.wal.summary;

/**
 * A fork of a relation, named as its files are.
 *
 * @param tablespace oid: 1663 is {@code base}, 1664 is {@code global}, others are in {@code pg_tblspc}
 * @param database oid; 0 for the relations in {@code global}
 * @param relation the number that the name of the file begins with, relfilenode; 0 stands for all of the database
 */
public record ForkId(long tablespace, long database, long relation, RelationFork fork) {

    /** The tablespace in the folder {@code base}. */
    public static final long DEFAULT_TABLESPACE = 1663;

    /** The tablespace in the folder {@code global}. */
    public static final long GLOBAL_TABLESPACE = 1664;

    private static final long LARGEST = 0xFFFF_FFFFL;

    public ForkId {
        requireOid(tablespace);
        requireOid(database);
        requireOid(relation);
    }

    private static void requireOid(long number) {
        if (number < 0 || number > LARGEST) {
            throw new IllegalArgumentException("not an oid: " + number);
        }
    }

    /** Under which a summary says that the whole part of the database in this tablespace was created or dropped. */
    ForkId wholeDatabase() {
        return new ForkId(tablespace, database, 0, RelationFork.MAIN);
    }
}
