package io.holdfast.repository.frame;

/**
 * Where a frame is in its object.
 *
 * @param number counted from 0
 * @param offset bytes from the beginning of the object
 * @param storedLength bytes in the object, with the frame's header and tag
 * @param plainLength bytes of content
 */
public record FrameLocation(int number, long offset, int storedLength, int plainLength) {

    /** Where the next frame begins. */
    public long end() {
        return offset + storedLength;
    }
}
