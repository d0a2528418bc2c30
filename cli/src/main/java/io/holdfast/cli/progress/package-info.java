/** Shows people how a long command gets on: a bar on a terminal, a line now and then elsewhere. Always on stderr. */
@NullMarked
package io.holdfast.cli.progress;

import org.jspecify.annotations.NullMarked;
