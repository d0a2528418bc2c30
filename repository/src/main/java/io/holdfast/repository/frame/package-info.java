/**
 * Sealed objects: sequences of frames, each compressed, encrypted and authenticated by itself, bound to its place.
 * Section 5 of {@code docs/repository-format.md}.
 */
@NullMarked
package io.holdfast.repository.frame;

import org.jspecify.annotations.NullMarked;
