package io.holdfast.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The file that a server's standard output and error go to; it grows over all its starts. */
record ServerLog(Path file) {

    private static final int TAIL = 3000;

    /** Makes the file, readable by its owner only, for statements and their data can show in it; its size in bytes. */
    long prepare() {
        try {
            if (!Files.exists(file)) {
                var ownerOnly = PosixFilePermissions.fromString("rw-------");
                Files.createFile(file, PosixFilePermissions.asFileAttribute(ownerOnly));
            }
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last lines at or after a position. */
    String tailFrom(long position) {
        try (var reader = new RandomAccessFile(file.toFile(), "r")) {
            var start = Math.max(position, reader.length() - TAIL);
            var bytes = new byte[(int) Math.max(0, reader.length() - start)];
            reader.seek(start);
            reader.readFully(bytes);
            return new String(bytes, UTF_8).strip();
        } catch (IOException e) {
            return "its log '%s' cannot be read: %s".formatted(file, e.getMessage());
        }
    }
}
