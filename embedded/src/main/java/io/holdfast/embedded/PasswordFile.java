package io.holdfast.embedded;

import io.holdfast.embedded.EmbeddedPostgresException.NoUnprivilegedUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The users of this machine as {@code /etc/passwd} lists them: name, password, uid, gid and more, between colons. */
record PasswordFile(List<String> lines) {

    record Entry(String name, int uid, int gid) {}

    static PasswordFile read() {
        try {
            return new PasswordFile(Files.readAllLines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new NoUnprivilegedUser("cannot read /etc/passwd", "see its permissions", e);
        }
    }

    Optional<Entry> entry(String name) {
        return entries().filter(entry -> entry.name().equals(name)).findFirst();
    }

    Optional<Entry> entry(int uid) {
        return entries().filter(entry -> entry.uid() == uid).findFirst();
    }

    /** But for root. */
    private Stream<Entry> entries() {
        return lines.stream()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length >= 4 && isNumber(fields[2]) && isNumber(fields[3]))
                .map(fields -> new Entry(fields[0], Integer.parseInt(fields[2]), Integer.parseInt(fields[3])))
                .filter(entry -> entry.uid() != 0);
    }

    private static boolean isNumber(String text) {
        return text.matches("[0-9]{1,9}");
    }
}
