package io.holdfast.repository.mirror;

import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One of the stores of a repository. It is opened when it is first needed, may fail, and is then left alone for a while: whoever does not
 * depend on it does not wait for it again and again. Thread-safe.
 */
public final class Member implements AutoCloseable {

    /** For an answer that takes no time, when others can do without it. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration LEFT_ALONE = Duration.ofSeconds(15);

    /** Objects that are on their way to it, and that nobody waits for. */
    private static final int MOST_BEHIND = 16;

    private final String location;
    private final Supplier<ObjectStore> opener;
    private final AtomicInteger behind = new AtomicInteger();
    private final AtomicBoolean lacks = new AtomicBoolean();
    private volatile BiConsumer<String, StoreException> onFailure = (_, _) -> {};
    private volatile Optional<Required> required = Optional.empty();
    private volatile Optional<Failure> failure = Optional.empty();

    /** To open it may take long, and nobody else must wait for that. */
    private final ReentrantLock opening = new ReentrantLock();

    /** Since when it is being opened, by the clock of {@link System#nanoTime}; 0 if it is not. */
    private volatile long openingSince;

    private @Nullable ObjectStore opened;
    private boolean sound;

    /**
     * What it must hold.
     *
     * @param from location of the store that said so
     */
    private record Required(ByteBuffer root, String from) {}

    /** @param at by the clock of {@link System#nanoTime} */
    private record Failure(StoreException why, long at) {}

    /**
     * Opens nothing yet.
     *
     * @param location as it is configured, for messages
     * @param opener may throw what a store throws that cannot be reached
     */
    public Member(String location, Supplier<ObjectStore> opener) {
        this.location = location;
        this.opener = opener;
    }

    public String location() {
        return location;
    }

    /** Sees each failure after which the store is left alone for a while, with the location. */
    void onFailure(BiConsumer<String, StoreException> listener) {
        onFailure = listener;
    }

    /** From now on it counts only if it holds this repository: the folder of a disk that is not mounted does not. */
    void require(ByteBuffer root, String from) {
        required = Optional.of(new Required(root, from));
    }

    /** What is wrong with a root that was read from it. */
    Optional<StoreException> problemOf(ByteBuffer root) {
        return required.filter(wanted -> !wanted.root().equals(root))
                .map(wanted -> MirrorException.otherRepository(location, wanted.from()));
    }

    /**
     * The store, opened.
     *
     * @throws StoreException if it cannot be reached, or holds something else
     */
    ObjectStore store() {
        lockToOpen();
        try {
            openingSince = System.nanoTime();
            var store = opened == null ? opener.get() : opened;
            opened = store;
            if (!sound && required.isPresent()) {
                requireSame(store);
                sound = true;
            }
            return store;
        } finally {
            openingSince = 0;
            opening.unlock();
        }
    }

    /** Nobody waits for long behind somebody for whom it hangs. */
    private void lockToOpen() {
        try {
            if (isHanging() || !opening.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw MirrorException.tooSlow(location, PATIENCE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw MirrorException.tooSlow(location, PATIENCE);
        }
    }

    private boolean isHanging() {
        long since = openingSince;
        return since != 0 && System.nanoTime() - since > PATIENCE.toNanos();
    }

    /** Asks it something that takes no time, and does not wait for longer than that. */
    <T> T within(Function<ObjectStore, T> question) {
        return within(() -> question.apply(store()));
    }

    /** Stores something small in the same way. */
    void create(ObjectKey key, byte[] content) {
        within(store -> {
            try (var writer = store.create(key)) {
                writer.write(ByteBuffer.wrap(content));
                writer.commit();
            }
            return key;
        });
    }

    private <T> T within(Supplier<T> work) {
        var result = new CompletableFuture<T>();
        var thread = Thread.ofVirtual().name("mirror").start(() -> {
            try {
                result.complete(work.get());
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            thread.interrupt();
            throw MirrorException.tooSlow(location, PATIENCE);
        } catch (InterruptedException _) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw MirrorException.tooSlow(location, PATIENCE);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException problem ? problem : new IllegalStateException(e);
        }
    }

    /** The same, for the caller alone, who closes it. */
    ObjectStore openApart() {
        return within(() -> {
            var store = opener.get();
            try {
                requireSame(store);
            } catch (RuntimeException e) {
                store.close();
                throw e;
            }
            return store;
        });
    }

    private void requireSame(ObjectStore store) {
        if (required.isPresent()) {
            var root = Roots.read(store).orElseThrow(() -> MirrorException.notInitialised(location));
            problemOf(root).ifPresent(problem -> {
                throw problem;
            });
        }
    }

    /** Whether it failed a moment ago. */
    boolean isLeftAlone() {
        return isHanging() || hasJustFailed();
    }

    private boolean hasJustFailed() {
        return failure.filter(last -> System.nanoTime() - last.at() < LEFT_ALONE.toNanos())
                .isPresent();
    }

    /** What it was asked it did not do. */
    void failed(StoreException why) {
        if (!hasJustFailed()) {
            failure = Optional.of(new Failure(why, System.nanoTime()));
            onFailure.accept(location, why);
        }
    }

    void answered() {
        failure = Optional.empty();
    }

    /** Something was stored, and not in it. */
    void lacks() {
        lacks.set(true);
    }

    /** Whether something was stored and not in it, since this was asked last. */
    boolean takeLacks() {
        return lacks.getAndSet(false);
    }

    /** One more object is on its way to it that nobody waits for. */
    void begun() {
        behind.incrementAndGet();
    }

    void ended() {
        behind.decrementAndGet();
    }

    boolean isBehind() {
        return behind.get() > 0;
    }

    /** Whether it has been given more than it takes. */
    boolean isFarBehind() {
        return behind.get() >= MOST_BEHIND;
    }

    /** One that hangs while it is opened is not waited for. */
    @Override
    public void close() {
        if (!opening.tryLock()) {
            return;
        }
        try {
            if (opened != null) {
                opened.close();
                opened = null;
            }
        } finally {
            opening.unlock();
        }
    }
}
