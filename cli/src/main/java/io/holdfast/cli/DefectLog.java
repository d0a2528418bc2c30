package io.holdfast.cli;

import io.holdfast.problem.ProblemKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps the stack traces of defects, one file each, readable by its owner only. They hold no arguments, which may hold
 * secrets.
 */
record DefectLog(Path folder) {

    /** The file that now holds the trace, or words that say why there is none. */
    String write(Throwable defect) {
        var trace = new StringWriter();
        defect.printStackTrace(new PrintWriter(trace));
        try {
            var file = Files.createTempFile(folder, "holdfast-defect-", ".txt");
            Files.writeString(file, Version.line() + System.lineSeparator() + trace);
            return file.toString();
        } catch (IOException e) {
            return "no file, because '%s' cannot be written: use --debug".formatted(folder);
        }
    }

    /** Says that the result of a command did not arrive, and returns the exit code for that. */
    int reportLostOutput(PrintWriter err, IOException reason) {
        return new Failure(
                        "environment.stdout",
                        "cannot write the result to stdout: %s".formatted(reason.getMessage()),
                        "what has arrived there is incomplete: make room or write elsewhere, and run it again",
                        true,
                        ProblemKind.ENVIRONMENT.exitCode())
                .print(OutputFormat.TABLE, err);
    }
}
