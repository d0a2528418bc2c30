/** What the stores of one repository lack, brought to each from the others. */
@NullMarked
package io.holdfast.postgres.mirror;

import org.jspecify.annotations.NullMarked;
