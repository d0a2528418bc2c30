package io.holdfast.cli.inventory;

import io.holdfast.postgres.archive.Generation;

/**
 * One system identifier that the protected cluster has had.
 *
 * @param postgres major version
 */
public record GenerationEntry(int number, String systemIdentifier, int postgres) {

    public static GenerationEntry of(Generation generation) {
        return new GenerationEntry(
                generation.number(), generation.systemIdentifier().toString(), generation.majorVersion());
    }
}
