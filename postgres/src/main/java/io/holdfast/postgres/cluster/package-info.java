/** A PostgreSQL cluster as seen from its host: how to connect, what the server says of itself, and its control file. */
@NullMarked
package io.holdfast.postgres.cluster;

import org.jspecify.annotations.NullMarked;
