package io.holdfast.postgres.capture;

import io.holdfast.postgres.archive.GapReason;
import io.holdfast.repository.disk.Disk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/** What a capture remembers in its state folder. Thread-safe, guarded by {@code this}. */
public final class LocalState {

    private static final String STATUS = "status.json";
    private static final String TOKEN = "token.json";
    private static final String GAP = "gap-reason.json";
    private static final String EXPOSURE = "exposure.json";
    private static final int TOKEN_BYTES = 16;

    private final StateFiles files;
    private final BackupWishes wishes;

    /** Asked for, but not on the disk yet. */
    private Optional<WantedBackup> unwritten = Optional.empty();

    public LocalState(Disk disk, Path folder) {
        files = StateFiles.create(disk, folder);
        wishes = new BackupWishes(files);
    }

    private record Token(String token) {}

    private record Gap(long run, GapReason reason) {}

    Path folder() {
        return files.folder();
    }

    Path spool() {
        return files.folder().resolve("spool");
    }

    /** Drawn once in the life of the folder. */
    synchronized String token(SecureRandom random) {
        return files.read(TOKEN, Token.class).map(Token::token).orElseGet(() -> {
            var bytes = new byte[TOKEN_BYTES];
            random.nextBytes(bytes);
            var token = HexFormat.of().formatHex(bytes);
            files.write(TOKEN, new Token(token));
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
            return StateFiles.in(folder).read(TOKEN, Token.class).map(Token::token);
        }
    }

    synchronized void publish(CaptureStatus status) {
        files.write(STATUS, status);
    }

    /** What found no room before, and the room for the next time. */
    synchronized void writeWhatWaits() {
        unwritten.ifPresent(this::wantBackup);
        files.reserve();
    }

    static Optional<CaptureStatus> readStatus(Path folder) {
        return StateFiles.in(folder).read(STATUS, CaptureStatus.class);
    }

    /** Whether a base backup has to be taken, and why. */
    public synchronized Optional<WantedBackup> wantedBackup() {
        return unwritten.or(wishes::newest);
    }

    /**
     * Remembers it until a backup answers it; should the process end before it could be written, it is lost.
     *
     * @throws SpoolException if there is no room even for that: it counts, and is written when there is
     */
    synchronized void wantBackup(WantedBackup wanted) {
        unwritten = Optional.of(wanted);
        wishes.remember(wanted);
        unwritten = Optional.empty();
    }

    /** A backup has been completed that was begun after {@code answered} was asked for. */
    public synchronized void backupTaken(WantedBackup answered) {
        unwritten = unwritten.filter(wanted -> !wanted.equals(answered));
        wishes.answered(answered);
    }

    /** Before the first commit is let go: a restart must not forget it. */
    synchronized void remember(Exposure exposure) {
        files.write(EXPOSURE, exposure);
    }

    synchronized Optional<Exposure> exposure() {
        return files.read(EXPOSURE, Exposure.class);
    }

    synchronized void forgetExposure() {
        files.delete(EXPOSURE);
    }

    /** Why there is a gap before a run of the spool; the document is written when the repository can be reached. */
    synchronized void rememberGapReason(long run, GapReason reason) {
        files.write(GAP, new Gap(run, reason));
    }

    synchronized GapReason gapReason(long run) {
        return files.read(GAP, Gap.class)
                .filter(gap -> gap.run() == run)
                .map(Gap::reason)
                .orElse(GapReason.WAL_REMOVED);
    }
}
