package io.holdfast.testkit;

import static io.holdfast.testkit.FileTree.failure;
import static io.holdfast.testkit.FileTree.name;
import static io.holdfast.testkit.FileTree.parent;

import io.holdfast.repository.disk.Disk;
import io.holdfast.repository.disk.DurableFile;
import io.holdfast.repository.disk.NoSpaceException;
import io.holdfast.repository.disk.ReadableFile;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A disk in memory that forgets, when the power fails, what was not forced: content of files and names in folders, each
 * on its own. Every operation that changes something is counted and can be the one in which the machine stops; from then
 * on every operation throws {@link PowerCutException} until {@link #powerCut} or {@link #kill} starts it again. Open files
 * do not outlive that.
 *
 * <p>Paths are absolute; there are no symbolic links, owners or modes. Thread-safe, guarded by {@code this}.
 */
public final class PowerFailureDisk implements Disk {

    private final InstantSource time;
    private final Survival survival;
    private FileTree tree;
    private boolean hardLinks = true;
    private boolean writeProtected;
    private long space = Long.MAX_VALUE;
    private long operations;
    private long stopAt = Long.MAX_VALUE;
    private boolean stopped;
    private int start;

    private PowerFailureDisk(InstantSource time, Survival survival) {
        this.time = time;
        this.survival = survival;
        this.tree = FileTree.empty(time);
    }

    /** A disk that forgets all that was not forced. */
    public static PowerFailureDisk strict(InstantSource time) {
        return new PowerFailureDisk(time, new Survival.Strict());
    }

    /** A disk that may have written any part of what was not forced; the same part for the same seed and use. */
    public static PowerFailureDisk adversarial(InstantSource time, long seed) {
        return new PowerFailureDisk(time, new Survival.Adversarial(new Random(seed)));
    }

    public synchronized PowerFailureDisk withoutHardLinks() {
        hardLinks = false;
        return this;
    }

    /** Lets this many more bytes be written to files. */
    public synchronized PowerFailureDisk noSpaceAfter(long bytes) {
        space = bytes;
        return this;
    }

    /** Refuses, or allows again, every change, as a read-only file system does. */
    public synchronized PowerFailureDisk writeProtected(boolean yes) {
        writeProtected = yes;
        return this;
    }

    /** Stops the machine in the n-th changing operation from now on, counted from 1. */
    public synchronized PowerFailureDisk failAt(long n) {
        stopAt = operations + n;
        return this;
    }

    /** Operations so far that changed something or made it durable. */
    public synchronized long operations() {
        return operations;
    }

    /** Whether {@link #failAt} has come to pass and nothing has started the disk again. */
    public synchronized boolean stopped() {
        return stopped;
    }

    /** The power fails, and comes back: what was not forced is gone. */
    public synchronized void powerCut() {
        tree = tree.after(survival);
        restart();
    }

    /** The process dies, and another starts on the same machine: what it wrote is there, forced or not. */
    public synchronized void kill() {
        restart();
    }

    private void restart() {
        start++;
        stopped = false;
        stopAt = Long.MAX_VALUE;
    }

    @Override
    public synchronized void createDirectories(Path folder) {
        var parent = folder.getParent();
        if (parent == null) {
            return;
        }
        if (running().find(folder) instanceof Node.File) {
            throw failure(new FileAlreadyExistsException(folder.toString()));
        }
        if (running().find(folder) == null) {
            createDirectories(parent);
            change("make folder " + folder, () -> tree.put(folder, new Node.Folder(time.instant())));
            forceDirectory(parent);
        }
    }

    @Override
    public synchronized DurableFile create(Path file) {
        if (running().find(file) != null) {
            throw failure(new FileAlreadyExistsException(file.toString()));
        }
        running().folder(parent(file));
        var node = new Node.File(time.instant());
        change("create " + file, () -> tree.put(file, node));
        return new OpenFile(file, node);
    }

    @Override
    public synchronized DurableFile append(Path file) {
        return new OpenFile(file, running().file(file));
    }

    @Override
    public synchronized ReadableFile open(Path file) {
        return new OpenFile(file, running().file(file));
    }

    @Override
    public synchronized void link(Path file, Path name) {
        var node = running().file(file);
        running().folder(parent(name));
        if (!hardLinks) {
            throw new UnsupportedOperationException("no hard links");
        }
        if (running().find(name) != null) {
            throw failure(new FileAlreadyExistsException(name.toString()));
        }
        change("link " + name, () -> tree.put(name, node));
    }

    @Override
    public synchronized void move(Path from, Path to) {
        var node = running().file(from);
        running().folder(parent(to));
        if (running().find(to) instanceof Node.Folder) {
            throw failure(new FileSystemException(to.toString(), null, "Is a directory"));
        }
        change("move " + to, () -> {
            tree.remove(from);
            tree.put(to, node);
        });
    }

    @Override
    public synchronized void delete(Path file) {
        switch (running().find(file)) {
            case null -> {}
            case Node.Folder folder
            when !folder.current.isEmpty() -> throw failure(new DirectoryNotEmptyException(file.toString()));
            case Node.Folder _, Node.File _ -> change("delete " + file, () -> tree.remove(file));
        }
    }

    @Override
    public synchronized void touch(Path file, Instant modified) {
        var node = running().file(file);
        change("touch " + file, () -> node.modified = modified);
    }

    @Override
    public synchronized void forceDirectory(Path folder) {
        var node = running().folder(folder);
        change("force folder " + folder, node::force);
    }

    @Override
    public synchronized Optional<Entry> find(Path path) {
        var node = running().find(path);
        return node == null ? Optional.empty() : Optional.of(entry(name(path), node));
    }

    @Override
    public synchronized List<Entry> list(Path folder) {
        var entries = new ArrayList<Entry>();
        if (running().find(folder) instanceof Node.Folder found) {
            found.current.forEach((name, node) -> entries.add(entry(name, node)));
        }
        return entries;
    }

    @Override
    public synchronized long usableSpace(Path path) {
        return space;
    }

    private static Entry entry(String name, Node node) {
        return switch (node) {
            case Node.File file -> new Entry(name, false, file.current.size(), file.modified());
            case Node.Folder folder -> new Entry(name, true, 0, folder.modified());
        };
    }

    /** Does what changes something, unless the machine stops in it. */
    private void change(String operation, Runnable effect) {
        requireRunning(operation);
        if (writeProtected) {
            throw failure(new AccessDeniedException(operation, null, "Read-only file system"));
        }
        operations++;
        if (operations >= stopAt) {
            if (survival.lastOperation()) {
                effect.run();
            }
            stopped = true;
            throw new PowerCutException(operation);
        }
        effect.run();
    }

    private FileTree running() {
        requireRunning("look for a file");
        return tree;
    }

    private void requireRunning(String operation) {
        if (stopped) {
            throw new PowerCutException(operation);
        }
    }

    /** A file in use since one start of the machine. */
    private final class OpenFile implements DurableFile {

        private final Path path;
        private final Node.File file;
        private final int openedIn = start;
        private boolean closed;

        OpenFile(Path path, Node.File file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes) {
            synchronized (PowerFailureDisk.this) {
                requireOpen("write " + path);
                var chunk = new byte[(int) Math.min(space, bytes.remaining())];
                bytes.get(chunk);
                change("write " + path, () -> {
                    file.current.append(chunk, 0, chunk.length);
                    file.modified = time.instant();
                    space -= chunk.length;
                });
                if (bytes.hasRemaining()) {
                    throw failure(new NoSpaceException(path));
                }
            }
        }

        @Override
        public void truncate(long size) {
            synchronized (PowerFailureDisk.this) {
                requireOpen("truncate " + path);
                change("truncate " + path, () -> {
                    file.truncate(Math.toIntExact(size));
                    file.modified = time.instant();
                });
            }
        }

        @Override
        public void force() {
            synchronized (PowerFailureDisk.this) {
                requireOpen("force " + path);
                change("force " + path, file::force);
            }
        }

        @Override
        public long size() {
            synchronized (PowerFailureDisk.this) {
                requireOpen("size of " + path);
                return file.current.size();
            }
        }

        @Override
        public int read(long offset, ByteBuffer target) {
            synchronized (PowerFailureDisk.this) {
                requireOpen("read " + path);
                if (offset >= file.current.size()) {
                    return -1;
                }
                var count = (int) Math.min(file.current.size() - offset, target.remaining());
                target.put(file.current.array(), Math.toIntExact(offset), count);
                return count;
            }
        }

        @Override
        public void close() {
            synchronized (PowerFailureDisk.this) {
                closed = true;
            }
        }

        private void requireOpen(String operation) {
            requireRunning(operation);
            if (openedIn != start) {
                throw new PowerCutException(operation);
            }
            if (closed) {
                throw failure(new FileSystemException(path.toString(), null, "closed"));
            }
        }
    }
}
