/**
 * PostgreSQL servers that Holdfast starts itself (demo, sandboxes, tests), always as an unprivileged user: the
 * programs unpacked from the class path, the user, and {@link io.holdfast.embedded.EmbeddedPostgres}, one server.
 */
@NullMarked
package io.holdfast.embedded;

import org.jspecify.annotations.NullMarked;
