/** Where the secrets of a plan are, and how they are read from there. */
@NullMarked
package io.holdfast.runbook.secret;

import org.jspecify.annotations.NullMarked;
