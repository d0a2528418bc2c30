/** The commands that read, check, render and compare plans. */
@NullMarked
package io.holdfast.cli.plan;

import org.jspecify.annotations.NullMarked;
