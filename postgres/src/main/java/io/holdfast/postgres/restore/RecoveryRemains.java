package io.holdfast.postgres.restore;

import io.holdfast.postgres.restore.TargetDirectory.Marker;
import io.holdfast.postgres.restore.replay.HeldFolder;
import io.holdfast.postgres.restore.replay.ReplayFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a recovery leaves in a data directory: settings of ours in {@code postgresql.auto.conf}, and the folder from which WAL
 * came. Neither must stay when it has ended: a standby made from this directory would recover to the same target and
 * stop there.
 */
public final class RecoveryRemains {

    private static final String AUTOMATIC = "postgresql.auto.conf";
    private static final String NEXT = "postgresql.auto.conf.holdfast";
    private static final int ATTEMPTS = 3;

    private final Path directory;
    private final Path automatic;
    private final ReplayFolder replay;

    private RecoveryRemains(Path directory) {
        this.directory = directory;
        this.automatic = directory.resolve(AUTOMATIC);
        this.replay = ReplayFolder.in(directory);
    }

    public static RecoveryRemains in(Path dataDirectory) {
        return new RecoveryRemains(dataDirectory);
    }

    public Path folder() {
        return replay.path();
    }

    /** Whether the folder is there, for recovery or after it. */
    public boolean hasFolder() {
        return Files.exists(replay.path(), LinkOption.NOFOLLOW_LINKS);
    }

    /** The names of the settings that are ours, in {@code postgresql.auto.conf}. */
    public Set<String> settings() {
        try {
            var text = text(bytes(automatic));
            var kept = List.of(ServerConfiguration.withoutOurs(text, recorded()).split("\n", -1));
            var ours = new TreeSet<String>();
            text.lines()
                    .filter(line -> !kept.contains(line))
                    .forEach(line -> ServerConfiguration.name(line).ifPresent(ours::add));
            return ours;
        } catch (IOException e) {
            throw RestoreException.io("read", automatic, e);
        }
    }

    /** The names of all recovery targets in {@code postgresql.auto.conf}, whoever set them. */
    public Set<String> targets() {
        try {
            var targets = new TreeSet<String>();
            text(bytes(automatic))
                    .lines()
                    .forEach(line -> ServerConfiguration.name(line)
                            .filter(name -> name.startsWith("recovery_target"))
                            .ifPresent(targets::add));
            return targets;
        } catch (IOException e) {
            throw RestoreException.io("read", automatic, e);
        }
    }

    public boolean isEmpty() {
        return !hasFolder() && settings().isEmpty();
    }

    /** As far as files tell: nothing here is still needed. */
    public boolean recoveryHasEnded() {
        return !Files.exists(replay.recoverySignal())
                && !Files.exists(directory.resolve("standby.signal"))
                && !Files.exists(Marker.in(directory));
    }

    /** Removes them. {@code ALTER SYSTEM} may have rewritten the file, which drops our marks: it is written down what we set. */
    public void remove() {
        try {
            for (int attempt = 1; !removeSettings(); attempt++) {
                if (attempt == ATTEMPTS) {
                    throw new IOException("it is being changed by somebody else");
                }
            }
            try (var data = HeldFolder.open(directory, FileOwner.of(directory).user())) {
                data.remove(ReplayFolder.NAME);
            }
        } catch (IOException e) {
            throw RestoreException.io("tidy", directory, e);
        }
    }

    /** False if the server has changed the file meanwhile: then that change counts, and this has to be done again. */
    private boolean removeSettings() throws IOException {
        try (var data = HeldFolder.open(directory, FileOwner.of(directory).user())) {
            var before = data.read(AUTOMATIC);
            var text = text(before);
            var cleaned = ServerConfiguration.withoutOurs(text, recorded());
            if (cleaned.equals(text)) {
                return true;
            }
            data.replace(
                    NEXT,
                    cleaned.getBytes(StandardCharsets.ISO_8859_1),
                    true,
                    Files.getPosixFilePermissions(automatic, LinkOption.NOFOLLOW_LINKS));
            if (!Arrays.equals(before, data.read(AUTOMATIC))) {
                data.delete(NEXT);
                return false;
            }
            data.move(NEXT, AUTOMATIC);
        } catch (NoSuchFileException _) {
            return true;
        }
        Durability.force(directory);
        return true;
    }

    /** None where only the server's user may read it: then our marks tell. */
    private Set<String> recorded() throws IOException {
        try {
            return new HashSet<>(text(bytes(replay.settings())).lines().toList());
        } catch (AccessDeniedException _) {
            return Set.of();
        }
    }

    /** None where the file is absent. */
    private static byte[] bytes(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException _) {
            return new byte[0];
        }
    }

    /** One character for each byte: what is not ours stays as it is, in whatever encoding. */
    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
