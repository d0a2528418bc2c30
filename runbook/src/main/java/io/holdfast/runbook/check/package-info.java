/** Actions that look at the world until it is as it should be: over HTTP, in the DNS; and the one that only waits. */
@NullMarked
package io.holdfast.runbook.check;

import org.jspecify.annotations.NullMarked;
