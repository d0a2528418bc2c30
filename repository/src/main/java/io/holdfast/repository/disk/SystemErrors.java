package io.holdfast.repository.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;

/**
 * Gives the errors of the operating system their types.
 *
 * <p>The JDK has types for a few error numbers and passes the others on as the text of strerror(3): from a file channel
 * without so much as the file's name. That text follows the locale of the process, so a write that fails for an unknown
 * reason on a file system without space is taken to have failed for that.
 */
final class SystemErrors {

    private static final Set<String> NO_SPACE = Set.of("No space left on device", "Disk quota exceeded");
    private static final Set<String> NO_PERMISSION = Set.of("Read-only file system", "Operation not permitted");
    private static final Set<String> NO_HARD_LINKS =
            Set.of("Operation not permitted", "Operation not supported", "Function not implemented");

    /** Less than one block of every usual file system: no write can succeed. */
    private static final long SMALLEST_BLOCK = 512;

    private SystemErrors() {}

    /** A call that can fail with an error of the operating system. */
    interface Call<T> {
        T run() throws IOException;
    }

    static <T> T explained(Path file, Call<T> call) {
        try {
            return call.run();
        } catch (IOException e) {
            throw explain(file, e);
        }
    }

    static <T> T explainedWrite(Path file, Call<T> call) {
        try {
            return call.run();
        } catch (IOException e) {
            throw explainWrite(file, e);
        }
    }

    static UncheckedIOException explainWrite(Path file, IOException failure) {
        var typed = typed(file, failure);
        var unknown = typed.getClass() == FileSystemException.class;
        return unchecked(unknown && isFull(file) ? because(failure, new NoSpaceException(file)) : typed);
    }

    static UncheckedIOException explain(Path file, IOException failure) {
        return unchecked(typed(file, failure));
    }

    private static UncheckedIOException unchecked(FileSystemException typed) {
        return new UncheckedIOException(typed.getMessage(), typed);
    }

    /** Whether link(2) failed for want of hard links: EPERM by its manual page, ENOTSUP or ENOSYS behind FUSE. */
    static boolean saysNoHardLinks(FileSystemException failure) {
        return NO_HARD_LINKS.contains(reason(failure));
    }

    private static FileSystemException typed(Path file, IOException failure) {
        if (NO_SPACE.contains(reason(failure))) {
            return because(failure, new NoSpaceException(file));
        }
        if (NO_PERMISSION.contains(reason(failure))) {
            return because(failure, new AccessDeniedException(file.toString(), null, reason(failure)));
        }
        if (failure instanceof FileSystemException known && known.getClass() != FileSystemException.class) {
            return known;
        }
        return because(failure, new FileSystemException(file.toString(), null, reason(failure)));
    }

    private static String reason(IOException failure) {
        var reason = failure instanceof FileSystemException known ? known.getReason() : failure.getMessage();
        return Objects.requireNonNullElse(reason, failure.getClass().getSimpleName());
    }

    private static boolean isFull(Path file) {
        try {
            return Files.getFileStore(file).getUsableSpace() < SMALLEST_BLOCK;
        } catch (IOException e) {
            return false;
        }
    }

    private static FileSystemException because(IOException cause, FileSystemException typed) {
        typed.initCause(cause);
        return typed;
    }
}
