package io.holdfast.postgres.restore;

import io.holdfast.postgres.cluster.ControlFile;
import io.holdfast.repository.Repository;
import java.time.InstantSource;

/** Saves WAL that only a directory holds which is about to be changed. */
final class WalTail {

    WalTail(Repository repository, RecoveryCatalogue catalogue, RestoreRequest request, InstantSource clock) {}

    void save(ControlFile control) {}
}
