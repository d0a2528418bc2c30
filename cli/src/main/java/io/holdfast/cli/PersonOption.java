package io.holdfast.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who asks: mixed into commands about runs whose record says so. */
public final class PersonOption {

    @Option(
            names = "--as",
            paramLabel = "NAME",
            description = "Who you are, by the id of a contact of the plan (default: your user name).")
    private @Nullable String name;

    public String name() {
        return name == null ? System.getProperty("user.name", "unknown") : name;
    }
}
