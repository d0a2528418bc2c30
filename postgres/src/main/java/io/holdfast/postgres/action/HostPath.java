package io.holdfast.postgres.action;

import io.holdfast.runbook.action.Inputs;
import io.holdfast.runbook.action.UnusableInputException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.stream.StreamSupport;

/** Paths that plans name: absolute, and leading where they seem to lead. */
final class HostPath {

    private HostPath() {}

    static Path of(Inputs inputs, String input) {
        return of(input, inputs.text(input));
    }

    static Path of(String input, String text) {
        try {
            var path = Path.of(text);
            if (path.isAbsolute()
                    && path.getNameCount() > 0
                    && text.chars().noneMatch(Character::isISOControl)
                    && StreamSupport.stream(path.spliterator(), false)
                            .noneMatch(part -> part.toString().equals(".."))) {
                return path;
            }
        } catch (InvalidPathException _) {
            // Said below.
        }
        throw new UnusableInputException(
                input,
                "is not an absolute path: '%s'".formatted(text.replaceAll("\\p{Cntrl}", "?")),
                "write it from the root on, without '..'");
    }
}
