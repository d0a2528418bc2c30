/**
 * What is recorded of runs: each step with its attempts, each intent before an effect and each outcome after it. A write
 * belongs to the epoch of whoever executes the run; a write of a superseded epoch changes nothing.
 */
@NullMarked
package io.holdfast.runbook.journal;

import org.jspecify.annotations.NullMarked;
