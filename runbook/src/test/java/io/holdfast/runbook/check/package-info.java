@NullMarked
package io.holdfast.runbook.check;

import org.jspecify.annotations.NullMarked;
