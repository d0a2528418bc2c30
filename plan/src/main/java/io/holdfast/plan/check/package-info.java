/**
 * Whether a plan can work. Each rule looks at one thing and finds all of it; every finding has a stable code, says where it
 * is in the file and what to do. A rule that is about promises shows its arithmetic.
 */
@NullMarked
package io.holdfast.plan.check;

import org.jspecify.annotations.NullMarked;
