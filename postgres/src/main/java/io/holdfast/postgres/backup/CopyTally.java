package io.holdfast.postgres.backup;

import io.holdfast.postgres.wal.Lsn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What the copiers count together. Thread-safe. */
final class CopyTally {

    /** More damaged pages than this are only counted. */
    static final int MOST_NAMED = 1000;

    private final BackupProgress progress;
    private final LongAdder files = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final Map<ReadReason, LongAdder> readBytes = new EnumMap<>(ReadReason.class);
    private final LongAdder storedBytes = new LongAdder();
    private final LongAdder changedBlocks = new LongAdder();
    private final LongAdder doubtfulFiles = new LongAdder();
    private final LongAdder consolidatedStored = new LongAdder();
    private final AtomicLong damagedPages = new AtomicLong();
    private final List<DamagedPage> damaged = new ArrayList<>();
    private final ChangedPages changed = new ChangedPages();
    private final ParentDamage parentDamage = new ParentDamage();

    CopyTally(BackupProgress progress) {
        this.progress = progress;
        for (var reason : ReadReason.values()) {
            readBytes.put(reason, new LongAdder());
        }
    }

    void catalogued(long fileCount, long fileBytes) {
        files.add(fileCount);
        bytes.add(fileBytes);
    }

    void read(long count, ReadReason reason) {
        Objects.requireNonNull(readBytes.get(reason)).add(count);
        progress.advanced(count);
    }

    /** So many bytes need not be read. */
    void spared(long count) {
        progress.spared(count);
    }

    /** Blocks of a file that is not read whole. */
    void changedBlocks(long count) {
        changedBlocks.add(count);
    }

    /** A file contradicts what is known of its changes. */
    void doubtful() {
        doubtfulFiles.increment();
    }

    /**
     * A frame was stored of which a part had not changed.
     *
     * @param stored bytes of the frame in the repository
     * @param unchanged of {@code plain} bytes
     */
    void consolidated(long stored, int unchanged, int plain) {
        consolidatedStored.add(stored * unchanged / plain);
    }

    void stored(long count) {
        storedBytes.add(count);
    }

    void damaged(DamagedPage page) {
        if (damagedPages.incrementAndGet() <= MOST_NAMED) {
            synchronized (damaged) {
                damaged.add(page);
            }
        }
    }

    /** A page that says it was changed after the backup's start: true only if the position is before its stop. */
    void changed(DamagedPage page, Lsn position) {
        changed.add(page, position);
    }

    /** Now that the stop is known, pages from beyond it are found out. */
    void stoppedAt(Lsn stop) {
        changed.beyond(stop).forEach(this::damaged);
    }

    ParentDamage parentDamage() {
        return parentDamage;
    }

    long files() {
        return files.sum();
    }

    long bytes() {
        return bytes.sum();
    }

    long readBytes() {
        return readBytes.values().stream().mapToLong(LongAdder::sum).sum();
    }

    long readBytes(ReadReason reason) {
        return Objects.requireNonNull(readBytes.get(reason)).sum();
    }

    long changedBlocks() {
        return changedBlocks.sum();
    }

    long doubtfulFiles() {
        return doubtfulFiles.sum();
    }

    long consolidatedStored() {
        return consolidatedStored.sum();
    }

    long storedBytes() {
        return storedBytes.sum();
    }

    long damagedPages() {
        return damagedPages.get();
    }

    /** The first of them, by file and block. */
    List<DamagedPage> damaged() {
        synchronized (damaged) {
            return damaged.stream()
                    .sorted(Comparator.comparing(DamagedPage::file).thenComparingLong(DamagedPage::block))
                    .toList();
        }
    }
}
