package io.holdfast.cli;

import io.holdfast.cli.Table.Column;
import io.holdfast.problem.Finding;
import io.holdfast.runbook.approval.ApprovalRequest;
import io.holdfast.runbook.journal.Event;
import io.holdfast.runbook.journal.RunRow;
import io.holdfast.runbook.journal.StepRow;
import io.holdfast.runbook.journal.StepState;
import io.holdfast.runbook.journal.Texts;
import io.holdfast.runbook.run.DryStep;
import io.holdfast.runbook.run.RunView;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Runs for people to read. */
final class RunText {

    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private RunText() {}

    /** The whole of it: where it is, the clock, the steps, and what a person must do. */
    static void timeline(RunView view, PrintWriter out) {
        visibly(out, visible -> timelineOf(view, visible));
    }

    /** Much of it is what programs and servers say. */
    private static void visibly(PrintWriter out, Consumer<PrintWriter> writing) {
        var text = new StringWriter();
        var writer = new PrintWriter(text);
        writing.accept(writer);
        writer.flush();
        out.print(Texts.visible(text.toString()));
    }

    private static void timelineOf(RunView view, PrintWriter out) {
        var run = view.run();
        out.println("run         %s, %s".formatted(run.id(), run.title()));
        out.println(
                "state       %s%s".formatted(run.state().words(), run.message().isEmpty() ? "" : ": " + run.message()));
        out.println("started     %s by %s, environment %s%s"
                .formatted(
                        Times.of(run.created()),
                        run.starter(),
                        run.environment(),
                        switch (run.mode()) {
                            case GRACEFUL -> "";
                            case UNGRACEFUL -> ", ungraceful";
                        }));
        out.println("clock       " + clock(view));
        view.heldBy().ifPresent(engine -> out.println("engine      " + engine));
        out.println();
        steps(view).print(out);
        var notes =
                view.steps().stream().filter(step -> !step.message().isEmpty()).toList();
        if (!notes.isEmpty()) {
            out.println();
            notes.forEach(step -> out.println("%s: %s%s"
                    .formatted(step.path(), step.message(), step.hint().isEmpty() ? "" : " (" + step.hint() + ")")));
        }
        var wanted = wanted(view);
        if (!wanted.isEmpty()) {
            out.println();
            wanted.forEach(out::println);
        }
    }

    /** What is left of the objective, and what earlier runs let expect. */
    static String clock(RunView view) {
        var run = view.run();
        var elapsed = took(view.elapsed());
        var objective = run.objective();
        var words = new StringBuilder();
        if (run.green().isPresent()) {
            words.append("recovered in ").append(elapsed);
        } else {
            words.append(elapsed).append(run.finished().isPresent() ? " until it ended" : " so far");
        }
        objective.ifPresent(limit -> words.append(", objective ")
                .append(took(limit))
                .append(view.elapsed().compareTo(limit) > 0 ? ": MISSED" : ""));
        view.forecast()
                .filter(_ -> run.finished().isEmpty())
                .ifPresent(left -> words.append("; ").append(forecast(view, left)));
        return words.toString();
    }

    private static String forecast(RunView view, Duration left) {
        if (left.isZero() && view.unforeseen() > 0) {
            return "no earlier run to forecast from";
        }
        var end = view.elapsed().plus(left);
        return "forecast: %s in all%s"
                .formatted(
                        took(end),
                        view.unforeseen() == 0
                                ? ""
                                : ", and %d steps that no earlier run has taken".formatted(view.unforeseen()));
    }

    private static Table steps(RunView view) {
        return Table.of(
                        Column.left("STEP"),
                        Column.left("USES"),
                        Column.left("STATE"),
                        Column.left("BEGAN"),
                        Column.right("TOOK"),
                        Column.right("USUALLY"),
                        Column.left("WHAT"))
                .withRows(view.steps().stream().map(step -> row(step, view)));
    }

