package io.holdfast.postgres.wal;

import java.time.Instant;

/**
 * The end of a transaction, as the WAL tells it.
 *
 * @param end end of its record
 * @param xid of a prepared transaction its own; unsigned
 * @param time the server's clock just before; neighbours may be out of order
 * @param committed or else aborted: both are places where recovery to a time or a transaction stops
 */
public record WalTransaction(Lsn end, int xid, Instant time, boolean committed) {}
