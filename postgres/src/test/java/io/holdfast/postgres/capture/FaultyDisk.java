package io.holdfast.postgres.capture;

import io.holdfast.repository.disk.Disk;
import io.holdfast.repository.disk.DurableFile;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.FileSystemException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A disk of which one operation fails, before or after it had its effect. */
final class FaultyDisk {

    private static final Set<String> CHANGING =
            Set.of("create", "link", "move", "delete", "forceDirectory", "createDirectories", "write", "force");

    private final Disk disk;
    private final boolean effective;
    private long left;

    /** The n-th changing operation fails, counted from 1. */
    FaultyDisk(Disk real, long n, boolean effective) {
        this.left = n;
        this.effective = effective;
        this.disk = faulty(Disk.class, real);
    }

    Disk disk() {
        return disk;
    }

    boolean struck() {
        return left <= 0;
    }

    private <T> T faulty(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> call(real, method, arguments)));
    }

    private @Nullable Object call(Object real, Method method, Object @Nullable [] arguments) throws Throwable {
        boolean strikes = CHANGING.contains(method.getName()) && --left == 0;
        if (strikes && !effective) {
            throw failure(method);
        }
        Object result;
        try {
            result = method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
        if (strikes) {
            throw failure(method);
        }
        return result instanceof DurableFile file ? faulty(DurableFile.class, file) : result;
    }

    private static UncheckedIOException failure(Method method) {
        var reason = new FileSystemException(method.getName(), null, "Input/output error");
        return new UncheckedIOException(reason.getMessage(), reason);
    }
}
