/** Packs of which little is used, and what has to be stored anew so that they can go. */
@NullMarked
package io.holdfast.repository.repack;

import org.jspecify.annotations.NullMarked;
