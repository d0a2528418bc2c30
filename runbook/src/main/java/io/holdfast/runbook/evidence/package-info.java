/** Runs that have ended go into the evidence chain of the repository, with their approvals. */
@NullMarked
package io.holdfast.runbook.evidence;

import org.jspecify.annotations.NullMarked;
