package io.holdfast.postgres.restore.replay;

import io.holdfast.repository.Repository;

/** Opens the repository that a restore referred to. */
@FunctionalInterface
public interface RepositoryOpener {

    Repository open(RepositoryReference reference);
}
