package io.holdfast.plan.check;

import io.holdfast.plan.Environment;
import io.holdfast.plan.Plan;
import io.holdfast.plan.file.Places;
import io.holdfast.problem.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Holds a plan against the world: whether what its steps touch is there, and may be touched. */
public final class LiveCheck {

    private final Places places;
    private final World world;
    private final String member;
    private final Duration limit;

    /**
     * Asks nothing yet.
     *
     * @param member that this host is: what is to run on another cannot be asked here
     * @param limit after which a question has no answer
     */
    public LiveCheck(Places places, World world, String member, Duration limit) {
        this.places = places;
        this.world = world;
        this.member = member;
        this.limit = limit;
    }

    /** Asks everything side by side. Codes are {@code live.} and the action; what could not be found out is unknown. */
    public List<PlanFinding> run(Plan plan, Environment environment) throws InterruptedException {
        var asked = Questions.of(plan, environment, member);
        var work = new ArrayList<Callable<List<Finding>>>();
        for (var question : asked) {
            work.add(() -> answer(question));
        }
        var findings = new ArrayList<PlanFinding>();
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            var answers = threads.invokeAll(work, limit.toMillis(), TimeUnit.MILLISECONDS);
            for (var i = 0; i < asked.size(); i++) {
                var use = asked.get(i).use();
                for (var finding : result(answers.get(i))) {
                    findings.add(new PlanFinding(
                            finding.severity(),
                            "live." + use.call().uses(),
                            places.of(use.path()),
                            "%s: %s"
                                    .formatted(
                                            use.step()
                                                    .map(step -> "step " + step.id())
                                                    .orElse("health"),
                                            finding.message()),
                            finding.hint()));
                }
            }
        } finally {
            threads.shutdownNow(); // not closed: that would wait for whoever does not hear that the time is up
        }
        return findings;
    }

    private List<Finding> answer(Questions.Asked asked) throws InterruptedException {
        return switch (asked) {
            case Questions.Asked.Now now -> world.ask(now.question());
            case Questions.Asked.Elsewhere elsewhere ->
                List.of(Finding.unknown(
                        "live",
                        "it is for member '%s', and this host is '%s'".formatted(elsewhere.member(), member),
                        "check the plan there, too"));
            case Questions.Asked.Later later ->
                List.of(Finding.unknown(
                        "live",
                        "%s is known only in a run".formatted(later.reference()),
                        "a dry run with its parameters, 'holdfast run %s --dry-run', looks further"
                                .formatted(later.procedure())));
        };
    }

    private List<Finding> result(Future<List<Finding>> answer) throws InterruptedException {
        try {
            return answer.get();
        } catch (CancellationException _) {
            return List.of(Finding.unknown(
                    "live",
                    "no answer within %d s".formatted(limit.toSeconds()),
                    "look whether it can be reached from here"));
        } catch (ExecutionException e) {
            return List.of(Finding.unknown("live", String.valueOf(e.getCause()), ""));
        }
    }
}
