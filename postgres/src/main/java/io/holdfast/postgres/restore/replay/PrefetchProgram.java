package io.holdfast.postgres.restore.replay;

import java.nio.file.Path;
import java.util.List;

/**
 * The program that brings WAL to a recovering server. What {@code carried} names is copied into the {@link ReplayFolder}:
 * a recovery may last for days, and what it needs must outlive an upgrade of the application that restored.
 *
 * @param words that start it; {@code --state DIR} is added
 * @param carried files and folders, each copied to where {@link #copy} says
 */
public record PrefetchProgram(List<String> words, List<Path> carried) {

    public PrefetchProgram {
        words = List.copyOf(words);
        carried = List.copyOf(carried);
    }

    /** One that lies where it will stay. */
    public static PrefetchProgram installed(List<String> words) {
        return new PrefetchProgram(words, List.of());
    }

    /** Where the n-th of what is carried, from 0, lies in a data directory. Two may have one name. */
    public static Path copy(Path dataDirectory, int n, Path original) {
        return ReplayFolder.in(dataDirectory).program().resolve("%03d-%s".formatted(n, original.getFileName()));
    }
}
