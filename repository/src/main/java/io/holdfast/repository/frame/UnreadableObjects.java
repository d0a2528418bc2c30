package io.holdfast.repository.frame;

import io.holdfast.repository.store.ObjectKey;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was not used since a repository was opened, because it does not authenticate: each object is told once. Thread-safe. */
public final class UnreadableObjects {

    private static final Logger LOG = LoggerFactory.getLogger(UnreadableObjects.class);

    private final SortedMap<ObjectKey, Unreadable> found = new TreeMap<>();
    private Consumer<Unreadable> listener = UnreadableObjects::log;

    public void add(Unreadable object) {
        Consumer<Unreadable> told;
        synchronized (this) {
            if (found.putIfAbsent(object.object(), object) != null) {
                return;
            }
            told = listener;
        }
        told.accept(object);
    }

    private static void log(Unreadable object) {
        LOG.warn("an object does not authenticate and is not used object={} reason={}", object.object(), object.why());
    }

    /** What is wrong with an object, if it was found not to be readable. */
    public synchronized Optional<Unreadable> of(ObjectKey object) {
        return Optional.ofNullable(found.get(object));
    }

    /** In the order of their names. */
    public synchronized List<Unreadable> all() {
        return List.copyOf(found.values());
    }

    /** Is told of each from now on, instead of the log. */
    public synchronized void onEach(Consumer<Unreadable> told) {
        listener = told;
    }
}
