@NullMarked
package io.holdfast.runbook.command;

import org.jspecify.annotations.NullMarked;
