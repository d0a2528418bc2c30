/**
 * WAL in the repository: pieces and segments and their names, timeline histories, which cluster the repository
 * protects, and the catalogue of what can be replayed. Section 8 of {@code docs/repository-format.md}.
 */
@NullMarked
package io.holdfast.postgres.archive;

import org.jspecify.annotations.NullMarked;
