/**
 * Which blocks of which relations have changed between two positions of the WAL, learnt from the summaries that PostgreSQL
 * 17 and later write into {@code pg_wal/summaries}; or why that cannot be known.
 */
@NullMarked
package io.holdfast.postgres.wal.summary;

import org.jspecify.annotations.NullMarked;
