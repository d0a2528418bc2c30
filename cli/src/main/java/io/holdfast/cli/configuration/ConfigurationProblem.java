package io.holdfast.cli.configuration;

/**
 * One thing that is wrong with a configuration.
 *
 * @param where file:line:column, a variable or a flag
 * @param remedy what to do about it
 */
record ConfigurationProblem(String where, String message, String remedy) {

    @Override
    public String toString() {
        return where + ": " + message;
    }
}
