/** Removing without losing: intents, lists of what is condemned, what backups reach, and the keeper. Section 12 of the format. */
@NullMarked
package io.holdfast.repository.removal;

import org.jspecify.annotations.NullMarked;
