@NullMarked
package io.holdfast.runbook.state;

import org.jspecify.annotations.NullMarked;
