package io.holdfast.postgres.capture;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.disk.Disk;
import io.holdfast.repository.disk.DurableFile;
import io.holdfast.repository.disk.NoSpaceException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Received WAL on the local disk until the repository has it. What {@link #append} has returned for survives a kill and a
 * power failure. A file holds at most one segment and is never appended to after a restart or a failed write: the next
 * batch begins a new file. Files go one by one, oldest first.
 *
 * <p>One thread appends and begins runs, another reads and releases; the rest may be called by any. Guarded by
 * {@code this}, but for reading content.
 */
public final class Spool implements AutoCloseable {

    private final Disk disk;
    private final Path folder;
    private final WalSegmentSize segmentSize;
    private final long limit;
    private final List<SpoolFile> files = new ArrayList<>();

    /** The file that is being appended to; always the last of {@link #files}. */
    private @Nullable DurableFile open;

    private long number;
    private @Nullable TimelineId timeline;
    private Lsn end = Lsn.NONE;

    private Spool(Disk disk, Path folder, WalSegmentSize segmentSize, long limit) {
        this.disk = disk;
        this.folder = folder;
        this.segmentSize = segmentSize;
        this.limit = limit;
    }

    /**
     * Opens a spool for writing; the folder is made if it is absent.
     *
     * @param limit bytes that it may take on the disk
     */
    public static Spool open(Disk disk, Path folder, WalSegmentSize segmentSize, long limit) {
        if (limit < 4L * segmentSize.bytes()) {
            throw SpoolException.tooSmall(limit, 4L * segmentSize.bytes());
        }
        var spool = new Spool(disk, folder, segmentSize, limit);
        try {
            disk.createDirectories(folder);
            spool.forceAbove();
            spool.load();
            spool.makeDurable();
        } catch (UncheckedIOException e) {
            throw spool.explain(e);
        }
        return spool;
    }

    /** Looks at a spool without changing it; nobody may be writing to it. */
    public static Spool openForReading(Disk disk, Path folder, WalSegmentSize segmentSize) {
        var spool = new Spool(disk, folder, segmentSize, 0);
        try {
            spool.load();
        } catch (UncheckedIOException e) {
            throw spool.explain(e);
        }
        return spool;
    }

    private void load() {
        disk.list(folder).stream()
                .flatMap(entry -> SpoolFile.named(folder, entry.name()).stream())
                .sorted(Comparator.comparingLong(SpoolFile::run).thenComparing(SpoolFile::start))
                .forEach(this::load);
        if (!files.isEmpty()) {
            number = files.getLast().run();
            timeline = files.getLast().timeline();
            end = files.getLast().end();
        }
    }

    private void load(SpoolFile file) {
        try (var content = disk.open(file.path())) {
            file.scan(content);
        }
        if (!files.isEmpty() && files.getLast().run() == file.run()) {
            var before = files.getLast();
            before.cut(file.start());
            if (!before.end().equals(file.start())) {
                throw SpoolException.damaged(
                        before.path(), "ends at %s instead of %s".formatted(before.end(), file.start()));
            }
        }
        files.add(file);
    }

    /** A killed process may have made folders and left their names unforced; those we may not list are not ours. */
    private void forceAbove() {
        for (var above = folder.getParent(); above != null; above = above.getParent()) {
            try {
                disk.forceDirectory(above);
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof AccessDeniedException)) {
                    throw e;
                }
            }
        }
    }

    /** A killed process may have left bytes and names that nobody forced. */
    private void makeDurable() {
        if (!files.isEmpty()) {
            var last = files.getLast();
            if (last.start().equals(last.end())) {
                disk.delete(last.path());
                files.removeLast();
            } else {
                try (var content = disk.append(last.path())) {
                    content.force();
                }
            }
        }
        disk.forceDirectory(folder);
    }

    /** What is there, oldest first. */
    public synchronized List<SpoolRun> runs() {
        var runs = new ArrayList<SpoolRun>();
        for (var file : files) {
            if (!runs.isEmpty() && runs.getLast().number() == file.run()) {
                var before = runs.removeLast();
                runs.add(new SpoolRun(before.number(), before.timeline(), before.start(), file.end()));
            } else {
                runs.add(new SpoolRun(file.run(), file.timeline(), file.start(), file.end()));
            }
        }
        return List.copyOf(runs);
    }

    /** The run that is appended to. */
    public synchronized Optional<SpoolRun> last() {
        var runs = runs();
        if (timeline == null) {
            return Optional.empty();
        }
        return !runs.isEmpty() && runs.getLast().number() == number
                ? Optional.of(runs.getLast())
                : Optional.of(new SpoolRun(number, timeline, end, end));
    }

    /** The cluster whose WAL is here; empty if there is none. */
    public Optional<SystemIdentifier> writer() {
        int needed = SystemIdentifier.BYTES_OF_SEGMENT;
        return runs().stream()
                .filter(run -> run.end().minus(run.start()) >= needed)
                .findFirst()
                .map(run -> SystemIdentifier.ofSegment(
                        read(run, run.start(), run.start().plus(needed))));
    }

    /** Removes everything that is here: all of it is stored, and nothing will be added to it. */
    void discard() {
        try {
            release(new SpoolRun(Long.MAX_VALUE, new TimelineId(1), Lsn.NONE, Lsn.NONE), Lsn.NONE);
            for (var entry : disk.list(folder)) {
                if (entry.name().endsWith(".history")) {
                    disk.delete(folder.resolve(entry.name()));
                }
            }
            disk.forceDirectory(folder);
        } catch (UncheckedIOException e) {
            throw explain(e);
        }
    }

    /** Bytes on the disk. */
    public synchronized long bytes() {
        return files.stream().mapToLong(SpoolFile::size).sum();
    }

    /** Whether enough of its limit and of the disk is free again to go on after it was full. */
    boolean hasRoom() {
        try {
            return bytes() <= limit / 2 && disk.usableSpace(folder) >= segmentSize.bytes();
        } catch (UncheckedIOException e) {
            throw explain(e);
        }
    }

    /** Begins another run, at the start of a segment. */
    public synchronized void begin(TimelineId newTimeline, Lsn start) {
        if (segmentSize.offset(start) != 0) {
            throw new IllegalArgumentException("no segment begins at " + start);
        }
        closeFile();
        number++;
        timeline = newTimeline;
        end = start;
    }

    /**
     * Appends to the last run and makes it durable.
     *
     * @throws SpoolException if there is no room, or the disk fails; nothing was appended then that counts
     */
    public synchronized void append(byte[] bytes, int offset, int length) {
        int done = 0;
        while (done < length) {
            int room = segmentSize.bytes() - segmentSize.offset(end);
            int count = Math.min(room, length - done);
            appendBatch(bytes, offset + done, count);
            done += count;
        }
    }

    private void appendBatch(byte[] bytes, int offset, int length) {
        if (bytes() + SpoolFile.HEADER + length > limit) {
            throw SpoolException.atLimit(folder, limit);
        }
        var batch = ByteBuffer.allocate(SpoolFile.HEADER + length);
        batch.put(SpoolFile.HEADER, bytes, offset, length);
        SpoolFile.header(batch, end, length);
        try {
            boolean isNew = open == null;
            var target = file();
            target.write(batch);
            target.force();
            if (isNew) {
                disk.forceDirectory(folder);
            }
        } catch (UncheckedIOException e) {
            abandonFile();
            throw explain(e);
        }
        files.getLast().added(length);
        end = end.plus(length);
        if (segmentSize.offset(end) == 0) {
            closeFile();
        }
    }

    private DurableFile file() {
        var current = open;
        if (current != null) {
            return current;
        }
        var line = timeline;
        if (line == null) {
            throw new IllegalStateException("no run was begun");
        }
        var path = folder.resolve(SpoolFile.name(number, line, end));
        // Left by a write that failed before anything of it counted.
        disk.delete(path);
        var created = disk.create(path);
        files.add(new SpoolFile(path, number, line, end));
        open = created;
        return created;
    }

    /** After a failed write or force nobody knows what the disk holds beyond the last batch: go on in another file. */
    private void abandonFile() {
        closeFile();
        if (!files.isEmpty()
                && files.getLast().run() == number
                && files.getLast().start().equals(end)) {
            files.removeLast();
        }
    }

    private void closeFile() {
        var current = open;
        open = null;
        if (current != null) {
            try {
                current.close();
            } catch (UncheckedIOException e) {
                // Everything that counts was forced.
            }
        }
    }

    /** Reads a part of a run that is there. */
    public byte[] read(SpoolRun run, Lsn from, Lsn to) {
        var target = ByteBuffer.allocate(Math.toIntExact(to.minus(from)));
        var at = from;
        while (at.isBefore(to)) {
            var position = at;
            var file = fileAt(run.number(), position);
            try (var content = disk.open(file.path())) {
                synchronized (this) {
                    at = file.read(content, position, to, target);
                }
            } catch (UncheckedIOException e) {
                throw explain(e);
            }
        }
        return target.array();
    }

    private synchronized SpoolFile fileAt(long run, Lsn position) {
        return files.stream()
                .filter(file -> file.run() == run && !position.isBefore(file.start()) && position.isBefore(file.end()))
                .findFirst()
                .orElseThrow(() -> SpoolException.released(folder, position));
    }

    /** Removes the files of earlier runs, and those of {@code run} that end at or before {@code position}. */
    public void release(SpoolRun run, Lsn position) {
        while (true) {
            SpoolFile oldest;
            synchronized (this) {
                if (files.isEmpty() || (open != null && files.size() == 1)) {
                    return;
                }
                oldest = files.getFirst();
                boolean done = oldest.run() < run.number()
                        || (oldest.run() == run.number() && !oldest.end().isAfter(position));
                if (!done) {
                    return;
                }
                files.removeFirst();
            }
            try {
                disk.delete(oldest.path());
                // One at a time: a power failure must not bring back an older file without its successor.
                disk.forceDirectory(folder);
            } catch (UncheckedIOException e) {
                throw explain(e);
            }
        }
    }

    /** Keeps the history of a timeline, durably, for as long as WAL on it may be here. */
    public void keepHistory(TimelineId line, String content) {
        var path = folder.resolve(line.historyFileName());
        var temporary = folder.resolve(line.historyFileName() + ".new");
        try {
            disk.delete(temporary);
            try (var file = disk.create(temporary)) {
                file.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
                file.force();
            }
            disk.move(temporary, path);
            disk.forceDirectory(folder);
        } catch (UncheckedIOException e) {
            throw explain(e);
        }
    }

    /** The text of a history file; empty for a timeline without one. */
    public Optional<String> historyFile(TimelineId line) {
        var path = folder.resolve(line.historyFileName());
        try {
            if (!disk.exists(path)) {
                return Optional.empty();
            }
            try (var file = disk.open(path)) {
                var bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
                long at = 0;
                while (bytes.hasRemaining()) {
                    at += Math.max(0, file.read(at, bytes));
                }
                return Optional.of(new String(bytes.array(), StandardCharsets.UTF_8));
            }
        } catch (UncheckedIOException e) {
            throw explain(e);
        }
    }

    /** The history of a timeline whose WAL is here. */
    public TimelineHistory history(TimelineId line) {
        return historyFile(line)
                .map(text -> TimelineHistory.parse(line, text))
                .orElseGet(() -> TimelineHistory.withoutParents(line));
    }

    public WalSegmentSize segmentSize() {
        return segmentSize;
    }

    private SpoolException explain(UncheckedIOException e) {
        return e.getCause() instanceof NoSpaceException
                ? SpoolException.noSpace(folder, e)
                : SpoolException.failed(folder, e);
    }

    @Override
    public synchronized void close() {
        closeFile();
    }
}
