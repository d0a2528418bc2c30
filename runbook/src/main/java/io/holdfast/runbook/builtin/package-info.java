/** The actions that need nothing but this host and the network, together. */
@NullMarked
package io.holdfast.runbook.builtin;

import org.jspecify.annotations.NullMarked;
