package io.holdfast.testkit;

import java.lang.reflect.Constructor;
import java.util.concurrent.Executor;

/**
 * Virtual threads that go on only when somebody runs what they hand to an executor, up to where they wait. Threads that one of them begins
 * are of the same kind, since a virtual thread inherits its scheduler; so whoever runs them has all threads of a piece of code in hand. The
 * JDK keeps the constructor for its own tests: {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
 */
final class SteppedThreads {

    private static final Constructor<?> BUILDER = builder();

    private SteppedThreads() {}

    private static Constructor<?> builder() {
        try {
            var constructor = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                    .getDeclaredConstructor(Executor.class);
            constructor.setAccessible(true);
            return constructor;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK has no virtual threads with a scheduler of one's own", e);
        }
    }

    /** @param runnable takes what is to be run each time a thread can go on; called by any thread */
    static Thread start(String name, Executor runnable, Runnable body) {
        try {
            return ((Thread.Builder.OfVirtual) BUILDER.newInstance(runnable))
                    .name(name)
                    .start(body);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a thread could not be made", e);
        }
    }
}
