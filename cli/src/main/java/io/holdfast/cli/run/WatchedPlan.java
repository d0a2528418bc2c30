package io.holdfast.cli.run;

import io.holdfast.plan.Plan;
import io.holdfast.plan.file.PlanFile;
import io.holdfast.problem.HoldfastException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The plan of a file that people edit while it is used. Thread-safe. */
public final class WatchedPlan {

    private static final Logger LOG = LoggerFactory.getLogger(WatchedPlan.class);

    private final Path file;
    private final InstantSource clock;
    private String text;
    private Plan plan;

    /** What is wrong with the text. */
    private Optional<HoldfastException> wrong = Optional.empty();

    /** Why the file cannot be used now: that, or because it cannot be read. */
    private Optional<HoldfastException> trouble = Optional.empty();

    private WatchedPlan(Path file, InstantSource clock, String text, Plan plan) {
        this.file = file;
        this.clock = clock;
        this.text = text;
        this.plan = plan;
    }

    /**
     * Reads it for the first time.
     *
     * @throws HoldfastException as {@link UsablePlan#read} does
     */
    public static WatchedPlan of(Path file, InstantSource clock) {
        var text = PlanFile.text(file);
        return new WatchedPlan(file, clock, text, UsablePlan.of(file, text, clock.instant()));
    }

    Path file() {
        return file;
    }

    /** The newest that can be used. That the file has changed, or cannot be used any more, is logged once. */
    synchronized Plan newest() {
        var before = trouble;
        try {
            read(PlanFile.text(file));
            trouble = wrong;
        } catch (HoldfastException e) {
            trouble = Optional.of(e);
        }
        var now = trouble.map(HoldfastException::getMessage);
        if (now.isPresent() && !now.equals(before.map(HoldfastException::getMessage))) {
            LOG.error("the plan cannot be used, what is due by it fails file={}: {}", file, now.get());
        }
        return plan;
    }

    private void read(String now) {
        if (now.equals(text)) {
            return;
        }
        text = now;
        try {
            plan = UsablePlan.of(file, now, clock.instant());
            wrong = Optional.empty();
            LOG.info(
                    "the plan was changed file={} version={}",
                    file,
                    plan.document().version());
        } catch (HoldfastException e) {
            wrong = Optional.of(e);
        }
    }

    /**
     * What is in the file now.
     *
     * @throws HoldfastException if that cannot be used
     */
    synchronized Plan now() {
        var found = newest();
        trouble.ifPresent(problem -> {
            throw problem;
        });
        return found;
    }
}
