@NullMarked
package io.holdfast.runbook.action;

import org.jspecify.annotations.NullMarked;
