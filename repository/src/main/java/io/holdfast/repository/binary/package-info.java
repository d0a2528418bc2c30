/** Compact binary encoding of what is kept in frames: varints, counted bytes. */
@NullMarked
package io.holdfast.repository.binary;

import org.jspecify.annotations.NullMarked;
