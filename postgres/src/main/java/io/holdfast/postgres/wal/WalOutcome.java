package io.holdfast.postgres.wal;

/** What is known of the bytes fed so far. Everything before {@link #validEnd} is verified, whatever the case. */
public sealed interface WalOutcome {

    /** The end of the last complete, verified record; where reading began as long as there is none. */
    Lsn validEnd();

    /** The bytes end where a record may begin. */
    record Intact(Lsn validEnd) implements WalOutcome {}

    /** The bytes end inside a record or a page header; nothing is wrong with them so far. */
    record NeedsMore(Lsn validEnd) implements WalOutcome {}

    /**
     * Reading cannot continue. Later bytes are ignored.
     *
     * @param at the record or the page that is not as it should be; at or after {@code validEnd}
     */
    record Broken(Lsn validEnd, Lsn at, WalFault fault) implements WalOutcome {

        public String explain() {
            return "WAL is readable up to %s; at %s %s".formatted(validEnd, at, fault.explain());
        }
    }
}
