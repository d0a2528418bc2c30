package io.holdfast.testkit.programs;

import io.holdfast.embedded.FetchedPrograms;
import io.holdfast.embedded.FetchedPrograms.Absent;
import io.holdfast.embedded.FetchedPrograms.Present;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips what {@link NeedsKmsServer} marks where there is none, and writes down every test skipped. */
final class KmsServerCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return switch (FetchedPrograms.findMoto(System.getenv(), Path.of(""))) {
            case Present _ -> ConditionEvaluationResult.enabled("moto is there");
            case Absent absent -> {
                new NotRun(Path.of("target", "not-run.txt"))
                        .add(ClientProgramsCondition.tests(context), absent.reason());
                yield ConditionEvaluationResult.disabled(absent.reason());
            }
        };
    }
}
