/** Packs: large objects of many frames, and references to frames in them. Section 6 of the format. */
@NullMarked
package io.holdfast.repository.pack;

import org.jspecify.annotations.NullMarked;
