/** Places of one repository that are written to, healed and expired at once, and go away. */
@NullMarked
package io.holdfast.postgres.mirror;

import org.jspecify.annotations.NullMarked;
