/** Copying backups, with all that they need, into another store: section 18 of the format. */
@NullMarked
package io.holdfast.repository.copy;

import org.jspecify.annotations.NullMarked;
