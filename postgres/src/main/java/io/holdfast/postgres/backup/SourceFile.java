package io.holdfast.postgres.backup;

import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.manifest.FilePath;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file to be copied, as the walk saw it.
 *
 * @param file where it is on this host
 * @param size bytes to copy, even if the file has grown or shrunk when it is read
 * @param relation present for files with data pages
 */
record SourceFile(FilePath path, Path file, int mode, long modified, long size, Optional<RelationFile> relation) {

    /** The entry under which it is in the backup, with so many bytes. */
    FileEntry.File entry(long bytes, Content content) {
        return new FileEntry.File(path, mode, modified, bytes, content);
    }
}
