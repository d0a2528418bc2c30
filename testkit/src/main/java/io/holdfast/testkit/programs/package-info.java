/**
 * Independent PostgreSQL client programs (psql, pg_dump, pg_basebackup, ...), which {@code build/test-tools} fetches, for
 * tests that want a second opinion; where they are missing, such tests are listed as not run, with the reason. And other things
 * that not every machine can do: a small file system.
 */
@NullMarked
package io.holdfast.testkit.programs;

import org.jspecify.annotations.NullMarked;
