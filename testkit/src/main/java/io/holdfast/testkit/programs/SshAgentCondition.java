package io.holdfast.testkit.programs;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips what {@link NeedsSshAgent} marks where OpenSSH is not there, and writes down every test skipped. */
final class SshAgentCondition implements ExecutionCondition {

    private static final String REASON = "ssh-agent and ssh-add of OpenSSH are not on PATH";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (Stream.of("ssh-agent", "ssh-add").allMatch(SshAgentCondition::isOnPath)) {
            return ConditionEvaluationResult.enabled("OpenSSH is there");
        }
        new NotRun(Path.of("target", "not-run.txt")).add(ClientProgramsCondition.tests(context), REASON);
        return ConditionEvaluationResult.disabled(REASON);
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
