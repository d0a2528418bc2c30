package io.holdfast.postgres.restore.replay;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.WalSegmentName;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.document.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the WAL of a recovery beside the server, a few segments ahead of what it has asked for. One at a time works on a
 * folder; it ends when recovery has ended, when the folder is gone, when nothing was asked for a while, or with an error, which
 * it leaves in the folder. The script starts it again when the server asks for more.
 */
public final class WalPrefetch {

    private static final Logger LOG = LoggerFactory.getLogger(WalPrefetch.class);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);
    private static final Duration IDLE = Duration.ofMinutes(10);
    private static final long MOST_BYTES_AHEAD = 256L * 1024 * 1024;
    private static final int MOST_AHEAD = 16;

    private final ReplayFolder folder;
    private final Pause pause;
    private final Consumer<Path> owner;

    /**
     * For the user that runs the server.
     *
     * @param state the folder of the restore
     */
    public WalPrefetch(Path state, Pause pause) {
        this(state, pause, _ -> {});
    }

    /**
     * For root.
     *
     * @param owner gives files to the user that runs the server, when that is another one
     */
    public WalPrefetch(Path state, Pause pause, Consumer<Path> owner) {
        this.folder = new ReplayFolder(state);
        this.pause = pause;
        this.owner = owner;
    }

    /**
     * Works until there is no more to do, or it is interrupted.
     *
     * @throws HoldfastException after writing its message for the script
     */
    public void run(RepositoryOpener opener) {
        exclusively(() -> {
            var catalogue = catalogue();
            try (var repository = opener.open(catalogue.repository())) {
                follow(catalogue, repository);
            }
        });
    }

    /** The same with a repository that is open, and stays so. */
    public void runWith(Repository repository) {
        exclusively(() -> follow(catalogue(), repository));
    }

    private interface Work {

        void run() throws InterruptedException;
    }

    private void exclusively(Work work) {
        try (var lock = FileChannel.open(
                folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            owner.accept(folder.lock());
            if (!locked(lock)) {
                LOG.info("another prefetcher works here folder={}", folder.path());
                return;
            }
            runAlone(work);
        } catch (IOException e) {
            throw ReplayException.io("open", folder.lock(), e);
        }
    }

    private static boolean locked(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    private void runAlone(Work work) {
        var beats = new AtomicLong();
        try (var heart = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("prefetch-beat").daemon().factory())) {
            replace(folder.process(), Long.toString(ProcessHandle.current().pid()));
            var _ = heart.scheduleAtFixedRate(
                    () -> replace(folder.beat(), Long.toString(beats.incrementAndGet())), 0, 1, TimeUnit.SECONDS);
            try {
                work.run();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (Throwable problem) {
                // Whatever it is, errors of the JVM included, the server's log must say why it stops.
                report(problem);
                throw problem;
            } finally {
                heart.shutdownNow();
            }
        } finally {
            delete(folder.process());
        }
    }

    private ReplayCatalogue catalogue() {
        try {
            return Json.mapper().readValue(Files.readAllBytes(folder.catalogue()), ReplayCatalogue.class);
        } catch (IOException e) {
            throw ReplayException.io("read", folder.catalogue(), e);
        }
    }

    private void follow(ReplayCatalogue catalogue, Repository repository) throws InterruptedException {
        var archive = WalArchive.load(repository, catalogue.generation());
        var assembly = new SegmentAssembly(catalogue, archive, folder.wal(), owner);
        var idle = Duration.ZERO;
        var last = Optional.<Wanted>empty();
        while (!isOver() && idle.compareTo(IDLE) < 0) {
            var wanted = wanted();
            if (wanted.equals(last)) {
                idle = idle.plus(BETWEEN_LOOKS);
            } else {
                idle = Duration.ZERO;
                last = wanted;
            }
            if (wanted.isEmpty() || !bringNext(catalogue, assembly, wanted.get())) {
                pause.pause(BETWEEN_LOOKS);
            }
        }
    }

    /** What the server asked for last. */
    private record Wanted(WalSegmentName name, boolean waiting) {}

    private Optional<Wanted> wanted() {
        try {
            var words = Files.readString(folder.wanted()).strip().split(" ", -1);
            return words.length == 2 && WalSegmentName.isValid(words[0])
                    ? Optional.of(new Wanted(new WalSegmentName(words[0]), words[1].equals("waiting")))
                    : Optional.empty();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw ReplayException.io("read", folder.wanted(), e);
        }
    }

    /** Brings the first segment that is missing in the window, one, so that what the server asks next is seen soon. */
    private boolean bringNext(ReplayCatalogue catalogue, SegmentAssembly assembly, Wanted wanted) {
        var size = catalogue.segmentSize();
        var position = wanted.name().start(size);
        if (wanted.waiting()) {
            if (isThere(wanted.name())) {
                return false;
            }
            removeBefore(position, catalogue);
            bring(catalogue, assembly, wanted.name());
            return true;
        }
        for (int ahead = 1; ahead <= windowOf(catalogue); ahead++) {
            position = position.plus(size.bytes());
            var name = catalogue.name(position);
            if (!isThere(name)) {
                bring(catalogue, assembly, name);
                return true;
            }
            if (catalogue.isBeyondEnd(name)) {
                return false;
            }
        }
        return false;
    }

    private static int windowOf(ReplayCatalogue catalogue) {
        return Math.clamp(MOST_BYTES_AHEAD / catalogue.segmentSize().bytes(), 1, MOST_AHEAD);
    }

    private void bring(ReplayCatalogue catalogue, SegmentAssembly assembly, WalSegmentName name) {
        if (catalogue.isBeyondEnd(name)) {
            replace(absent(name), "");
        } else if (catalogue.name(name.start(catalogue.segmentSize())).equals(name)) {
            assembly.assemble(name);
        } else {
            throw ReplayException.notOnTheWay(name, catalogue);
        }
    }

    private boolean isThere(WalSegmentName name) {
        return Files.exists(folder.wal().resolve(name.text())) || Files.exists(absent(name));
    }

    private Path absent(WalSegmentName name) {
        return folder.wal().resolve(name.text() + ".absent");
    }

    /** A server that was restarted asks again for what it had; what lies behind is not needed twice. */
    private void removeBefore(Lsn position, ReplayCatalogue catalogue) {
        try (var files = Files.newDirectoryStream(folder.wal())) {
            for (var file : files) {
                var name = file.getFileName().toString();
                if (WalSegmentName.isValid(name)
                        && new WalSegmentName(name)
                                .start(catalogue.segmentSize())
                                .isBefore(position)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw ReplayException.io("tidy", folder.wal(), e);
        }
    }

    private boolean isOver() {
        return !Files.exists(folder.catalogue()) || !Files.exists(folder.recoverySignal());
    }

    private void report(Throwable problem) {
        LOG.error("prefetching stops folder={}", folder.path(), problem);
        var text = problem instanceof HoldfastException known
                ? known.getMessage() + " (" + known.hint() + ")"
                : problem.toString();
        replace(folder.error(), text.replace('\n', ' '));
    }

    private void replace(Path file, String content) {
        try {
            var next = file.resolveSibling("." + file.getFileName() + ".new");
            Files.writeString(next, content + "\n");
            owner.accept(next);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("cannot write file={}", file, e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("cannot remove file={}", file, e);
        }
    }
}
