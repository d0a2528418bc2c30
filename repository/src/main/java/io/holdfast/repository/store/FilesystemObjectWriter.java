package io.holdfast.repository.store;

import io.holdfast.repository.disk.Disk;
import io.holdfast.repository.disk.DurableFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An object on its way into a {@link FilesystemStore}. Confined to one thread. */
final class FilesystemObjectWriter implements ObjectWriter {

    private static final Logger LOG = LoggerFactory.getLogger(FilesystemObjectWriter.class);

    private enum State {
        WRITING,
        /** After a failed write the file may end anywhere, and after a failed force a second one proves nothing. */
        ENDED,
        CLOSED
    }

    private final Disk disk;
    private final DiskProblems problems;
    private final Publication publication;
    private final Path temporary;
    private final DurableFile file;
    private State state = State.WRITING;

    FilesystemObjectWriter(Disk disk, DiskProblems problems, Publication publication, Path temporary) {
        this.disk = disk;
        this.problems = problems;
        this.publication = publication;
        this.temporary = temporary;
        this.file = disk.create(temporary);
    }

    @Override
    public void write(ByteBuffer bytes) {
        requireWriting();
        state = State.ENDED;
        attempt(() -> file.write(bytes));
        state = State.WRITING;
    }

    @Override
    public void commit() {
        requireWriting();
        state = State.ENDED;
        attempt(() -> {
            file.force();
            publication.publish(temporary);
        });
    }

    @Override
    public void close() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        try {
            file.close();
            disk.delete(temporary);
        } catch (UncheckedIOException e) {
            // The object is committed or given up, and neither changes by this; the next writers sweep.
            LOG.warn("temporary file left behind: file={} reason={}", temporary, e.getMessage());
        }
    }

    private void attempt(Runnable action) {
        problems.attempt("write object '%s'".formatted(publication.key()), action);
    }

    private void requireWriting() {
        if (state != State.WRITING) {
            throw new IllegalStateException("object '%s' has ended".formatted(publication.key()));
        }
    }
}
