/**
 * The plan as a whole: what a disaster recovery plan promises, who is told, what is done, and what that needs. It is read by
 * {@code io.holdfast.plan.file}, judged by {@code io.holdfast.plan.check} and written for people by
 * {@code io.holdfast.plan.render}.
 */
@NullMarked
package io.holdfast.plan;

import org.jspecify.annotations.NullMarked;
