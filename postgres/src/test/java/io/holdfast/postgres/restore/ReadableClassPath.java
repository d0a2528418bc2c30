package io.holdfast.postgres.restore;

import io.holdfast.embedded.UnprivilegedUser;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/** The class path of the tests where the user that runs the servers can read it. */
final class ReadableClassPath {

    private ReadableClassPath() {}

    static String copyTo(Path folder) {
        try {
            Files.createDirectories(folder);
            var copies = new ArrayList<String>();
            for (var element : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                var source = Path.of(element);
                if (Files.exists(source) && !element.endsWith("-tests.jar")) {
                    copies.add(copy(source, folder.resolve(Integer.toString(copies.size())))
                            .toString());
                }
            }
            UnprivilegedUser.current().own(folder);
            return String.join(File.pathSeparator, copies);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path copy(Path source, Path target) throws IOException {
        try (var files = Files.walk(source)) {
            for (var file : files.filter(found -> !found.toString().contains("/binaries"))
                    .toList()) {
                var copy = file.equals(source) ? target : target.resolve(source.relativize(file));
                Files.copy(file, copy);
            }
        }
        return target;
    }
}
