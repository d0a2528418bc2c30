package io.holdfast.cli.run;

import io.holdfast.plan.Plan;
import io.holdfast.plan.Recurring;
import io.holdfast.plan.file.PlanFile;
import io.holdfast.problem.HoldfastException;
import io.holdfast.runbook.journal.Texts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The plan of a file that people edit while it is used. Thread-safe. */
public final class WatchedPlan {

    private static final Logger LOG = LoggerFactory.getLogger(WatchedPlan.class);

    /** How long a file system may let whoever reads a plan wait. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path file;
    private final InstantSource clock;
    private final Supplier<String> reader;
    private String text;
    private Plan plan;

    /** For how long a plan that may be run is not asked about again: work that waits for other work is looked at all the time. */
    private static final Duration ASKED_AGAIN = Duration.ofMinutes(1);

    /** Refuses a plan by which nothing may be run. */
    private volatile Consumer<Plan> permission = _ -> {};

    private volatile Optional<Permitted> permitted = Optional.empty();

    /** A look at the file that has not ended. */
    private Optional<Reading> reading = Optional.empty();

    /** The environments beside which recurring work is told of; empty: that is somebody else's. */
    private Set<String> served = Set.of();

    /** What is wrong with the text. */
    private Optional<HoldfastException> wrong = Optional.empty();

    /** Why the file cannot be used now: that, or because it cannot be read. */
    private Optional<HoldfastException> trouble = Optional.empty();

    private WatchedPlan(Path file, InstantSource clock, Supplier<String> reader, String text, Plan plan) {
        this.file = file;
        this.clock = clock;
        this.reader = reader;
        this.text = text;
        this.plan = plan;
    }

    /**
     * Reads it for the first time.
     *
     * @throws HoldfastException as {@link UsablePlan#read} does
     */
    public static WatchedPlan of(Path file, InstantSource clock) {
        return of(file, clock, () -> PlanFile.textOfRegular(file));
    }

    /** @param reader gives what is in the file, or waits for it without end */
    static WatchedPlan of(Path file, InstantSource clock, Supplier<String> reader) {
        var text = reader.get();
        return new WatchedPlan(file, clock, reader, text, UsablePlan.of(file, text, clock.instant()));
    }

    /** A plan by which something may be run, and since when that is known. */
    private record Permitted(Plan plan, long since) {

        boolean holdsFor(Plan other) {
            return plan.equals(other) && System.nanoTime() - since < ASKED_AGAIN.toNanos();
        }
    }

    /** One look, by a thread of its own: nothing interrupts a read of a file system that is gone. */
    private record Reading(CompletableFuture<String> text, long began) {

        static Reading begin(Supplier<String> reader) {
            var text = new CompletableFuture<String>();
            Thread.ofPlatform().daemon().name("plan-reader").start(() -> {
                try {
                    text.complete(reader.get());
                } catch (RuntimeException | Error e) {
                    text.completeExceptionally(e);
                }
            });
            return new Reading(text, System.nanoTime());
        }

        long patience() {
            return Math.max(0, PATIENCE.toNanos() - (System.nanoTime() - began));
        }
    }

    Path file() {
        return file;
    }

    /** The newest that can be used. That the file has changed, or cannot be used any more, is logged once. */
    synchronized Plan newest() {
        var before = trouble;
        try {
            read(textNow());
            trouble = wrong;
        } catch (HoldfastException e) {
            trouble = Optional.of(e);
        }
        var now = trouble.map(HoldfastException::getMessage);
        if (now.isPresent() && !now.equals(before.map(HoldfastException::getMessage))) {
            LOG.error("the plan cannot be used, what is due by it fails file={}: {}", file, Texts.visible(now.get()));
        } else if (now.isEmpty() && before.isPresent()) {
            LOG.warn("the plan can be used again file={}", file);
        }
        return plan;
    }

    /** Of a look that hangs the end is waited for, and no other is begun. */
    private String textNow() {
        var look = reading.orElseGet(() -> Reading.begin(reader));
        reading = Optional.of(look);
        try {
            var found = look.text().get(look.patience(), TimeUnit.NANOSECONDS);
            reading = Optional.empty();
            return found;
        } catch (TimeoutException _) {
            throw RunStartException.planDoesNotAnswer(file, PATIENCE);
        } catch (ExecutionException e) {
            reading = Optional.empty();
            switch (e.getCause()) {
                case RuntimeException problem -> throw problem;
                case Error problem -> throw problem;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the process ends", e);
        }
    }

    /** What is run by it must pass this first, which may refuse it, and take its time. */
    public void mustPass(Consumer<Plan> refusing) {
        permission = refusing;
    }

    /** Tells, each time that the plan has changed, of recurring work in other environments, which nobody may do then. */
    synchronized void tellOfOthersThan(Collection<String> environments) {
        served = Set.copyOf(environments);
    }

    private void tellOfOthers() {
        var others = plan.recurring().stream()
                .map(Recurring::environment)
                .filter(environment -> !served.isEmpty() && !served.contains(environment))
                .distinct()
                .toList();
        if (!others.isEmpty()) {
            LOG.warn(
                    "the plan has recurring work in environments that are not served here, name them by --environment served={} others={}",
                    served,
                    others);
        }
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
            tellOfOthers();
        } catch (HoldfastException e) {
            wrong = Optional.of(e);
        }
    }

    /**
     * What is in the file now, if something may be run by it.
     *
     * @throws HoldfastException if that cannot be used, or may not
     */
    Plan toRun() {
        var found = now();
        if (permitted.filter(known -> known.holdsFor(found)).isEmpty()) {
            permission.accept(found);
            permitted = Optional.of(new Permitted(found, System.nanoTime()));
        }
        return found;
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
