package io.holdfast.repository.copy;

import io.holdfast.repository.retention.Holds;
import io.holdfast.repository.store.ObjectKey;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What only the engine knows of a backup: the WAL that is copied with it. */
public interface CopiedWal {

    /** What holds it while it is copied, in the way of {@link Holds.Subject#postgres}. */
    JsonNode held();

    /**
     * The objects that hold it now, and what leads to them, in the order in which they are copied: whatever leads to others before them.
     * Asked again, where some have gone meanwhile, for what took their place.
     */
    List<ObjectKey> objects();
}
