package io.holdfast.cli.run;

import io.holdfast.plan.Plan;
import io.holdfast.plan.check.Circumstances;
import io.holdfast.plan.check.PlanCheck;
import io.holdfast.plan.file.PlanException;
import io.holdfast.plan.file.PlanFile;
import io.holdfast.plan.file.ReadPlan;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Reads plans that something is to be done by. */
public final class UsablePlan {

    private UsablePlan() {}

    /**
     * One without errors: a step that is wrong is found out in the middle of a recovery otherwise.
     *
     * @throws PlanException if the file cannot be read
     * @throws RunStartException if the plan has errors
     */
    public static Plan read(Path file, Instant now) {
        return of(file, PlanFile.text(file), now);
    }

    static Plan of(Path file, String text, Instant now) {
        return withoutErrors(PlanFile.readable(file, text), now);
    }

    /**
     * What was read, if it has no errors.
     *
     * @throws RunStartException if it has
     */
    public static Plan withoutErrors(ReadPlan read, Instant now) {
        RunStart.requireNoErrors(PlanCheck.run(read, Circumstances.on(LocalDate.ofInstant(now, ZoneOffset.UTC))));
        return read.plan().orElseThrow();
    }
}
