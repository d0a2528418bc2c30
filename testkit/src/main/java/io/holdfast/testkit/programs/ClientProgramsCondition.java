package io.holdfast.testkit.programs;

import io.holdfast.embedded.FetchedPrograms;
import io.holdfast.embedded.FetchedPrograms.Absent;
import io.holdfast.embedded.FetchedPrograms.Present;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** Skips what {@link NeedsClientPrograms} marks where the programs are missing, and writes down every test skipped. */
final class ClientProgramsCondition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return switch (FetchedPrograms.find(System.getenv(), Path.of(""))) {
            case Present _ -> ConditionEvaluationResult.enabled("PostgreSQL's client programs are there");
            case Absent absent -> {
                new NotRun(Path.of("target", "not-run.txt")).add(tests(context), absent.reason());
                yield ConditionEvaluationResult.disabled(absent.reason());
            }
        };
    }

    static List<String> tests(ExtensionContext context) {
        var type = context.getRequiredTestClass();
        return context.getTestMethod()
                .map(method -> List.of(type.getName() + "." + method.getName()))
                .orElseGet(() -> tests(type).toList());
    }

    /** A class that is skipped never shows its tests to a condition, so they are looked up. */
    static Stream<String> tests(Class<?> type) {
        var own = ReflectionSupport.streamMethods(
                        type,
                        method -> AnnotationSupport.isAnnotated(method, Testable.class),
                        HierarchyTraversalMode.TOP_DOWN)
                .map(method -> type.getName() + "." + method.getName());
        var nested = ReflectionSupport.streamNestedClasses(
                        type, inner -> AnnotationSupport.isAnnotated(inner, Nested.class))
                .flatMap(ClientProgramsCondition::tests);
        return Stream.concat(own, nested);
    }
}
