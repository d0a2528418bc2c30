/** The resident engine: executes runs that are due, takes over those of engines that died, and starts recurring ones. */
@NullMarked
package io.holdfast.runbook.schedule;

import org.jspecify.annotations.NullMarked;
