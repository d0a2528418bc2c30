/**
 * What a provider of actions implements: an action is examined before a run, probed, executed and verified in it. The
 * engine that journals around these calls is in {@code io.holdfast.runbook.run}.
 */
@NullMarked
package io.holdfast.runbook.action;

import org.jspecify.annotations.NullMarked;
