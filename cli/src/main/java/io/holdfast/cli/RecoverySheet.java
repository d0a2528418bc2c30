package io.holdfast.cli;

import io.holdfast.problem.Secret;
import io.holdfast.repository.key.RecoveryCode;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is printed and put into a safe: the key, which repository it opens, and what to do with it.
 *
 * @param places where the repository is, each with the settings that lead there, a line for each
 * @param key what it is called in the repository
 */
record RecoverySheet(
        String repository,
        String id,
        List<List<String>> places,
        String key,
        int epochs,
        Instant made,
        RecoveryCode code) {

    private static final String MARGIN = "             ";

    RecoverySheet {
        places = places.stream().map(List::copyOf).toList();
    }

    Secret text() {
        return Secret.of(
                "%s%n%s%n%s".formatted(facts(), QrCode.of(code.oneLine()).text(), steps()));
    }

    /** A page to print. Locations come from a configuration, so nothing is taken for markup. */
    Secret html() {
        return Secret.of(
                """
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><title>Holdfast recovery sheet</title></head><body>
                <pre style="font-size: 12pt">
                %s</pre>
                %s
                <pre>
                %s</pre>
                </body></html>
                """.formatted(escaped(facts()), QrCode.of(code.oneLine()).svg(), escaped(steps())));
    }

    private String facts() {
        return """
                HOLDFAST RECOVERY SHEET - whoever has it can read the backups

                repository   %s
                id           %s
                location     %s
                key          %s
                opens        %s
                made         %s

                recovery key (letters and digits; there is no I, L, O or U)

                %s
                """.formatted(
                        repository,
                        id,
                        places.stream()
                                .map(place -> String.join("\n" + MARGIN, place))
                                .collect(Collectors.joining("\nand in       ")),
                        key,
                        epochs == 1 ? "epoch 1" : "epochs 1 to " + epochs,
                        made,
                        code.lines().stream().map(Secret::reveal).collect(Collectors.joining("\n\n")));
    }

    private String steps() {
        return """
                To restore: on a host with holdfast, the same major version of PostgreSQL and the repository, or
                credentials that may read its bucket, as the server's user, set in the environment what stands beneath
                the location, if anything, type the four lines into a file of mode 600 (or scan the code into it), then

                  holdfast restore --latest --into DATA_DIRECTORY --repository REPOSITORY --recovery-sheet FILE

                To make a key file again, name it in the configuration and

                  holdfast key import --recovery-sheet FILE --generate-key

                The sheet opens what was written up to the epoch above. After 'holdfast key replace' make a new one.
                """;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    @Override
    public String toString() {
        return "RecoverySheet[" + key + "]";
    }
}
