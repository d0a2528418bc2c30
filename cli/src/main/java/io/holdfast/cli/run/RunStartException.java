package io.holdfast.cli.run;

import io.holdfast.plan.check.PlanFinding;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A run that the plan does not allow to begin. Nothing was touched. */
public final class RunStartException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private RunStartException(String message, String hint) {
        super(message, hint);
    }

    static RunStartException noProcedure(String id, List<String> there) {
        return new RunStartException(
                "the plan has no procedure '%s'".formatted(id), "it has " + String.join(", ", there));
    }

    static RunStartException notThere(String id, String environment, List<String> startable) {
        return new RunStartException(
                "procedure '%s' does not run in environment '%s'".formatted(id, environment),
                startable.isEmpty() ? "none does" : "these do: " + String.join(", ", startable));
    }

    static RunStartException errors(List<PlanFinding> errors) {
        var first = errors.getFirst();
        return new RunStartException(
                "the plan has errors (%d), the first in line %s: %s"
                        .formatted(errors.size(), first.place(), first.message()),
                "'holdfast plan check' names them all; correct them, or 'holdfast run' it with --despite-errors");
    }

    static RunStartException stranger(String starter, List<String> contacts) {
        return new RunStartException(
                "'%s' is no contact of the plan, and the procedure asks for approvals".formatted(starter),
                contacts.isEmpty()
                        ? "give the plan contacts with keys"
                        : "say who you are with --as, one of " + String.join(", ", contacts));
    }

    static RunStartException noEnvironment(String name, List<String> there) {
        return new RunStartException(
                "the plan has no environment '%s'".formatted(name), "it has " + String.join(", ", there));
    }

    static RunStartException whichEnvironment(List<String> there) {
        return new RunStartException(
                "where it is to run is not said", "give --environment, one of " + String.join(", ", there));
    }

    static RunStartException whichToServe(List<String> there) {
        return new RunStartException(
                "the plan has recurring work in several environments, and which of them this process serves is not said",
                "give --environment, once for each that it serves, of " + String.join(", ", there));
    }

    static RunStartException planDoesNotAnswer(Path file, Duration patience) {
        return new RunStartException(
                "the plan '%s' could not be read within %d s".formatted(file, patience.toSeconds()),
                "see whether the file system that it is on answers");
    }

    static RunStartException noText(String parameter) {
        return new RunStartException(
                "parameter '%s' is given several values".formatted(parameter), "a procedure is told one text for each");
    }

    static RunStartException unknownBefore(String reference) {
        return new RunStartException(
                "%s stands for nothing before a run".formatted(reference),
                "what recurring work tells its procedure is known before it: write it out, or ${environment.NAME}");
    }

    @Override
    public String code() {
        return "run.not-in-plan";
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.USAGE;
    }
}
