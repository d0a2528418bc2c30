package io.holdfast.plan.file;

import io.holdfast.plan.yaml.Problem;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The file of a plan cannot be read, or makes no sense as written: everything that is wrong with it, at once. */
public final class PlanException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final String code;

    private PlanException(String code, String message, String hint, Throwable... cause) {
        super(message, hint, cause.length == 0 ? null : cause[0]);
        this.code = code;
    }

    static PlanException malformed(Path file, List<Problem> problems) {
        if (problems.size() == 1) {
            var only = problems.getFirst();
            return new PlanException(
                    "plan.malformed", "%s:%s: %s".formatted(file, only.place(), only.message()), only.hint());
        }
        var lines = problems.stream()
                .map(problem -> "\n  %s:%s: %s; %s".formatted(file, problem.place(), problem.message(), problem.hint()))
                .collect(Collectors.joining());
        return new PlanException(
                "plan.malformed",
                "the plan has %d problems:%s".formatted(problems.size(), lines),
                "put all of them right; docs/plan.md lists every key");
    }

    static PlanException unusable(Path file, String why, String hint) {
        return new PlanException("plan.malformed", "'%s' cannot be the plan: %s".formatted(file, why), hint);
    }

    static PlanException notText(Path file, IOException cause) {
        return new PlanException("plan.malformed", "'%s' is not UTF-8".formatted(file), "save it as UTF-8", cause);
    }

    static PlanException unreadable(Path file, IOException cause) {
        return cause instanceof NoSuchFileException
                ? new PlanException(
                        "plan.unreadable",
                        "there is no plan '%s'".formatted(file),
                        "name the file of a plan, or write one with 'holdfast plan init'",
                        cause)
                : new PlanException(
                        "plan.unreadable",
                        "cannot read the plan '%s': %s".formatted(file, cause.getMessage()),
                        "look at its path and permissions",
                        cause);
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.USAGE;
    }
}
