package io.holdfast.cli;

import java.io.PrintWriter;
import java.util.Map;

/**
 * What a command says on stderr when it stops: two lines for people, or one JSON object for programs.
 *
 * @param code stable and documented, for example {@code wal.invalid-lsn}
 * @param hint what to do about it; never empty
 */
record Failure(String code, String message, String hint, boolean retryable, int exitCode) {

    /** Writes it and returns the exit code. */
    int print(OutputFormat format, PrintWriter err) {
        switch (format) {
            case TABLE -> {
                err.println("ERROR: " + message);
                err.println("HINT: " + hint);
            }
            case JSON -> err.println(Json.writeLine(Map.of("error", this)));
        }
        err.flush();
        return exitCode;
    }
}
