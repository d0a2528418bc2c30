package io.holdfast.cli;

import java.util.List;
import java.util.concurrent.Callable;

/**
 * Adds commands to {@code holdfast} from a floor above the command line. An implementation is named in
 * {@code META-INF/services/io.holdfast.cli.CommandProvider}, is public and has a public constructor without parameters.
 *
 * <p>Called on every start that is not for one command of the command line itself, also for {@code --version}: it makes command objects and does nothing else.
 */
public interface CommandProvider {

    /** New instances of classes annotated with {@link picocli.CommandLine.Command}; each returns its exit code. */
    List<Callable<Integer>> commands();
}
