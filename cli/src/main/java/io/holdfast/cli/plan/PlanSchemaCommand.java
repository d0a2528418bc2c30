package io.holdfast.cli.plan;

import io.holdfast.cli.Json;
import io.holdfast.plan.file.PlanFile;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast plan schema}: what an editor needs to complete a plan. */
@Command(
        name = "schema",
        description = "Print the JSON Schema of plans, with which an editor completes and checks the file.",
        footer = {"", "Example:", "  holdfast plan schema > plan.schema.json"})
final class PlanSchemaCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        out.println(Json.write(PlanFile.schema()));
        out.flush();
        return 0;
    }
}
