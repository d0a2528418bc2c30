package io.holdfast.repository.mirror;

import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One object on its way to one store, on a thread of its own. Written to by one thread. */
final class Lane {

    /** Frames of up to a MiB or so each. */
    private static final int QUEUED = 4;

    private static final long LOOK_AGAIN_MILLIS = 50;

    /** What becomes of it. */
    sealed interface Outcome {
        record Stored() implements Outcome {}

        /** Another object of that name is there. */
        record Exists(ObjectExistsException why) implements Outcome {}

        record Failed(RuntimeException why) implements Outcome {}
    }

    private sealed interface Item {
        record Bytes(ByteBuffer content) implements Item {}

        record Commit() implements Item {}
    }

    private final int number;
    private final Member member;
    private final ObjectKey key;
    private final Consumer<Lane> ended;
    private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(QUEUED);
    private final Thread thread = Thread.ofVirtual().name("mirror").unstarted(this::run);
    private volatile @Nullable Outcome outcome;

    /** Whether it goes on without anybody who waits. */
    private boolean detached;

    /** Nothing more is passed on to it. */
    private volatile boolean givenUp;

    /** It ends without an object because nobody wants one, and not for anything that the store did. */
    private volatile boolean unwanted;

    /**
     * Begins nothing yet.
     *
     * @param number of the store
     * @param ended called on the lane's thread when {@link #outcome} is there
     */
    Lane(int number, Member member, ObjectKey key, Consumer<Lane> ended) {
        this.number = number;
        this.member = member;
        this.key = key;
        this.ended = ended;
    }

    void begin() {
        thread.start();
    }

    int number() {
        return number;
    }

    Member member() {
        return member;
    }

    /** Empty while it is on its way. */
    Optional<Outcome> outcome() {
        return Optional.ofNullable(outcome);
    }

    /** Nobody waits for it any more. */
    synchronized void detach() {
        if (outcome == null) {
            detached = true;
            member.begun();
        }
    }

    private void run() {
        var result = attempt();
        synchronized (this) {
            outcome = result;
            if (detached) {
                member.ended();
            }
        }
        ended.accept(this);
    }

    private Outcome attempt() {
        try {
            return store();
        } catch (ObjectExistsException e) {
            return new Outcome.Exists(e);
        } catch (StoreException e) {
            if (!unwanted) {
                member.failed(e);
            }
            return new Outcome.Failed(e);
        } catch (RuntimeException e) {
            return new Outcome.Failed(e);
        }
    }

    private Outcome store() {
        try (var writer = member.store().create(key)) {
            while (true) {
                switch (queue.take()) {
                    case Item.Bytes(var content) -> writer.write(content);
                    case Item.Commit _ -> {
                        writer.commit();
                        member.answered();
                        return new Outcome.Stored();
                    }
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Outcome.Failed(MirrorException.interrupted(key));
        }
    }

    /**
     * Passes bytes on, which nobody changes any more; if it has ended, in vain.
     *
     * @param patience how long it waits while the store takes nothing, before it is given up
     */
    void write(ByteBuffer bytes, Optional<Duration> patience) throws InterruptedException {
        put(new Item.Bytes(bytes.duplicate()), patience);
    }

    void commit(Optional<Duration> patience) throws InterruptedException {
        put(new Item.Commit(), patience);
    }

    private void put(Item item, Optional<Duration> patience) throws InterruptedException {
        long begun = System.nanoTime();
        while (outcome == null && !givenUp) {
            if (queue.offer(item, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
            if (patience.isPresent()
                    && System.nanoTime() - begun > patience.get().toNanos()) {
                givenUp = true;
                member.failed(MirrorException.tooSlow(member.location(), patience.get()));
                member.lacks();
                thread.interrupt();
                return;
            }
        }
    }

    /** Whether nothing comes of it any more. */
    boolean hasFailed() {
        return givenUp || outcome instanceof Outcome.Failed;
    }

    boolean isUnwanted() {
        return unwanted;
    }

    /** Ends it without an object, as far as the store lets itself be interrupted. */
    void abandon() {
        unwanted = true;
        givenUp = true;
        thread.interrupt();
    }
}
