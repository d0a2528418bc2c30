/**
 * The command line: one small class per command; stdout is data, stderr is talk. {@link io.holdfast.cli.Holdfast} is
 * the way in; floors above add commands through {@link io.holdfast.cli.CommandProvider}.
 */
@NullMarked
package io.holdfast.cli;

import org.jspecify.annotations.NullMarked;
