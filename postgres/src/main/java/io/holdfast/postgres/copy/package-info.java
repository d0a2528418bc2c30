/** Copying a repository of PostgreSQL clusters, or some of its backups, into another store. */
@NullMarked
package io.holdfast.postgres.copy;

import org.jspecify.annotations.NullMarked;
