/**
 * Restores: what can be reached is decided before a byte is copied ({@link io.holdfast.postgres.restore.RestorePlanner}),
 * then the files of a backup are put in place so that a server starts from them and recovers to the target
 * ({@link io.holdfast.postgres.restore.Restore}). How the server gets its WAL is in {@code restore.replay}.
 */
@NullMarked
package io.holdfast.postgres.restore;

import org.jspecify.annotations.NullMarked;
