/**
 * PostgreSQL, in the DBA's words: {@code cluster} (the servers), {@code replication} (the streaming protocol),
 * {@code wal}, {@code backup}, {@code restore}.
 */
@NullMarked
package io.holdfast.postgres;

import org.jspecify.annotations.NullMarked;
