/**
 * Base backups: what of a data directory is copied, the pipeline that copies it while the server writes, and what
 * makes the copy a backup.
 */
@NullMarked
package io.holdfast.postgres.backup;

import org.jspecify.annotations.NullMarked;
