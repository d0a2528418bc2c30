@NullMarked
package io.holdfast.runbook.builtin;

import org.jspecify.annotations.NullMarked;
