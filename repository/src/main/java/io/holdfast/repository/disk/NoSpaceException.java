package io.holdfast.repository.disk;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** The file system, or the quota of this user on it, is full. */
public final class NoSpaceException extends FileSystemException {

    private static final long serialVersionUID = 1;

    public NoSpaceException(Path file) {
        super(file.toString(), null, "no space left");
    }
}
