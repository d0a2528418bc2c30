/**
 * Runs of procedures: started, executed step by step, controlled by people and continued after any crash. {@link
 * io.holdfast.runbook.run.Runs} is the door.
 */
@NullMarked
package io.holdfast.runbook.run;

import org.jspecify.annotations.NullMarked;
