/** What {@code holdfast status} finds out, and how monitoring reads it. */
@NullMarked
package io.holdfast.cli.status;

import org.jspecify.annotations.NullMarked;
