package io.holdfast.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast completion}: a script that makes bash and zsh complete commands and options. */
@Command(
        name = "completion",
        description = "Print a completion script for bash and zsh; use it with: source <(holdfast completion)")
final class CompletionCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(AutoComplete.bash("holdfast", RootCommand.of(spec)));
        return 0;
    }
}
