/** Locks that outlive what relies on them. */
@NullMarked
package io.holdfast.repository.lock;

import org.jspecify.annotations.NullMarked;
