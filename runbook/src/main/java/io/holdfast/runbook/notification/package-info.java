/** Actions that tell people, or other systems, something: chat, alert, mail, signed webhook. */
@NullMarked
package io.holdfast.runbook.notification;

import org.jspecify.annotations.NullMarked;
