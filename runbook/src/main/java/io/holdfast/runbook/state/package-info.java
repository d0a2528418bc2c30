/**
 * The database that runs are journaled in: a PostgreSQL server of our own in a state directory, or one that others keep.
 */
@NullMarked
package io.holdfast.runbook.state;

import org.jspecify.annotations.NullMarked;
