package io.holdfast.repository.manifest;

import io.holdfast.repository.binary.Bytes;
import io.holdfast.repository.pack.FrameReference;

/**
 * A page where it is stored.
 *
 * @param encoded its bytes: a page of the same bytes need not be stored again
 */
public record StoredPage(FrameReference reference, Bytes encoded, Page page) {

    static StoredPage of(FrameReference reference, byte[] encoded) {
        return new StoredPage(reference, Bytes.of(encoded), Page.decode(encoded));
    }
}
