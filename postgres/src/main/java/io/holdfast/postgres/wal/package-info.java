/**
 * The write-ahead log: positions, timelines, segments and their records; its capture into the repository and the
 * catalogue of what was captured.
 */
@NullMarked
package io.holdfast.postgres.wal;

import org.jspecify.annotations.NullMarked;
