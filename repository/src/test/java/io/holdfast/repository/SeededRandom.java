package io.holdfast.repository;

import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.util.Random;

/** The same numbers for the same seed, where a test must know what was drawn. */
public final class SeededRandom extends SecureRandom {

    private static final long serialVersionUID = 1;

    public SeededRandom(long seed) {
        super(new Numbers(seed), null);
    }

    private static final class Numbers extends SecureRandomSpi {

        private static final long serialVersionUID = 1;

        private final Random random;

        Numbers(long seed) {
            random = new Random(seed);
        }

        @Override
        protected void engineSetSeed(byte[] seed) {}

        @Override
        protected void engineNextBytes(byte[] bytes) {
            random.nextBytes(bytes);
        }

        @Override
        protected byte[] engineGenerateSeed(int count) {
            return new byte[count];
        }
    }
}
