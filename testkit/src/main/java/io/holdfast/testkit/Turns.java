package io.holdfast.testkit;

import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/**
 * Activities that work on stores in turns: each stands still before every operation on a store until the test lets it go on. So one order
 * of their operations is tried after another, without a clock and the same each time. Used by one thread, the test's, on which all
 * threads of the activities run.
 */
public final class Turns implements AutoCloseable {

    private final OccupiedPool pool = new OccupiedPool();
    private final List<Activity> activities = new ArrayList<>();
    private final IntUnaryOperator choice;

    private Turns(IntUnaryOperator choice) {
        this.choice = choice;
    }

    /** Of the threads of one activity that which stands longest goes first. */
    public Turns() {
        this(_ -> 0);
    }

    /** Of the threads of one activity one by chance goes first. */
    public Turns(Random random) {
        this(random::nextInt);
    }

    /**
     * Begins an activity, which stands before its first operation when this returns.
     *
     * @param store shared by all activities; each is handed a view of its own
     */
    public Activity begin(String name, ObjectStore store, Consumer<ObjectStore> body) {
        return begin(name, store, store.capabilities(), body);
    }

    /**
     * The same for one that finds the store less able than it is.
     *
     * @param capabilities that its view declares
     */
    public Activity begin(String name, ObjectStore store, Set<Capability> capabilities, Consumer<ObjectStore> body) {
        var activity = new Activity(name, choice);
        return begin(activity, () -> body.accept(new TurnStore(store, activity, capabilities)));
    }

    /**
     * The same for one that works on several stores, on as many threads as it likes, if they are virtual. It ends with the thread that runs
     * {@code body}: others are killed then, as if that was the end of a process.
     */
    public Activity begin(String name, List<ObjectStore> stores, Consumer<List<ObjectStore>> body) {
        var activity = new Activity(name, choice);
        var views = stores.stream()
                .<ObjectStore>map(store -> new TurnStore(store, activity, store.capabilities()))
                .toList();
        return begin(activity, () -> body.accept(views));
    }

    private Activity begin(Activity activity, Runnable body) {
        activity.start(body);
        activities.add(activity);
        return activity;
    }

    /** Kills what still stands. */
    @Override
    public void close() {
        try {
            activities.forEach(Activity::kill);
        } finally {
            pool.close();
        }
    }

    /** Something that works on stores. */
    public static final class Activity {

        /** While nothing stands before an operation, it waits for itself, which takes no time, or for a clock. */
        private static final long LONGEST_WAIT_SECONDS = 60;

        private final String name;
        private final IntUnaryOperator choice;

        /** Of its threads, those that can go on up to where they wait again. */
        private final BlockingQueue<Runnable> runnable = new LinkedBlockingQueue<>();

        private final List<Standing> standing = new ArrayList<>();
        private boolean ended;
        private boolean killed;
        private int operations;
        private Optional<Throwable> failure = Optional.empty();

        /** A thread that stands before an operation. */
        private static final class Standing {

            private final String operation;
            private final Thread thread = Thread.currentThread();
            private boolean goesOn;

            Standing(String operation) {
                this.operation = operation;
            }

            void goOn() {
                goesOn = true;
                LockSupport.unpark(thread);
            }
        }

        private Activity(String name, IntUnaryOperator choice) {
            this.name = name;
            this.choice = choice;
        }

        private void start(Runnable body) {
            SteppedThreads.start(name, runnable::add, () -> {
                try {
                    body.run();
                } catch (Throwable problem) {
                    // Handed to the test.
                    failure = Optional.of(problem);
                } finally {
                    ended = true;
                }
            });
            run();
        }

        /** Called by the activity, before it does something to a store. What interrupts it meanwhile it learns after that. */
        void stand(String operation) {
            requireNotKilled(operation);
            if (!Thread.currentThread().isVirtual()) {
                throw new IllegalStateException("a thread that takes no turns is before: " + operation);
            }
            var here = new Standing(operation);
            standing.add(here);
            boolean interrupted = false;
            while (!here.goesOn) {
                LockSupport.park(this);
                interrupted |= Thread.interrupted();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            requireNotKilled(operation);
            operations++;
        }

        private void requireNotKilled(String operation) {
            if (killed) {
                throw new PowerCutException(operation);
            }
        }

        /** Runs its threads until each of them stands, or waits for another that does. */
        private void run() {
            while (true) {
                var next = runnable.poll();
                if (next == null) {
                    killed |= ended;
                    if (killed) {
                        letGo();
                    }
                    if (runnable.isEmpty() && (ended || !standing.isEmpty())) {
                        return;
                    }
                    next = await();
                }
                next.run();
            }
        }

        private void letGo() {
            standing.forEach(Standing::goOn);
            standing.clear();
        }

        private Runnable await() {
            try {
                var next = runnable.poll(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
                if (next == null) {
                    throw new IllegalStateException(name + " waits for something that is no operation of a store");
                }
                return next;
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts these", e);
            }
        }

        /** Lets it do its next operation, up to the one after. Whether it goes on after that. */
        public boolean step() {
            if (ended) {
                return false;
            }
            standing.remove(standing.size() > 1 ? choice.applyAsInt(standing.size()) : 0)
                    .goOn();
            run();
            return !ended;
        }

        /** So many steps, or less if it ends. */
        public void steps(int count) {
            for (int i = 0; i < count && step(); i++) {
                // Each step is all there is to do.
            }
        }

        /** Lets it go on to its end. */
        public void finish() {
            while (step()) {
                // Each step is all there is to do.
            }
        }

        /** Lets it do nothing any more, as if its process had died. */
        public void kill() {
            killed = true;
            run();
        }

        public boolean hasEnded() {
            return ended;
        }

        /** Operations that it has done. */
        public int operations() {
            return operations;
        }

        /** What it stands before, for messages. */
        public String next() {
            return "%s before %s"
                    .formatted(
                            name,
                            standing.isEmpty()
                                    ? "nothing"
                                    : String.join(
                                            ", ",
                                            standing.stream()
                                                    .map(one -> one.operation)
                                                    .toList()));
        }

        /** Why it ended, if not because it was done. */
        public Optional<Throwable> failure() {
            return failure;
        }
    }
}
