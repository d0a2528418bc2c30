package io.holdfast.repository.store;

import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.disk.Disk;
import io.holdfast.repository.disk.NoSpaceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;

/** Says what went wrong on a disk in the words of a store; nothing else translates. */
final class DiskProblems {

    private final Disk disk;
    private final Path root;

    DiskProblems(Disk disk, Path root) {
        this.disk = disk;
        this.root = root;
    }

    /** Does something; {@code what} completes "cannot ...". */
    <T> T attempt(String what, Supplier<T> action) {
        try {
            return action.get();
        } catch (UncheckedIOException e) {
            throw explain(what, e);
        }
    }

    void attempt(String what, Runnable action) {
        attempt(what, () -> {
            action.run();
            return what;
        });
    }

    StoreException explain(String what, UncheckedIOException failure) {
        return switch (Objects.requireNonNull(failure.getCause())) {
            case NoSpaceException e -> new StoreFullException(what, root, usableBytes(), e);
            case AccessDeniedException e -> new StorePermissionException(what, e);
            case IOException e ->
                new StoreException(
                        "cannot %s in %s: %s".formatted(what, root, e.getMessage()),
                        "look at the file system and the system's log; the same command may succeed later",
                        ProblemKind.UNAVAILABLE,
                        e);
        };
    }

    private String usableBytes() {
        try {
            return "%d bytes".formatted(disk.usableSpace(root));
        } catch (UncheckedIOException e) {
            return "an unknown number of bytes";
        }
    }
}
