package io.holdfast.runbook.command;

import java.util.List;
import java.util.stream.Collectors;

/** Shows the words of a command to a person, so that it is plain where each begins and ends. */
final class Words {

    private Words() {}

    static String quoted(List<String> argv) {
        return argv.stream()
                .map(word -> word.matches("[A-Za-z0-9_./:=@%+,-]+")
                        ? word
                        : "'" + word.replace("'", "'\\''").replace("\n", "\\n") + "'")
                .collect(Collectors.joining(" "));
    }
}
