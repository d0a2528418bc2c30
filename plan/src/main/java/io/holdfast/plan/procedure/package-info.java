/**
 * Procedures as a plan holds them: steps, what each does, and the texts in which references to other values stand.
 */
@NullMarked
package io.holdfast.plan.procedure;

import org.jspecify.annotations.NullMarked;
