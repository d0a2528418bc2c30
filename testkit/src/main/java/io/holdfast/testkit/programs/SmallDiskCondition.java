package io.holdfast.testkit.programs;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips what {@link NeedsSmallDisk} marks where nothing can be mounted, and writes down every test skipped. */
final class SmallDiskCondition implements ExecutionCondition {

    private static final String REASON = "only root can mount a small file system, and not everywhere";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (SmallDisk.canBeMade()) {
            return ConditionEvaluationResult.enabled("a small file system can be mounted");
        }
        new NotRun(Path.of("target", "not-run.txt")).add(ClientProgramsCondition.tests(context), REASON);
        return ConditionEvaluationResult.disabled(REASON);
    }
}
