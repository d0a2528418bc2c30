/** The command line: one small class per command; stdout is data, stderr is talk. */
@NullMarked
package io.holdfast.cli;

import org.jspecify.annotations.NullMarked;
