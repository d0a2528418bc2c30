@NullMarked
package io.holdfast.runbook.approval;

import org.jspecify.annotations.NullMarked;
