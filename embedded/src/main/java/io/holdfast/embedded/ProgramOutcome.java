package io.holdfast.embedded;

/**
 * How a program ended.
 *
 * @param exitCode 128 + n after signal n
 * @param output what it wrote to its standard output
 * @param errors what it wrote to its standard error
 */
public record ProgramOutcome(int exitCode, String output, String errors) {

    public boolean succeeded() {
        return exitCode == 0;
    }
}
