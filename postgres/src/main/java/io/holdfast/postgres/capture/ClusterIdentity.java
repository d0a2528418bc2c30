package io.holdfast.postgres.capture;

import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.OtherClusterException;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.cluster.ServerVersion;
import io.holdfast.postgres.replication.ReplicationClient;
import io.holdfast.postgres.wal.SystemIdentifier;

/**
 * Which servers belong to the cluster that a repository protects: asked on every connection.
 *
 * @param repository its name, for people
 */
record ClusterIdentity(String repository, Generation generation) {

    void require(ServerFacts facts) {
        require(facts.systemIdentifier(), facts.version());
        if (!facts.layout().walSegmentSize().equals(generation.walSegmentSize())) {
            throw CaptureException.segmentSizeChanged(
                    generation.walSegmentSize(), facts.layout().walSegmentSize());
        }
    }

    /** The walsender may be another server than the one that answers queries. */
    void require(ReplicationClient client) {
        require(client.identifySystem().system(), client.version());
    }

    private void require(SystemIdentifier system, ServerVersion version) {
        if (!system.equals(generation.systemIdentifier())) {
            throw OtherClusterException.unknown(repository, system, generation);
        }
        if (version.major() != generation.majorVersion()) {
            throw CaptureException.versionChanged(generation.majorVersion(), version.major());
        }
    }
}
