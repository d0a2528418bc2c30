package io.holdfast.postgres.capture;

import io.holdfast.repository.disk.Disk;
import io.holdfast.repository.disk.LocalDisk;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.AccessDeniedException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** The disk of this machine, which becomes read-only, for root too, when it is told so. */
final class SwitchableDisk {

    private static final Set<String> READING = Set.of("open", "find", "list", "exists", "usableSpace");

    private final AtomicBoolean readOnly = new AtomicBoolean();
    private volatile Runnable beforeLink = () -> {};
    private final Disk disk;

    SwitchableDisk() {
        var real = new LocalDisk();
        disk = (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (_, method, arguments) -> {
                    if (readOnly.get() && !READING.contains(method.getName())) {
                        var reason = new AccessDeniedException(method.getName(), null, "Read-only file system");
                        throw new UncheckedIOException(reason.getMessage(), reason);
                    }
                    if (method.getName().equals("link")) {
                        beforeLink.run();
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    Disk disk() {
        return disk;
    }

    /** Runs before a file gets its name, in the thread that gives it. */
    void beforeLink(Runnable action) {
        beforeLink = action;
    }

    void readOnly(boolean yes) {
        readOnly.set(yes);
    }
}
