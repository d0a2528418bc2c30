package io.holdfast.cli.plan;

import io.holdfast.plan.Environment;
import io.holdfast.plan.yaml.NearestName;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.nio.file.Path;
import java.util.List;

/** What was asked of a plan makes no sense as written. Nothing was touched. */
final class PlanUsageException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final ProblemKind kind;

    private PlanUsageException(ProblemKind kind, String message, String hint) {
        super(message, hint);
        this.kind = kind;
    }

    static PlanUsageException noEnvironment(String name, List<Environment> known) {
        var names = known.stream().map(Environment::name).toList();
        return new PlanUsageException(
                ProblemKind.USAGE,
                "the plan has no environment '%s'".formatted(name),
                NearestName.of(name, names)
                        .map("did you mean '%s'?"::formatted)
                        .orElse("it has " + (names.isEmpty() ? "none" : String.join(", ", names))));
    }

    static PlanUsageException fileExists(Path file) {
        return new PlanUsageException(
                ProblemKind.REFUSED,
                "there is already something at '%s'".formatted(file),
                "give another --to, or remove it first");
    }

    static PlanUsageException notWritten(Path file, Exception cause) {
        return new PlanUsageException(
                ProblemKind.ENVIRONMENT,
                "cannot write '%s': %s".formatted(file, cause.getMessage()),
                "look at the path, its permissions and the space");
    }

    @Override
    public String code() {
        return "plan.usage";
    }

    @Override
    public ProblemKind kind() {
        return kind;
    }
}
