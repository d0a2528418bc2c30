package io.holdfast.repository.manifest;

import io.holdfast.repository.pack.FrameReference;
import java.util.List;

/** One name in a backup. */
public sealed interface FileEntry {

    FilePath path();

    /** Permission bits as {@code chmod} takes them. */
    int mode();

    /** Milliseconds since 1970. */
    long modified();

    record Folder(FilePath path, int mode, long modified) implements FileEntry {}

    /**
     * A symbolic link.
     *
     * @param target as the system has it, one ISO 8859-1 character for each byte
     */
    record Link(FilePath path, int mode, long modified, String target) implements FileEntry {

        public Link {
            if (!FilePath.isBytes(target)) {
                throw new IllegalArgumentException("not bytes: '%s'".formatted(target));
            }
        }
    }

    /**
     * A regular file.
     *
     * @param size bytes
     */
    record File(FilePath path, int mode, long modified, long size, Content content) implements FileEntry {}

    /** Where the bytes of a file are. */
    sealed interface Content {

        record Empty() implements Content {}

        record Single(Extent extent) implements Content {}

        /**
         * In several frames.
         *
         * @param maps the frames that hold the encoded {@link FrameMap}s; each but the last describes {@link
         *     FrameMap#MOST_EXTENTS} frames of the backup's frame size
         */
        record Mapped(List<FrameReference> maps) implements Content {

            public Mapped {
                maps = List.copyOf(maps);
            }
        }
    }
}
