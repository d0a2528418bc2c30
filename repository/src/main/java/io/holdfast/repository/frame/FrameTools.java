package io.holdfast.repository.frame;

import javax.crypto.Cipher;

/**
 * What frames are opened with: to make it takes longer than to open a manifest. Holds native memory once it is used: close it. Confined to one
 * thread, and lent to one reader at a time.
 */
final class FrameTools implements AutoCloseable {

    private final FrameCompression compression = new FrameCompression();
    private final Cipher cipher = FrameCipher.aesGcm();

    FrameCompression compression() {
        return compression;
    }

    /** It forgets nothing of its last key until it is initialised with another, as it is for each frame. */
    Cipher cipher() {
        return cipher;
    }

    @Override
    public void close() {
        compression.close();
    }
}
