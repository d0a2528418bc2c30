package io.holdfast.runbook.run;

import io.holdfast.runbook.journal.Claim;
import io.holdfast.runbook.journal.Journal;
import io.holdfast.runbook.journal.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes runs in this process, and watches the record of each meanwhile: for controls, for another engine that has
 * taken it over. Thread-safe.
 */
final class Engine implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private static final Duration WATCH = Duration.ofMillis(200);

    private final RunSettings settings;
    private final String name;
    private final Journal journal;
    private final Executions executions;
    private final Controls controls;
    private final Catalogue catalogue;
    private final Map<RunId, RunControl> executing = new ConcurrentHashMap<>();
    private final Set<RunId> held = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Thread> threads;

    Engine(RunSettings settings, Journal journal, Executions executions, Controls controls, Catalogue catalogue) {
        this.settings = settings;
        this.name = settings.engine();
        this.journal = journal;
        this.executions = executions;
        this.controls = controls;
        this.catalogue = catalogue;
        threads = List.of(
                Thread.ofPlatform().daemon().name("run-watch").start(() -> again(WATCH, this::look)),
                Thread.ofPlatform()
                        .daemon()
                        .name("run-heartbeat")
                        .start(() -> again(Executions.HEARTBEAT, this::beat)));
    }

    String name() {
        return name;
    }

    /**
     * Executes a run that this engine has taken or its scheduler picked, until it ends, is parked, or is somebody else's;
     * shows meanwhile that it is alive. Does nothing if the run is paused or has ended; leaves it to others if this engine is
     * closed.
     */
    void execute(RunId id) throws InterruptedException {
        if (isClosed()) {
            executions.release(id, name);
            return;
        }
        held.add(id);
        try {
            executeHeld(id);
        } finally {
            held.remove(id);
        }
    }

    private void executeHeld(RunId id) throws InterruptedException {
        var claim = journal.claim(id, name);
        if (claim.isEmpty()) {
            return;
        }
        var row = journal.awaitRun(claim.get());
        var control = new RunControl(claim.get(), row);
        var secrets = new Secrets(settings.environment());
        executing.put(id, control);
        if (isClosed()) {
            control.stop();
        }
        try {
            var steps = new StepJournal(journal, claim.get(), secrets);
            new RunExecution(new RunContext(
                            claim.get(),
                            row,
                            journal.awaitDefinition(claim.get()),
                            journal,
                            steps,
                            control,
                            controls,
                            secrets,
                            catalogue,
                            settings.member(),
                            settings.clock()))
                    .go();
            if (control.isSuperseded()) {
                ended(claim.get());
            }
        } catch (RunControl.StoppedException _) {
            executions.release(id, name);
        } finally {
            executing.remove(id, control);
        }
    }

    private void ended(Claim claim) {
        try {
            controls.ended(claim);
        } catch (RuntimeException e) {
            LOG.info("what a run held is free in some seconds only run={}: {}", claim.run(), e.getMessage());
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void again(Duration pause, Runnable work) {
        while (true) {
            try {
                if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                work.run();
            } catch (InterruptedException _) {
                return;
            } catch (RuntimeException e) {
                LOG.warn("cannot look after the runs engine={}: {}", name, e.getMessage());
            }
        }
    }

    /** All at once: of a thousand runs db-scheduler, which does it one by one, is late with some. */
    private void beat() {
        var mine = Set.copyOf(held);
        var still = executions.beat(mine, name);
        for (var id : mine) {
            var control = executing.get(id);
            if (!still.contains(id) && control != null) {
                LOG.info("is not executed here any more run={}", id);
                control.supersede();
            }
        }
    }

    private void look() {
        for (var row : journal.runs(List.copyOf(executing.keySet()))) {
            var control = executing.get(row.id());
            if (control != null) {
                look(row.id(), control, control.toLookAt(control.observe(row)));
            }
        }
    }

    private void look(RunId id, RunControl control, Map<String, RunControl.Running> attempts) {
        try {
            attempts.forEach((path, running) -> interruptIfOvertaken(id, path, running));
        } catch (RuntimeException e) {
            control.lookAgain(attempts);
            throw e;
        }
    }

    /** A person has skipped the step or begun it anew; of one that only waited for another try, more is heard. */
    private void interruptIfOvertaken(RunId id, String path, RunControl.Running running) {
        if (path.isEmpty()) {
            return;
        }
        var row = journal.step(id, path);
        if (row.state().isEnd() || row.attempt() != running.number()) {
            running.attempt().interrupt();
        }
    }

    /** Lets go of all runs, as if the process had ended: others go on from the record. */
    @Override
    public void close() {
        closed.countDown();
        threads.forEach(Thread::interrupt);
        executing.values().forEach(RunControl::stop);
    }
}
