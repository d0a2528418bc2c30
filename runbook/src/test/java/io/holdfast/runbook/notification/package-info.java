@NullMarked
package io.holdfast.runbook.notification;

import org.jspecify.annotations.NullMarked;
