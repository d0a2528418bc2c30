/** The optimal_build stand-in and its disasters; adds the {@code demo} command to the command line. */
@NullMarked
package io.holdfast.demo;

import org.jspecify.annotations.NullMarked;
