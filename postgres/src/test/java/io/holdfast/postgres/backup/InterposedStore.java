package io.holdfast.postgres.backup;

import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** A store before which something else happens, once, when an object of some name is about to be created. */
final class InterposedStore {

    private record Interposed(Predicate<ObjectKey> before, Runnable work) {}

    private final ObjectStore store;
    private final AtomicReference<Optional<Interposed>> next = new AtomicReference<>(Optional.empty());

    InterposedStore(ObjectStore inner) {
        store = (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (_, method, arguments) -> {
                    if (method.getName().equals("create")) {
                        meet((ObjectKey) arguments[0]);
                    }
                    try {
                        return method.invoke(inner, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void meet(ObjectKey key) {
        var due = next.get();
        if (due.filter(known -> known.before().test(key)).isPresent() && next.compareAndSet(due, Optional.empty())) {
            due.get().work().run();
        }
    }

    ObjectStore store() {
        return store;
    }

    void before(Predicate<ObjectKey> key, Runnable work) {
        next.set(Optional.of(new Interposed(key, work)));
    }

    /** Whether what was wanted has not happened. */
    boolean isWaiting() {
        return next.get().isPresent();
    }
}
