package io.holdfast.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.List;

/** The words by which a restored server starts the prefetcher: this JVM, this application, whatever PATH says then. */
final class Prefetcher {

    private Prefetcher() {}

    static List<String> launcher() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                absolute(System.getProperty("java.class.path")),
                Holdfast.class.getName(),
                "restore-prefetch");
    }

    private static String absolute(String classPath) {
        return String.join(
                File.pathSeparator,
                List.of(classPath.split(File.pathSeparator, -1)).stream()
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .toList());
    }
}
