package io.holdfast.cli;

import io.holdfast.problem.Secret;
import java.util.Arrays;
import java.util.Optional;

/** Asks a person for a passphrase, without showing it. */
public interface PassphrasePrompt {

    Secret ask(String question);

    /** Absent without a terminal. */
    static Optional<PassphrasePrompt> ofThisProcess() {
        return Optional.ofNullable(System.console())
                .filter(console -> console.isTerminal())
                .map(console -> question -> {
                    var typed = console.readPassword("%s: ", question);
                    if (typed == null) {
                        return Secret.of("");
                    }
                    var secret = Secret.of(new String(typed));
                    Arrays.fill(typed, ' ');
                    return secret;
                });
    }
}
