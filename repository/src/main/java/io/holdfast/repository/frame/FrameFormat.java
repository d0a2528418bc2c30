package io.holdfast.repository.frame;

/** The numbers of the frame format that both directions share. */
final class FrameFormat {

    static final int MAGIC = ('H' << 24) | ('F' << 16) | ('O' << 8) | '0';
    static final int VERSION = 0;
    static final int OBJECT_HEADER = 48;
    static final int SALT_AT = 16;
    static final int SALT = 32;
    static final int FRAME_HEADER = 8;
    static final int TAG = 16;
    static final int TAIL = 8;
    static final int MOST_PLAIN = 4 * 1024 * 1024;

    /** Bit 31 of the first number of a frame header: this is the last frame; of the second: it is compressed. */
    static final int FLAG = 1 << 31;

    private FrameFormat() {}
}