    private static List<Object> row(StepRow step, RunView view) {
        var indent = "  ".repeat((int) step.path().chars().filter(c -> c == '/').count());
        var name = step.path().substring(step.path().lastIndexOf('/') + 1);
        return List.of(
                indent + name,
                step.kind(),
                step.state().words() + (step.attempt() > 1 ? ", attempt " + step.attempt() : ""),
                step.started().map(CLOCK::format).orElse(""),
                took(step).map(RunText::took).orElse(""),
                Optional.ofNullable(view.medians().get(step.path()))
                        .map(RunText::took)
                        .orElse(""),
                step.title());
    }

    private static Optional<Duration> took(StepRow step) {
        return step.started().flatMap(began -> step.ended().map(end -> Duration.between(began, end)));
    }

    /** What needs a person, with the command for it. */
    private static List<String> wanted(RunView view) {
        var id = view.run().id();
        var approvals = view.asked().stream().map(request -> asked(id.value(), request));
        var stuck = view.steps().stream()
                .filter(step -> step.state() == StepState.FAILED || step.state() == StepState.OUTCOME_UNKNOWN)
                .map(step ->
                        "step '%1$s' waits for a person: holdfast runs retry %2$s %1$s, or runs skip %2$s %1$s --reason TEXT, or runs cancel %2$s"
                                .formatted(step.path(), id));
        var nobody = view.heldBy().isEmpty()
                        && !view.run().state().isEnd()
                        && !view.run().state().isPaused()
                ? Stream.of("nobody executes it: holdfast runs resume %s, or start holdfast serve".formatted(id))
                : Stream.<String>empty();
        return Stream.of(approvals, stuck, nobody).flatMap(lines -> lines).toList();
    }

    private static String asked(String id, ApprovalRequest request) {
        return "step '%1$s' asks for %2$d of %3$s, until %4$s: holdfast runs approve %5$s %1$s --key FILE"
                .formatted(
                        request.step(),
                        request.quorum(),
                        String.join(", ", request.approvers().keySet()),
                        Times.of(request.expires()),
                        id);
    }

    /** What a run would do, and what the actions found out about the world. */
    static void rehearsal(List<DryStep> steps, PrintWriter out) {
        visibly(out, visible -> rehearsalOf(steps, visible));
    }

    private static void rehearsalOf(List<DryStep> steps, PrintWriter out) {
        for (var step : steps) {
            out.println(
                    "%-20s %s".formatted(step.path(), step.intention().isEmpty() ? step.title() : step.intention()));
            for (var finding : step.findings()) {
                out.println("    %-8s %s%s"
                        .formatted(
                                finding.severity().name().toLowerCase(Locale.ROOT),
                                finding.message(),
                                finding.hint().isEmpty() ? "" : " (" + finding.hint() + ")"));
            }
        }
    }

    /** Whether a run would not come through, or might not. */
    static boolean standsInTheWay(Finding finding) {
        return switch (finding.severity()) {
            case ERROR, UNKNOWN -> true;
            case PASSED, NOTICE, WARNING -> false;
        };
    }

    /** One line of a live log. */
    static String line(Event event) {
        var what = event.step().isEmpty() ? "" : " " + event.step();
        return Texts.visible("%s%s %s".formatted(CLOCK.format(event.at()), what, event.text()));
    }

    static Table list(List<RunRow> runs, Instant now) {
        return Table.of(
                        Column.left("RUN"),
                        Column.left("PROCEDURE"),
                        Column.left("ENVIRONMENT"),
                        Column.left("STATE"),
                        Column.left("STARTED"),
                        Column.right("TOOK"),
                        Column.right("RECOVERED IN"),
                        Column.left("BY"))
                .withRows(runs.stream()
                        .map(run -> List.of(
                                run.id(),
                                run.procedure(),
                                run.environment(),
                                run.state().words(),
                                Times.of(run.created()),
                                took(Duration.between(
                                        run.created(), run.finished().orElse(now))),
                                run.recoveryTime().map(RunText::took).orElse("-"),
                                run.starter())));
    }

    private static String took(Duration duration) {
        return Times.took(duration.toMillis() / 1000.0);
    }
}
