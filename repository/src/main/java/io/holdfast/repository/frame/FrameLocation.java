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

    /** Whether a frame can have these lengths. Asked before anything is allocated for what was read somewhere. */
    public boolean isPossible() {
        int payload = storedLength - FrameFormat.FRAME_HEADER - FrameFormat.TAG;
        return number >= 0
                && offset >= FrameFormat.OBJECT_HEADER
                && storedLength >= FrameFormat.FRAME_HEADER + FrameFormat.TAG
                && plainLength <= FrameFormat.MOST_PLAIN
                && payload <= plainLength;
    }

    /** Where the next frame begins. */
    public long end() {
        return offset + storedLength;
    }
}
