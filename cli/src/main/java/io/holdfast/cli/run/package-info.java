/** Runs as the command line begins and shows them: what a plan says of a procedure in an environment, and how a run is told. */
@NullMarked
package io.holdfast.cli.run;

import org.jspecify.annotations.NullMarked;
