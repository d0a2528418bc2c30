@NullMarked
package io.holdfast.runbook.run;

import org.jspecify.annotations.NullMarked;
