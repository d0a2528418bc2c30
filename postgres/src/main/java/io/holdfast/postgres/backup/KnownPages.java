package io.holdfast.postgres.backup;

import io.holdfast.repository.pack.FrameReference;
import java.util.Optional;

/** Pages of a catalogue that need not be stored again. Thread-safe. */
interface KnownPages {

    KnownPages NONE = _ -> Optional.empty();

    /** Where a page of these bytes is. */
    Optional<FrameReference> find(byte[] encoded);
}
