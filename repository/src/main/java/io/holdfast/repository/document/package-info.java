/** Small JSON documents, in the clear (root, wraps) or sealed (everything else). */
@NullMarked
package io.holdfast.repository.document;

import org.jspecify.annotations.NullMarked;
