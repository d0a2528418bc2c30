package io.holdfast.cli;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Adds a command that ends as it is told to, the way a module above the command line adds its own. */
public final class LighthouseCommands implements CommandProvider {

    @Override
    public List<Callable<Integer>> commands() {
        return List.of(new Lighthouse());
    }

    @Command(name = "lighthouse", description = "Ends as it is told to.")
    private static final class Lighthouse implements Callable<Integer> {

        @Mixin
        private OutputOption output;

        @Parameters(paramLabel = "END")
        private String end = "";

        @Override
        public Integer call() throws Exception {
            switch (end) {
                case "lit" ->
                    output.print(
                            () -> Table.of(Table.Column.left("NAME"), Table.Column.right("METRES"))
                                    .withRow("Skerryvore", 48),
                            () -> List.of(new Light("Skerryvore", 48)));
                case "dark" -> throw new LampOut();
                case "file" -> Files.readString(Path.of("/no/such/lamp"));
                case "error" -> throw new StackOverflowError("in a test");
                default -> throw new IllegalStateException("secret chart");
            }
            return 0;
        }
    }

    private record Light(String name, int metres) {}

    private static final class LampOut extends HoldfastException {

        private static final long serialVersionUID = 1;

        LampOut() {
            super("the lamp of 'Skerryvore' is out", "light it");
        }

        @Override
        public String code() {
            return "lighthouse.lamp-out";
        }

        @Override
        public ProblemKind kind() {
            return ProblemKind.UNAVAILABLE;
        }

        @Override
        public boolean retryable() {
            return true;
        }
    }
}
