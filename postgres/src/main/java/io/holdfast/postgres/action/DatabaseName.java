package io.holdfast.postgres.action;

import io.holdfast.runbook.action.Inputs;
import io.holdfast.runbook.action.UnusableInputException;
import java.nio.charset.StandardCharsets;

/** The name of a database, as it is; the server would cut a longer one without saying so. */
record DatabaseName(String text) {

    /** NAMEDATALEN of PostgreSQL, less the zero byte. */
    private static final int MOST_BYTES = 63;

    static DatabaseName of(Inputs inputs, String input) {
        var text = inputs.text(input);
        if (text.isEmpty() || text.chars().anyMatch(Character::isISOControl)) {
            throw new UnusableInputException(input, "is empty or holds a control character", "name a database");
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw new UnusableInputException(
                    input, "is longer than 63 bytes: '%s'".formatted(text), "choose a shorter name");
        }
        if (text.equals("template0") || text.equals("template1") || text.equals("postgres")) {
            throw new UnusableInputException(
                    input, "is a database of the server's own: '%s'".formatted(text), "name one of the application");
        }
        return new DatabaseName(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
