/**
 * The one seam through which files, names and directory entries become durable. Whatever must survive a power failure
 * is written through {@link io.holdfast.repository.disk.Disk}; the test double in {@code testkit} forgets what was not forced.
 */
@NullMarked
package io.holdfast.repository.disk;

import org.jspecify.annotations.NullMarked;
