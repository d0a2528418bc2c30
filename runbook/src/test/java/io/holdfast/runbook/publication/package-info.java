@NullMarked
package io.holdfast.runbook.publication;

import org.jspecify.annotations.NullMarked;
