/**
 * Proves backups: one is restored into a {@link io.holdfast.postgres.verify.Sandbox}, started as a clone that can harm nobody,
 * and looked at ({@link io.holdfast.postgres.verify.BackupVerification}); what was found is stored as a
 * {@link io.holdfast.postgres.verify.Proof}.
 */
@NullMarked
package io.holdfast.postgres.verify;

import org.jspecify.annotations.NullMarked;
