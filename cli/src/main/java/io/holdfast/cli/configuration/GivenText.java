package io.holdfast.cli.configuration;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A value as somebody wrote it.
 *
 * @param where for messages: file:line:column, a variable or a flag
 * @param base what a relative path is relative to
 */
record GivenText(Setting<?> setting, String text, Origin origin, String where, Path base) {

    Parsed<?> parse() {
        return setting.type().parse(text, base);
    }

    /** What is wrong with it, if anything is. */
    Optional<ConfigurationProblem> problem() {
        return switch (parse()) {
            case Parsed.Value<?> _ -> Optional.empty();
            case Parsed.Refused<?>(var reason) ->
                Optional.of(new ConfigurationProblem(where, "'%s' is '%s'".formatted(setting, text), "give " + reason));
        };
    }
}
