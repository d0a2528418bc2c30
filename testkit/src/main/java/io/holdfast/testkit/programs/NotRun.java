package io.holdfast.testkit.programs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The tests of a module that this machine could not run, one a line: its name, a tab, the reason. The test command
 * counts and prints the lines at its end.
 */
record NotRun(Path file) {

    void add(List<String> tests, String reason) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(
                    file,
                    tests.stream().map(test -> test + "\t" + reason).toList(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write down what was not run", e);
        }
    }
}
