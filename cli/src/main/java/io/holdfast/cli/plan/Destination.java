package io.holdfast.cli.plan;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Where a text goes: to stdout, or into a file. */
final class Destination {

    private final CommandSpec spec;
    private final Optional<Path> file;

    Destination(CommandSpec spec, Path workingDirectory, @Nullable Path file) {
        this.spec = spec;
        this.file = Optional.ofNullable(file).map(workingDirectory::resolve);
    }

    /** Replaces a file that is there. */
    void write(String text) {
        put(text, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    /** Refuses to touch a file that is there. */
    void create(String text) {
        put(text, StandardOpenOption.CREATE_NEW);
    }

    private void put(String text, StandardOpenOption... options) {
        if (file.isEmpty()) {
            var out = spec.commandLine().getOut();
            out.print(text);
            out.flush();
            return;
        }
        try (var writer = Files.newBufferedWriter(file.get(), withWrite(options))) {
            writer.write(text);
        } catch (FileAlreadyExistsException _) {
            throw PlanUsageException.fileExists(file.get());
        } catch (IOException e) {
            throw PlanUsageException.notWritten(file.get(), e);
        }
    }

    private static StandardOpenOption[] withWrite(StandardOpenOption... options) {
        var all = java.util.Arrays.copyOf(options, options.length + 1);
        all[options.length] = StandardOpenOption.WRITE;
        return all;
    }
}
