/**
 * What the requests of a repository in a bucket come to: every process of this host notes what it asked of the store, and
 * {@code info --cost} adds it up.
 */
@NullMarked
package io.holdfast.cli.traffic;

import org.jspecify.annotations.NullMarked;
