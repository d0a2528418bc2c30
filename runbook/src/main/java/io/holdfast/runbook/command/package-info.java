/** Actions that run a program of this host: without a shell, in a process group of its own, within a time and a limit of output. */
@NullMarked
package io.holdfast.runbook.command;

import org.jspecify.annotations.NullMarked;
