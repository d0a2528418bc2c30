package io.holdfast.postgres.capture;

import io.holdfast.postgres.archive.GapReason;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.disk.Disk;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.disk.NoSpaceException;
import io.holdfast.repository.document.Json;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * The small files of a state folder, each replaced atomically. A file that only takes room stands by for the moment when
 * the disk is full: it gives way to what has to be said then. Thread-safe, guarded by {@code this}.
 */
public final class LocalState {

    private static final Logger LOG = LoggerFactory.getLogger(LocalState.class);

    private static final String STATUS = "status.json";
    private static final String TOKEN = "token.json";
    private static final String WANTED = "backup-wanted.json";
    private static final String GAP = "gap-reason.json";
    private static final String RESERVE = "reserve";
    private static final int TOKEN_BYTES = 16;

    /** Room for a few of these files at once, in blocks of every usual file system. */
    private static final int RESERVE_BYTES = 64 * 1024;

    private final Disk disk;
    private final Path folder;

    /** Asked for, but not on the disk yet. */
    private Optional<WantedBackup> unwritten = Optional.empty();

    public LocalState(Disk disk, Path folder) {
        this.disk = disk;
        this.folder = folder;
        disk.createDirectories(folder);
        reserve();
    }

    private record Token(String token) {}

    private record Gap(long run, GapReason reason) {}

    Path folder() {
        return folder;
    }

    Path spool() {
        return folder.resolve("spool");
    }

    /** Drawn once in the life of the folder. */
    synchronized String token(SecureRandom random) {
        return read(disk, folder.resolve(TOKEN), Token.class).map(Token::token).orElseGet(() -> {
            var bytes = new byte[TOKEN_BYTES];
            random.nextBytes(bytes);
            var token = HexFormat.of().formatHex(bytes);
            write(TOKEN, new Token(token));
            return token;
        });
    }

    /**
     * The token of a capture that is not running; empty if there never was one.
     *
     * @throws CaptureException if it is running
     */
    public static Optional<String> tokenIfIdle(Path folder) {
        if (!Files.exists(folder.resolve(TOKEN))) {
            return Optional.empty();
        }
        try (var _ = StateFolderLock.take(folder)) {
            return read(new LocalDisk(), folder.resolve(TOKEN), Token.class).map(Token::token);
        }
    }

    synchronized void publish(CaptureStatus status) {
        write(STATUS, status);
    }

    /** What found no room before, and the room for the next time. */
    synchronized void writeWhatWaits() {
        unwritten.ifPresent(this::wantBackup);
        reserve();
    }

    static Optional<CaptureStatus> readStatus(Path folder) {
        return read(new LocalDisk(), folder.resolve(STATUS), CaptureStatus.class);
    }

    /** Whether a base backup has to be taken, and why. */
    public synchronized Optional<WantedBackup> wantedBackup() {
        return unwritten.or(() -> read(disk, folder.resolve(WANTED), WantedBackup.class));
    }

    /**
     * Remembers it until {@link #backupTaken}; should the process end before it could be written, it is lost.
     *
     * @throws SpoolException if there is no room even for that: it counts, and is written when there is
     */
    synchronized void wantBackup(WantedBackup wanted) {
        unwritten = Optional.of(wanted);
        write(WANTED, wanted);
        unwritten = Optional.empty();
    }

    /** A backup has been completed that was begun after {@code answered} was asked for. */
    public synchronized void backupTaken(WantedBackup answered) {
        if (wantedBackup().filter(answered::equals).isPresent()) {
            unwritten = Optional.empty();
            try {
                disk.delete(folder.resolve(WANTED));
                disk.forceDirectory(folder);
            } catch (UncheckedIOException e) {
                throw explain(e);
            }
        }
    }

    /** Why there is a gap before a run of the spool; the document is written when the repository can be reached. */
    synchronized void rememberGapReason(long run, GapReason reason) {
        write(GAP, new Gap(run, reason));
    }

    synchronized GapReason gapReason(long run) {
        return read(disk, folder.resolve(GAP), Gap.class)
                .filter(gap -> gap.run() == run)
                .map(Gap::reason)
                .orElse(GapReason.WAL_REMOVED);
    }

    private void write(String name, Object document) {
        var content = Json.mapper().writeValueAsBytes(document);
        try {
            replace(name, content);
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof NoSpaceException)) {
                throw explain(e);
            }
            replaceWithoutReserve(name, content);
        }
    }

    private void replaceWithoutReserve(String name, byte[] content) {
        try {
            disk.delete(folder.resolve(RESERVE));
            replace(name, content);
        } catch (UncheckedIOException e) {
            throw explain(e);
        }
    }

    private void replace(String name, byte[] content) {
        var temporary = folder.resolve(name + ".new");
        disk.delete(temporary);
        try (var file = disk.create(temporary)) {
            file.write(ByteBuffer.wrap(content));
            file.force();
        } catch (UncheckedIOException e) {
            disk.delete(temporary);
            throw e;
        }
        disk.move(temporary, folder.resolve(name));
        disk.forceDirectory(folder);
    }

    /** Made again whenever there is room for ten of it. */
    private void reserve() {
        try {
            var file = folder.resolve(RESERVE);
            if (!disk.exists(file) && disk.usableSpace(folder) / 10 > RESERVE_BYTES) {
                replace(RESERVE, new byte[RESERVE_BYTES]);
            }
        } catch (UncheckedIOException e) {
            LOG.debug("no room can be reserved folder={}", folder, e);
        }
    }

    private HoldfastException explain(UncheckedIOException e) {
        return e.getCause() instanceof NoSpaceException
                ? SpoolException.noSpace(folder, e)
                : CaptureException.stateFolderUnusable(folder, e);
    }

    private static <T> Optional<T> read(Disk disk, Path file, Class<T> type) {
        try {
            if (!disk.exists(file)) {
                return Optional.empty();
            }
            try (var content = disk.open(file)) {
                var bytes = ByteBuffer.allocate(Math.toIntExact(content.size()));
                while (bytes.hasRemaining() && content.read(bytes.position(), bytes) > 0) {
                    // Reads on.
                }
                return Optional.of(Json.mapper().readValue(bytes.array(), type));
            }
        } catch (JacksonException | UncheckedIOException e) {
            throw CaptureException.stateFolderUnusable(file, e);
        }
    }
}
