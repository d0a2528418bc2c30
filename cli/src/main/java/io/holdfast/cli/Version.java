package io.holdfast.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What this build calls itself. The build writes it into {@code version.properties}; no git is needed to read it. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {line()};
    }

    /** One line, for example {@code holdfast 0.1.0 (commit 5f0c3a9d1b2e, Java 25.0.3)}. */
    static String line() {
        var stamp = stamp();
        return "holdfast %s (commit %s, Java %s)"
                .formatted(
                        stamp.getProperty("version"), stamp.getProperty("commit"), System.getProperty("java.version"));
    }

    private static Properties stamp() {
        var stamp = new Properties();
        try (var file = Version.class.getResourceAsStream("version.properties")) {
            if (file == null) {
                throw new IllegalStateException("version.properties is not in the build");
            }
            stamp.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return stamp;
    }
}
