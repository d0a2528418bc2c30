/**
 * WAL capture: what a server writes is streamed, verified, kept in a local spool, acknowledged, and stored in the
 * repository. Section 4 of the architecture; the objects are those of section 8 of {@code docs/repository-format.md}.
 */
@NullMarked
package io.holdfast.postgres.capture;

import org.jspecify.annotations.NullMarked;
