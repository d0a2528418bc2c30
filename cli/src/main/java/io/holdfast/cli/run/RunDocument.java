package io.holdfast.cli.run;

import io.holdfast.runbook.approval.ApprovalRequest;
import io.holdfast.runbook.journal.RunRow;
import io.holdfast.runbook.journal.StepRow;
import io.holdfast.runbook.run.RunView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A run as JSON.
 *
 * @param state as in docs/runs.md
 * @param recoverySeconds from the start until the health checks held; absent while they do not
 * @param elapsedSeconds until it was green or ended, or until now
 * @param forecastSeconds how long it goes on after now, by earlier runs
 * @param stepsWithoutHistory how many of the steps to come that does not know
 * @param executedBy absent: nobody who is alive
 */
public record RunDocument(
        String id,
        String procedure,
        String title,
        String environment,
        String planHash,
        String startedBy,
        String mode,
        String state,
        String message,
        Instant created,
        Optional<Instant> stepsEnded,
        Optional<Instant> green,
        Optional<Instant> finished,
        Optional<Double> objectiveSeconds,
        double elapsedSeconds,
        Optional<Double> recoverySeconds,
        Optional<Double> forecastSeconds,
        int stepsWithoutHistory,
        Optional<String> executedBy,
        List<StepDocument> steps,
        List<AskedDocument> asked) {

    /**
     * One of its steps.
     *
     * @param usualSeconds the median of earlier runs
     */
    public record StepDocument(
            String path,
            String title,
            String uses,
            String state,
            int attempt,
            boolean exceptional,
            Optional<Instant> started,
            Optional<Instant> ended,
            Optional<Double> usualSeconds,
            String message,
            String hint,
            Map<String, String> outputs) {

        private static StepDocument of(StepRow step, Optional<Duration> usual) {
            return new StepDocument(
                    step.path(),
                    step.title(),
                    step.kind(),
                    step.state().words(),
                    step.attempt(),
                    step.exceptional(),
                    step.started(),
                    step.ended(),
                    usual.map(RunDocument::seconds),
                    step.message(),
                    step.hint(),
                    step.outputs());
        }
    }

    /** What people are asked. */
    public record AskedDocument(String step, List<String> approvers, int quorum, Instant asked, Instant expires) {

        private static AskedDocument of(ApprovalRequest request) {
            return new AskedDocument(
                    request.step(),
                    List.copyOf(request.approvers().keySet()),
                    request.quorum(),
                    request.asked(),
                    request.expires());
        }
    }

    /** A row of a list of runs. */
    public record Entry(
            String id,
            String procedure,
            String environment,
            String startedBy,
            String state,
            String message,
            Instant created,
            Optional<Instant> finished,
            Optional<Double> recoverySeconds) {

        public static Entry of(RunRow run) {
            return new Entry(
                    run.id().value(),
                    run.procedure(),
                    run.environment(),
                    run.starter(),
                    run.state().words(),
                    run.message(),
                    run.created(),
                    run.finished(),
                    run.recoveryTime().map(RunDocument::seconds));
        }
    }

    public static RunDocument of(RunView view) {
        var run = view.run();
        return new RunDocument(
                run.id().value(),
                run.procedure(),
                run.title(),
                run.environment(),
                run.planHash(),
                run.starter(),
                run.mode().name().toLowerCase(Locale.ROOT),
                run.state().words(),
                run.message(),
                run.created(),
                run.lastStepEnded(),
                run.green(),
                run.finished(),
                run.objective().map(RunDocument::seconds),
                seconds(view.elapsed()),
                run.recoveryTime().map(RunDocument::seconds),
                view.forecast().map(RunDocument::seconds),
                view.unforeseen(),
                view.heldBy(),
                view.steps().stream()
                        .map(step -> StepDocument.of(
                                step, Optional.ofNullable(view.medians().get(step.path()))))
                        .toList(),
                view.asked().stream().map(AskedDocument::of).toList());
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
