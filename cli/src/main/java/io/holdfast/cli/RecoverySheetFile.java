package io.holdfast.cli;

import io.holdfast.problem.Secret;
import io.holdfast.repository.key.RecoveryCode;
import io.holdfast.repository.key.RecoveryKey;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A recovery sheet as it comes back: a file that others cannot read, or a person who types its lines. */
final class RecoverySheetFile {

    private static final Path TYPED = Path.of("-");

    private RecoverySheetFile() {}

    static boolean isTyped(Path file) {
        return file.equals(TYPED);
    }

    static RecoveryKey read(Path file, Optional<PassphrasePrompt> prompt) {
        return RecoveryCode.parse(
                isTyped(file)
                        ? ask(prompt.orElseThrow(KeyChoiceException::noTerminal))
                        : PassphraseFile.content("recovery sheet", file));
    }

    /** With or without the number of the line. */
    private static Secret ask(PassphrasePrompt prompt) {
        return Secret.of(IntStream.rangeClosed(1, 4)
                .mapToObj(line -> {
                    var typed = prompt.ask("line %d of the recovery key".formatted(line))
                            .reveal()
                            .strip();
                    return typed.startsWith(line + " ") ? typed : line + " " + typed;
                })
                .collect(Collectors.joining("\n")));
    }
}
