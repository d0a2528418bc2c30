@NullMarked
package io.holdfast.runbook.schedule;

import org.jspecify.annotations.NullMarked;
