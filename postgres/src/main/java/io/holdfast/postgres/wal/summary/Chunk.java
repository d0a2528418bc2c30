package io.holdfast.postgres.wal.summary;

import java.util.Arrays;
import java.util.BitSet;

/** Which of 65536 successive blocks have changed, in at most 8 KiB. Not thread-safe while it grows. */
sealed interface Chunk {

    int BLOCKS = 1 << 16;

    /** No block has changed. */
    Chunk NONE = new None();

    /** With one more block: this chunk itself, or the one that takes its place. */
    Chunk with(int offset);

    /** The first changed block at or after an offset; -1 if there is none. */
    int next(int offset);

    /** Gives back memory that was kept for more. */
    void trim();

    record None() implements Chunk {

        @Override
        public Chunk with(int offset) {
            return new Few().with(offset);
        }

        @Override
        public int next(int offset) {
            return -1;
        }

        @Override
        public void trim() {
            // It has nothing.
        }
    }

    /** Sorted offsets. */
    final class Few implements Chunk {

        /** From here on a bitmap is no larger. */
        private static final int TOO_MANY = 4096;

        private char[] offsets = new char[4];
        private int used;

        private Few() {}

        @Override
        public Chunk with(int offset) {
            int at = search(offset);
            if (at >= 0) {
                return this;
            }
            if (used == TOO_MANY - 1) {
                return new Many(this).with(offset);
            }
            if (used == offsets.length) {
                offsets = Arrays.copyOf(offsets, Math.min(TOO_MANY, used * 2));
            }
            int place = -at - 1;
            System.arraycopy(offsets, place, offsets, place + 1, used - place);
            offsets[place] = (char) offset;
            used++;
            return this;
        }

        @Override
        public int next(int offset) {
            int at = search(offset);
            int place = at < 0 ? -at - 1 : at;
            return place == used ? -1 : offsets[place];
        }

        @Override
        public void trim() {
            offsets = Arrays.copyOf(offsets, used);
        }

        private int search(int offset) {
            return Arrays.binarySearch(offsets, 0, used, (char) offset);
        }
    }

    final class Many implements Chunk {

        private final BitSet bits = new BitSet(BLOCKS);

        private Many(Few few) {
            for (int i = 0; i < few.used; i++) {
                bits.set(few.offsets[i]);
            }
        }

        @Override
        public Chunk with(int offset) {
            bits.set(offset);
            return this;
        }

        @Override
        public int next(int offset) {
            return bits.nextSetBit(offset);
        }

        @Override
        public void trim() {
            // A bitmap is as large as it needs to be.
        }
    }
}
