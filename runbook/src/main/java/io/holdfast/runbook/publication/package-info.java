/** Plans in the repository, signed, so that the one in force is at hand when nothing else is. */
@NullMarked
package io.holdfast.runbook.publication;

import org.jspecify.annotations.NullMarked;
