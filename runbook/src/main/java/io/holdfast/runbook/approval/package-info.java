/**
 * Approvals: who may say yes to a step, what they are shown, and the signatures by which they do, in the form of
 * OpenSSH's {@code ssh-keygen -Y sign}.
 */
@NullMarked
package io.holdfast.runbook.approval;

import org.jspecify.annotations.NullMarked;
