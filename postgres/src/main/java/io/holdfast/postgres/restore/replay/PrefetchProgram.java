package io.holdfast.postgres.restore.replay;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
        return ReplayFolder.in(dataDirectory).program().resolve(name(n, original));
    }

    private static String name(int n, Path original) {
        return "%03d-%s".formatted(n, original.getFileName());
    }

    /** Copies what is carried, in place of what an earlier restore carried. */
    public void copyInto(HeldFolder replay) throws IOException {
        var place = ReplayFolder.in(replay.path()).program().getFileName().toString();
        replay.remove(place);
        if (carried.isEmpty()) {
            return;
        }
        try (var program = replay.folder(place)) {
            for (int n = 0; n < carried.size(); n++) {
                copy(carried.get(n), program, name(n, carried.get(n)));
            }
        }
    }

    private static void copy(Path original, HeldFolder into, String name) throws IOException {
        if (!Files.isDirectory(original)) {
            copyFile(original, into, name);
            return;
        }
        try (var made = into.folder(name);
                var entries = Files.newDirectoryStream(original)) {
            for (var entry : entries) {
                copy(entry, made, entry.getFileName().toString());
            }
        }
    }

    private static void copyFile(Path original, HeldFolder into, String name) throws IOException {
        try (var source = FileChannel.open(original, StandardOpenOption.READ);
                var target = into.create(name, HeldFolder.PRIVATE)) {
            for (long at = 0; at < source.size(); ) {
                at += source.transferTo(at, source.size() - at, target);
            }
        }
        into.give(name);
    }
}
