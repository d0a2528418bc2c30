/**
 * A cluster takes the place of the one that a repository protects, under the same name: after pg_upgrade, or dump and
 * reload. Section 8 of {@code docs/repository-format.md}.
 */
@NullMarked
package io.holdfast.postgres.upgrade;

import org.jspecify.annotations.NullMarked;
