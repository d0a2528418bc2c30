package io.holdfast.testkit;

import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;

/**
 * Activities that work on one store in turns: each stands still before every operation on the store until the test lets it go on.
 * So one order of their operations is tried after another, without a clock and the same each time. Used by one thread, the test's.
 */
public final class Turns implements AutoCloseable {

    private final List<Activity> activities = new ArrayList<>();

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
        var activity = new Activity(name);
        activities.add(activity);
        activity.start(new TurnStore(store, activity, capabilities), body);
        return activity;
    }

    /** Kills what still stands. */
    @Override
    public void close() {
        activities.forEach(Activity::kill);
    }

    /** Something that works on the store. */
    public static final class Activity {

        private enum State {
            RUNNING,
            STANDING,
            ENDED
        }

        private final String name;

        /** One worker, so that streams which would be parallel are not: their order would differ from run to run. */
        private final ForkJoinPool worker = new ForkJoinPool(1);

        private State state = State.RUNNING;
        private boolean killed;
        private int operations;
        private String next = "";
        private Optional<Throwable> failure = Optional.empty();

        private Activity(String name) {
            this.name = name;
        }

        private void start(ObjectStore store, Consumer<ObjectStore> body) {
            worker.execute(() -> {
                try {
                    body.accept(store);
                    ended(Optional.empty());
                } catch (Throwable problem) {
                    // Handed to the test.
                    ended(Optional.of(problem));
                }
            });
            awaitChangeFrom(State.RUNNING);
        }

        private synchronized void ended(Optional<Throwable> problem) {
            failure = problem;
            state = State.ENDED;
            notifyAll();
        }

        /** Called by the activity, before it does something to the store. */
        void stand(String operation) {
            synchronized (this) {
                requireNotKilled(operation);
                next = operation;
                state = State.STANDING;
                notifyAll();
                awaitChangeFrom(State.STANDING);
                requireNotKilled(operation);
                operations++;
            }
        }

        private void requireNotKilled(String operation) {
            if (killed) {
                throw new PowerCutException(operation);
            }
        }

        private synchronized void awaitChangeFrom(State former) {
            try {
                while (state == former) {
                    wait();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts these", e);
            }
        }

        /** Lets it do its next operation, up to the one after. Whether it goes on after that. */
        public boolean step() {
            synchronized (this) {
                if (state == State.ENDED) {
                    return false;
                }
                state = State.RUNNING;
                notifyAll();
            }
            awaitChangeFrom(State.RUNNING);
            return !hasEnded();
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
            synchronized (this) {
                killed = true;
            }
            finish();
            worker.shutdown();
        }

        public synchronized boolean hasEnded() {
            return state == State.ENDED;
        }

        /** Operations that it has done. */
        public synchronized int operations() {
            return operations;
        }

        /** What it stands before, for messages. */
        public synchronized String next() {
            return "%s before %s".formatted(name, state == State.ENDED ? "nothing" : next);
        }

        /** Why it ended, if not because it was done. */
        public synchronized Optional<Throwable> failure() {
            return failure;
        }
    }
}
