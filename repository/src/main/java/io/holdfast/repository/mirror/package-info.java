/** One repository in several stores: written to all at once, read from whichever answers. */
@NullMarked
package io.holdfast.repository.mirror;

import org.jspecify.annotations.NullMarked;
