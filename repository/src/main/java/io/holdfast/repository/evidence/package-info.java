/** The evidence chain: what happened, in the order in which each writer recorded it, signed, and checked without trust in the store. */
@NullMarked
package io.holdfast.repository.evidence;

import org.jspecify.annotations.NullMarked;
