package io.holdfast.cli.plan;

import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.HoldfastActions;
import io.holdfast.plan.check.PlanFinding;
import io.holdfast.plan.file.PlanFile;
import io.holdfast.problem.Finding;
import io.holdfast.problem.Finding.Severity;
import io.holdfast.runbook.action.Call;
import io.holdfast.runbook.action.CarefulAction;
import io.holdfast.runbook.action.LimitedLines;
import io.holdfast.runbook.action.Outcome;
import io.holdfast.runbook.action.Outputs;
import io.holdfast.runbook.action.UnusableInputException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** {@code plan.check}. */
final class CheckPlan extends CarefulAction {

    /** More of them would hide the first ones. */
    private static final int SAID = 3;

    private final PlanFindings findings;
    private final Supplier<Map<String, Duration>> took;

    /** @param took how long procedures took, of which the evidence is not read for every check */
    CheckPlan(PlanFindings findings, Supplier<Map<String, Duration>> took) {
        this.findings = findings;
        this.took = took;
    }

    @Override
    public ActionDescriptor descriptor() {
        return HoldfastActions.PLAN_CHECK;
    }

    @Override
    protected void look(Call call, List<Finding> found) {
        var file = file(call);
        PlanFile.readable(file, PlanFile.textOfRegular(file));
        found.add(Finding.passed("plan.check", "plan '%s' can be read".formatted(file)));
    }

    @Override
    public String intention(Call call) {
        return "hold plan '%s' against the world".formatted(call.inputs().text("plan"));
    }

    @Override
    protected Outcome act(Call call) throws InterruptedException {
        var read = PlanFile.read(PlanFile.textOfRegular(file(call)));
        var all = new ArrayList<>(findings.written(read, took.get()));
        all.addAll(findings.live(read, call.inputs().textIfGiven("environment")));
        var told = all.stream()
                .filter(CheckPlan::isTold)
                .sorted(Comparator.comparing(finding -> finding.severity() != Severity.ERROR))
                .map(CheckPlan::line)
                .toList();
        told.forEach(call.log()::line);
        var wrong = all.stream()
                .filter(finding -> fails(finding, call.inputs().truth("strict", false)))
                .toList();
        var outputs = outputs(all, told);
        if (!wrong.isEmpty()) {
            return new Outcome.Failed(
                    summary(wrong), "'holdfast plan check --live' tells them all, with hints", false, outputs);
        }
        return new Outcome.Succeeded(outputs);
    }

    private static Outputs outputs(List<PlanFinding> all, List<String> told) {
        var outputs = new LinkedHashMap<String, String>();
        outputs.put("errors", count(all, Severity.ERROR));
        outputs.put("warnings", count(all, Severity.WARNING));
        outputs.put("unknown", count(all, Severity.UNKNOWN));
        outputs.put("findings", LimitedLines.of(told));
        return new Outputs(outputs);
    }

    private static Path file(Call call) {
        var text = call.inputs().text("plan");
        try {
            var file = Path.of(text);
            if (file.isAbsolute()) {
                return file;
            }
        } catch (InvalidPathException _) {
            // Told like any other that is no path from the root on.
        }
        throw new UnusableInputException("plan", "is not an absolute path: '%s'".formatted(text), "begin it with '/'");
    }

    private static boolean isTold(PlanFinding finding) {
        return switch (finding.severity()) {
            case ERROR, WARNING, UNKNOWN -> true;
            case PASSED, NOTICE -> false;
        };
    }

    /** As the command of the same name counts them. */
    static boolean fails(PlanFinding finding, boolean strict) {
        return switch (finding.severity()) {
            case ERROR -> true;
            case WARNING, UNKNOWN -> strict;
            case PASSED, NOTICE -> false;
        };
    }

    private static String line(PlanFinding finding) {
        return "%s: line %s: %s [%s]"
                .formatted(
                        finding.severity().name().toLowerCase(Locale.ROOT),
                        finding.place(),
                        finding.message(),
                        finding.code());
    }

    private static String summary(List<PlanFinding> wrong) {
        var first = wrong.stream().limit(SAID).map(PlanFinding::message).collect(Collectors.joining("; "));
        return wrong.size() <= SAID ? first : "%s; and %d more".formatted(first, wrong.size() - SAID);
    }

    private static String count(List<PlanFinding> all, Severity severity) {
        return Long.toString(
                all.stream().filter(finding -> finding.severity() == severity).count());
    }
}
