/** PostgreSQL servers that Holdfast starts itself (demo, sandboxes, tests), always as an unprivileged user. */
@NullMarked
package io.holdfast.embedded;

import org.jspecify.annotations.NullMarked;
