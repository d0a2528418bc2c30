package io.holdfast.testkit;

import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What the medium holds, after a power failure, of that which nobody forced. */
sealed interface Survival {

    /** Bytes that a medium writes as one. */
    int SECTOR = 512;

    /** Whether the operation in which the power failed still had its effect. */
    boolean lastOperation();

    /** What a name stands for, if anything. */
    @Nullable
    Node name(@Nullable Node durable, @Nullable Node current);

    /** The size of a file that had one size when it was forced and has another now. */
    int size(int durable, int current);

    byte[] sector(FileContent durable, FileContent current, int start, int length);

    /** Nothing of it: the most that a disk may forget. */
    record Strict() implements Survival {

        @Override
        public boolean lastOperation() {
            return false;
        }

        @Override
        public @Nullable Node name(@Nullable Node durable, @Nullable Node current) {
            return durable;
        }

        @Override
        public int size(int durable, int current) {
            return durable;
        }

        @Override
        public byte[] sector(FileContent durable, FileContent current, int start, int length) {
            return copy(durable, start, length);
        }
    }

    /**
     * Any part of it, in any order: names without the content of their files, sizes without data, later sectors without
     * earlier ones.
     */
    record Adversarial(Random random) implements Survival {

        @Override
        public boolean lastOperation() {
            return random.nextBoolean();
        }

        @Override
        public @Nullable Node name(@Nullable Node durable, @Nullable Node current) {
            return random.nextBoolean() ? durable : current;
        }

        @Override
        public int size(int durable, int current) {
            return switch (random.nextInt(3)) {
                case 0 -> durable;
                case 1 -> current;
                default -> random.nextInt(Math.min(durable, current), Math.max(durable, current) + 1);
            };
        }

        @Override
        public byte[] sector(FileContent durable, FileContent current, int start, int length) {
            return switch (random.nextInt(3)) {
                case 0 -> copy(durable, start, length);
                case 1 -> copy(current, start, length);
                default -> new byte[length];
            };
        }
    }

    private static byte[] copy(FileContent content, int start, int length) {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++) {
            bytes[i] = content.at(start + i);
        }
        return bytes;
    }
}
