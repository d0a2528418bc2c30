package io.holdfast.postgres.restore.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** The {@code restore_command} of a recovery: a POSIX script, so that neither a JVM nor its absence decides when recovery ends. */
public final class RestoreCommand {

    /**
     * What is written into the server's configuration. The server's working directory is its data directory, so nothing here
     * needs quoting. Only a 1 that the script says itself may end recovery: a shell that cannot open the script, or
     * stumbles in it, exits with 2, which the server would take for "there is no more WAL". That the script is missing is
     * said here, for there is nobody else to say it.
     */
    public static final String SETTING = ("if [ -r %1$s/restore_command ]; then"
                    + " sh %1$s/restore_command \"%%f\" \"%%p\" || { [ $? -eq 1 ] && exit 1; exit 255; };"
                    + " else echo \"holdfast: cannot restore %%f: %1$s/restore_command in the data directory is missing or"
                    + " unreadable; restore once more\" >&2; exit 255; fi")
            .formatted(ReplayFolder.NAME);

    private final List<String> launcher;
    private final Duration patience;

    /**
     * @param launcher the words that start the prefetcher; {@code --state DIR} is added to them
     * @param patience how long the server waits for a segment before it stops
     */
    public RestoreCommand(List<String> launcher, Duration patience) {
        this.launcher = List.copyOf(launcher);
        this.patience = patience;
    }

    public String script() {
        return template()
                .replace(
                        "@LAUNCHER@",
                        launcher.stream().map(RestoreCommand::quote).collect(Collectors.joining(" ")))
                .replace("@PATIENCE@", Long.toString(Math.max(1, patience.toSeconds())));
    }

    static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private static String template() {
        try (var stream = RestoreCommand.class.getResourceAsStream("restore_command.sh")) {
            if (stream == null) {
                throw new IllegalStateException("restore_command.sh is not on the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
