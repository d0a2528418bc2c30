package io.holdfast.postgres.restore.replay;

import io.holdfast.embedded.UnprivilegedUser;
import io.holdfast.postgres.Pause;
import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.wal.WalSegmentName;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.document.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the WAL of a recovery beside the server, some segments ahead of what it has asked for. One at a time works on a
 * folder; it ends when recovery has ended, when the folder is gone, when nothing was asked for a while, or with an error, which
 * it leaves in the folder. The script starts it again when the server asks for more.
 */
public final class WalPrefetch {

    private static final Logger LOG = LoggerFactory.getLogger(WalPrefetch.class);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);
    private static final Duration IDLE = Duration.ofMinutes(10);

    private final ReplayFolder folder;
    private final Pause pause;
    private final UnprivilegedUser user;

    /**
     * Prepares it.
     *
     * @param state the folder of the restore
     * @param user who runs the server: files are given to this user
     */
    public WalPrefetch(Path state, Pause pause, UnprivilegedUser user) {
        this.folder = new ReplayFolder(state);
        this.pause = pause;
        this.user = user;
    }

    /**
     * Works until there is no more to do, or it is interrupted.
     *
     * @throws HoldfastException after writing its message for the script
     */
    public void run(RepositoryOpener opener) {
        exclusively(held -> {
            var catalogue = catalogue(held);
            try (var repository = opener.open(catalogue.repository())) {
                follow(held, catalogue, repository);
            }
        });
    }

    /** The same with a repository that is open, and stays so. */
    public void runWith(Repository repository) {
        exclusively(held -> follow(held, catalogue(held), repository));
    }

    private interface Work {

        void run(HeldFolder held) throws IOException, InterruptedException;
    }

    private void exclusively(Work work) {
        try (var held = HeldFolder.openWithin(folder.path(), user);
                var lock = held.lockFile(name(folder.lock()))) {
            if (!locked(lock)) {
                LOG.info("another prefetcher works here folder={}", folder.path());
                return;
            }
            runAlone(held, work);
        } catch (IOException e) {
            throw ReplayException.io("work in", folder.path(), e);
        }
    }

    private static boolean locked(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }

    private void runAlone(HeldFolder held, Work work) throws IOException {
        var beats = new AtomicLong();
        try (var heart = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("prefetch-beat").daemon().factory())) {
            replace(
                    held,
                    folder.process(),
                    Long.toString(ProcessHandle.current().pid()));
            var _ = heart.scheduleAtFixedRate(
                    () -> replace(held, folder.beat(), Long.toString(beats.incrementAndGet())), 0, 1, TimeUnit.SECONDS);
            try {
                work.run(held);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (Throwable problem) {
                // Whatever it is, errors of the JVM included, the server's log must say why it stops.
                report(held, problem);
                throw problem;
            } finally {
                heart.shutdownNow();
            }
        } finally {
            held.delete(name(folder.process()));
        }
    }

    private ReplayCatalogue catalogue(HeldFolder held) {
        try {
            return Json.mapper().readValue(held.read(name(folder.catalogue())), ReplayCatalogue.class);
        } catch (IOException e) {
            throw ReplayException.io("read", folder.catalogue(), e);
        }
    }

    private void follow(HeldFolder held, ReplayCatalogue catalogue, Repository repository)
            throws IOException, InterruptedException {
        var archive = WalArchive.load(repository, catalogue.generation());
        var idle = Duration.ZERO;
        var last = Optional.<Wanted>empty();
        try (var wal = held.child(name(folder.wal()));
                var ahead = new ReadAhead(catalogue, archive, wal)) {
            while (!isOver(held) && idle.compareTo(IDLE) < 0) {
                var wanted = wanted(held);
                idle = wanted.equals(last) && !ahead.isBusy() ? idle.plus(BETWEEN_LOOKS) : Duration.ZERO;
                last = wanted;
                if (wanted.isPresent()) {
                    ahead.follow(wanted.get().name(), wanted.get().waiting());
                }
                if (ahead.isBusy()) {
                    ahead.await(BETWEEN_LOOKS);
                } else {
                    pause.pause(BETWEEN_LOOKS);
                }
            }
        }
    }

    /** What the server asked for last. */
    private record Wanted(WalSegmentName name, boolean waiting) {}

    private Optional<Wanted> wanted(HeldFolder held) throws IOException {
        try {
            var words = new String(held.read(name(folder.wanted())), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ", -1);
            return words.length == 2 && WalSegmentName.isValid(words[0])
                    ? Optional.of(new Wanted(new WalSegmentName(words[0]), words[1].equals("waiting")))
                    : Optional.empty();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private boolean isOver(HeldFolder held) {
        return !held.exists(name(folder.catalogue())) || !Files.exists(folder.recoverySignal());
    }

    private void report(HeldFolder held, Throwable problem) {
        LOG.error("prefetching stops folder={}", folder.path(), problem);
        var text = problem instanceof HoldfastException known
                ? known.getMessage() + " (" + known.hint() + ")"
                : problem.toString();
        replace(held, folder.error(), text.replace('\n', ' '));
    }

    private static void replace(HeldFolder held, Path file, String content) {
        try {
            held.replace(name(file), (content + "\n").getBytes(StandardCharsets.UTF_8), false);
        } catch (IOException e) {
            LOG.warn("cannot write file={}", file, e);
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }
}
