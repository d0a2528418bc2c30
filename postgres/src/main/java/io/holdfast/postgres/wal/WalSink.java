package io.holdfast.postgres.wal;

/** Where the facts go that are found while WAL is read: in WAL order, each from a complete, verified record. */
public interface WalSink {

    /** Keeps nothing: for a reader that only verifies. */
    WalSink NOTHING = new WalSink() {
        @Override
        public void transaction(long end, int xid, long micros, boolean committed) {}

        @Override
        public void event(WalEvent event) {}
    };

    /**
     * A transaction has ended. Primitive, as there may be a hundred thousand in one segment.
     *
     * @param end end of the record, as {@link Lsn#offset}
     * @param xid for a prepared transaction its own, not that of the session which ended it
     * @param micros the server's clock, since 2000-01-01 00:00 UTC; not always ascending
     */
    void transaction(long end, int xid, long micros, boolean committed);

    void event(WalEvent event);
}
