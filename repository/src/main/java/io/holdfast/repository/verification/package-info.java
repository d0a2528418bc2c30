/**
 * Looks whether what a repository holds is what was written: every object is authenticated once, a part of those again in each
 * run, and what damage costs is said in backups.
 */
@NullMarked
package io.holdfast.repository.verification;

import org.jspecify.annotations.NullMarked;
