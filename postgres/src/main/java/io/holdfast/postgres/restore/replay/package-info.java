/**
 * How a recovering server gets its WAL from the repository: a POSIX script as its {@code restore_command}, a prefetcher
 * that puts whole segments beside it, and a catalogue, pinned when the restore began, by which both decide.
 */
@NullMarked
package io.holdfast.postgres.restore.replay;

import org.jspecify.annotations.NullMarked;
