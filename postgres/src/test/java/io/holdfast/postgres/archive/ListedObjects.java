package io.holdfast.postgres.archive;

import io.holdfast.repository.store.ObjectStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A store that counts the objects which its listings name. */
final class ListedObjects {

    private final AtomicInteger count = new AtomicInteger();
    private final ObjectStore store;

    ListedObjects(ObjectStore counted) {
        store = (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (_, method, arguments) -> {
                    try {
                        var result = method.invoke(counted, arguments);
                        return result instanceof Stream<?> listing
                                ? listing.peek(_ -> count.incrementAndGet())
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    ObjectStore store() {
        return store;
    }

    int during(Runnable work) {
        count.set(0);
        work.run();
        return count.get();
    }
}
