/** What differs between two plans, in words that a person who has to agree can read. */
@NullMarked
package io.holdfast.plan.diff;

import org.jspecify.annotations.NullMarked;
