package io.holdfast.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code holdfast help [COMMAND]}: the same as {@code --help}, for those who ask this way round. */
@Command(name = "help", helpCommand = true, description = "Show the help of holdfast or of one of its commands.")
final class HelpCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "The command to explain.")
    private List<String> path = List.of();

    @Override
    public Integer call() {
        var command = RootCommand.of(spec);
        for (var name : path) {
            var inner = command.getSubcommands().get(name);
            if (inner == null) {
                throw new UnmatchedArgumentException(command, List.of(name));
            }
            command = inner;
        }
        command.usage(spec.commandLine().getOut());
        return 0;
    }
}
