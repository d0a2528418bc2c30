package io.holdfast.repository.disk;

import static io.holdfast.repository.disk.SystemErrors.explain;
import static io.holdfast.repository.disk.SystemErrors.explainWrite;
import static io.holdfast.repository.disk.SystemErrors.explained;
import static io.holdfast.repository.disk.SystemErrors.explainedWrite;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The file systems of this machine. Files are made with mode 0640 and folders with 0750, less what the umask takes: the
 * world never reads what is kept here. What root makes is given to the owner of its folder. Holds no state.
 */
public final class LocalDisk implements Disk {

    private static final FileAttribute<Set<PosixFilePermission>> FILE_MODE = mode("rw-r-----");
    private static final FileAttribute<Set<PosixFilePermission>> FOLDER_MODE = mode("rwxr-x---");

    @Override
    public void createDirectories(Path folder) {
        var missing = new ArrayDeque<Path>();
        for (var path = folder.toAbsolutePath().normalize();
                path != null && !Files.isDirectory(path);
                path = path.getParent()) {
            missing.push(path);
        }
        missing.forEach(this::createDirectory);
    }

    private void createDirectory(Path folder) {
        try {
            Files.createDirectory(folder, FOLDER_MODE);
            FolderOwner.give(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw explain(folder, e);
            }
            // Somebody was faster, and may not have forced it yet.
        } catch (IOException e) {
            throw explainWrite(folder, e);
        }
        var parent = folder.getParent();
        if (parent != null) {
            forceDirectory(parent);
        }
    }

    @Override
    public DurableFile create(Path file) {
        return explained(file, () -> {
            var made = new LocalDurableFile(file, FileChannel.open(file, Set.of(READ, WRITE, CREATE_NEW), FILE_MODE));
            FolderOwner.give(file);
            return made;
        });
    }

    @Override
    public DurableFile append(Path file) {
        return explained(file, () -> new LocalDurableFile(file, FileChannel.open(file, READ, WRITE)));
    }

    @Override
    public ReadableFile open(Path file) {
        return explained(file, () -> new LocalReadableFile(file, FileChannel.open(file, READ)));
    }

    @Override
    public void link(Path file, Path name) {
        try {
            Files.createLink(name, file);
        } catch (FileSystemException e) {
            if (SystemErrors.saysNoHardLinks(e)) {
                throw new UnsupportedOperationException("no hard links in " + name.getParent(), e);
            }
            throw explainWrite(name, e);
        } catch (IOException e) {
            throw explainWrite(name, e);
        }
    }

    @Override
    public void move(Path from, Path to) {
        explainedWrite(to, () -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE));
    }

    @Override
    public void delete(Path file) {
        explained(file, () -> Files.deleteIfExists(file));
    }

    @Override
    public void touch(Path file, Instant time) {
        explainedWrite(file, () -> {
            Files.setLastModifiedTime(file, FileTime.from(time));
            try (var channel = FileChannel.open(file, READ, WRITE)) {
                channel.force(true);
            }
            return file;
        });
    }

    @Override
    public void forceDirectory(Path folder) {
        try (var channel = FileChannel.open(folder, READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw explainWrite(folder, e);
        }
    }

    @Override
    public Optional<Entry> find(Path path) {
        try {
            return entry(path, Files.readAttributes(path, BasicFileAttributes.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw explain(path, e);
        }
    }

    @Override
    public List<Entry> list(Path folder) {
        return list(folder, _ -> true);
    }

    @Override
    public List<Entry> list(Path folder, Predicate<String> wanted) {
        var entries = new ArrayList<Entry>();
        try (var names = Files.newDirectoryStream(
                folder, path -> wanted.test(path.getFileName().toString()))) {
            for (var path : names) {
                entryIfStillThere(path).ifPresent(entries::add);
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw explain(folder, new IOException(e));
        } catch (IOException e) {
            throw explain(folder, e);
        }
        entries.sort(Comparator.comparing(Entry::name));
        return List.copyOf(entries);
    }

    @Override
    public long usableSpace(Path path) {
        return explained(path, () -> Files.getFileStore(path).getUsableSpace());
    }

    private static Optional<Entry> entryIfStillThere(Path path) throws IOException {
        try {
            return entry(path, Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static Optional<Entry> entry(Path path, BasicFileAttributes attributes) {
        var name = path.getFileName();
        if (!attributes.isDirectory() && !attributes.isRegularFile()) {
            return Optional.empty();
        }
        return Optional.of(new Entry(
                name == null ? "" : name.toString(),
                attributes.isDirectory(),
                attributes.isDirectory() ? 0 : attributes.size(),
                attributes.lastModifiedTime().toInstant()));
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }
}
