package io.holdfast.cli;

import io.holdfast.cli.configuration.Settings;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Does the same in each place of a repository, and goes on with the next where one does not answer. */
final class EachPlace {

    private final Workspace workspace;
    private final OutputOption output;

    EachPlace(Workspace workspace, OutputOption output) {
        this.workspace = workspace;
        this.output = output;
    }

    /** What is done in one. */
    interface Work<R> {
        R in(Repository repository, Workspace place) throws InterruptedException;
    }

    /**
     * What came of it in one.
     *
     * @param result empty if it failed
     * @param problem why
     */
    record Outcome<R>(String location, Optional<R> result, Optional<String> problem) {}

    /**
     * Does it. Without mirrors a failure is the command's; with mirrors it is told, and {@link #isComplete} is false.
     *
     * @param opened through which the places are opened, with its key
     */
    <R> List<Outcome<R>> run(Repository opened, boolean writing, Work<R> work, PrintWriter err)
            throws InterruptedException {
        if (!workspace.isMirrored()) {
            return List.of(new Outcome<>(
                    opened.store().location(), Optional.of(work.in(opened, workspace)), Optional.empty()));
        }
        var outcomes = new ArrayList<Outcome<R>>();
        for (var place : workspace.places()) {
            var location = place.configuration().get(Settings.REPOSITORY_PATH).toString();
            try (var repository = place.openAsPlaceOf(opened, writing)) {
                outcomes.add(new Outcome<>(location, Optional.of(work.in(repository, place)), Optional.empty()));
            } catch (HoldfastException e) {
                var message = String.valueOf(e.getMessage());
                err.println("ERROR: %s: %s%nHINT: %s".formatted(location, message, e.hint()));
                outcomes.add(new Outcome<>(location, Optional.empty(), Optional.of(message)));
            }
        }
        return outcomes;
    }

    /** Prints one result as ever, and those of several places one after the other. */
    <R> void print(List<Outcome<R>> outcomes, BiConsumer<R, PrintWriter> printer) {
        if (!workspace.isMirrored()) {
            var result = outcomes.getFirst().result().orElseThrow();
            output.printText(out -> printer.accept(result, out), () -> result);
            return;
        }
        output.printText(
                out -> {
                    var separator = "";
                    for (var outcome : outcomes) {
                        out.print(separator);
                        out.println("in " + outcome.location());
                        outcome.result().ifPresent(result -> printer.accept(result, out));
                        outcome.problem().ifPresent(problem -> out.println("not done: " + problem));
                        separator = System.lineSeparator();
                    }
                },
                () -> outcomes);
    }

    /** Whether it was done in every place. */
    static <R> boolean isComplete(List<Outcome<R>> outcomes) {
        return outcomes.stream().allMatch(outcome -> outcome.result().isPresent());
    }
}
