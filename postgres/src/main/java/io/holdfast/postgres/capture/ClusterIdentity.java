package io.holdfast.postgres.capture;

import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.OtherClusterException;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.replication.ReplicationClient;

/** Whether a server belongs to the cluster that a repository protects: asked on every connection. */
final class ClusterIdentity {

    private ClusterIdentity() {}

    static void require(Generation generation, ServerFacts facts) {
        if (!facts.systemIdentifier().equals(generation.systemIdentifier())) {
            throw new OtherClusterException("of this capture", facts.systemIdentifier());
        }
        if (facts.version().major() != generation.majorVersion()) {
            throw CaptureException.versionChanged(
                    generation.majorVersion(), facts.version().major());
        }
        if (!facts.layout().walSegmentSize().equals(generation.walSegmentSize())) {
            throw CaptureException.segmentSizeChanged(
                    generation.walSegmentSize(), facts.layout().walSegmentSize());
        }
    }

    /** The walsender may be another server than the one that answers queries. */
    static void require(Generation generation, ReplicationClient client) {
        var system = client.identifySystem().system();
        if (!system.equals(generation.systemIdentifier())) {
            throw new OtherClusterException("of this capture", system);
        }
        if (client.version().major() != generation.majorVersion()) {
            throw CaptureException.versionChanged(
                    generation.majorVersion(), client.version().major());
        }
    }
}
