package io.holdfast.postgres.capture;

import io.holdfast.postgres.archive.GapReason;
import io.holdfast.repository.disk.Disk;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.document.Json;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/** The small files of a state folder, each replaced atomically. Thread-safe. */
public final class LocalState {

    private static final String STATUS = "status.json";
    private static final String TOKEN = "token.json";
    private static final String WANTED = "backup-wanted.json";
    private static final String GAP = "gap-reason.json";
    private static final int TOKEN_BYTES = 16;

    private final Disk disk;
    private final Path folder;

    public LocalState(Disk disk, Path folder) {
        this.disk = disk;
        this.folder = folder;
        disk.createDirectories(folder);
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

    synchronized void publish(CaptureStatus status) {
        write(STATUS, status);
    }

    static Optional<CaptureStatus> readStatus(Path folder) {
        return read(new LocalDisk(), folder.resolve(STATUS), CaptureStatus.class);
    }

    /** Whether a base backup has to be taken, and why. */
    public synchronized Optional<WantedBackup> wantedBackup() {
        return read(disk, folder.resolve(WANTED), WantedBackup.class);
    }

    /** Remembers it until {@link #backupTaken}. */
    synchronized void wantBackup(WantedBackup wanted) {
        write(WANTED, wanted);
    }

    /** A backup has been completed that was begun after {@code answered} was asked for. */
    public synchronized void backupTaken(WantedBackup answered) {
        if (wantedBackup().filter(answered::equals).isPresent()) {
            disk.delete(folder.resolve(WANTED));
            disk.forceDirectory(folder);
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
        var temporary = folder.resolve(name + ".new");
        disk.delete(temporary);
        try (var file = disk.create(temporary)) {
            file.write(ByteBuffer.wrap(Json.mapper().writeValueAsBytes(document)));
            file.force();
        }
        disk.move(temporary, folder.resolve(name));
        disk.forceDirectory(folder);
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
