package io.holdfast.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** {@code --recovery-sheet}: opens the repository with a recovery sheet instead of the key that is configured. */
final class RecoverySheetOption {

    private static final String NAME = "--recovery-sheet";

    @Option(
            names = NAME,
            paramLabel = "FILE",
            description =
                    "Open the repository with the recovery sheet in this file (mode 600), or '-' to type its four lines.")
    @SuppressWarnings("unused") // read through the command's specification
    private @Nullable Path file;

    /** What a command was given, if it takes the option. */
    static Optional<Path> given(CommandSpec spec) {
        return Optional.ofNullable(spec.findOption(NAME))
                .flatMap(option -> Optional.ofNullable(option.<@Nullable Path>getValue()));
    }
}
