package io.holdfast.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Standard output that remembers why it could not be written. A reader that has gone ({@code holdfast info | head -1})
 * is no failure and what follows is dropped; a full disk is one, and must not end in exit code 0.
 */
final class StandardOutput extends OutputStream {

    private final OutputStream target;
    private boolean readerGone;
    private @Nullable IOException failure;

    StandardOutput(OutputStream target) {
        this.target = target;
    }

    Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        if (readerGone || failure != null) {
            return;
        }
        try {
            target.write(bytes, offset, length);
        } catch (IOException e) {
            remember(e);
        }
    }

    /** The JDK has no type for EPIPE, only the system's words. */
    private void remember(IOException e) {
        if (String.valueOf(e.getMessage()).contains("Broken pipe")) {
            readerGone = true;
        } else {
            failure = e;
        }
    }
}
