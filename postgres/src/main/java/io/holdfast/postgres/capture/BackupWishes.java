package io.holdfast.postgres.capture;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * The base backups that a state folder asks for. Each wish is a file of its own, named after what it says, so that a backup
 * which was begun before the next wish, in whatever process, cannot answer that one by mistake. Only the capture that owns
 * the folder remembers wishes; whoever took a backup removes the one that it answers.
 */
public final class BackupWishes {

    private static final String PREFIX = "backup-wanted";

    private final StateFiles files;

    BackupWishes(StateFiles files) {
        this.files = files;
    }

    /** Those of a folder that may be in use, or absent. */
    public static BackupWishes in(Path stateFolder) {
        return new BackupWishes(StateFiles.in(stateFolder));
    }

    public Optional<WantedBackup> newest() {
        return files.names(PREFIX).reversed().stream()
                .flatMap(name -> files.read(name, WantedBackup.class).stream())
                .findFirst();
    }

    /** A newer wish stands for the older ones: what answers it was begun after all of them. */
    void remember(WantedBackup wanted) {
        var name = name(wanted);
        files.write(name, wanted);
        files.names(PREFIX).stream().filter(other -> !other.equals(name)).forEach(files::delete);
    }

    /** A backup has been completed that was begun after this was asked for. */
    public void answered(WantedBackup wanted) {
        files.names(PREFIX).stream()
                .filter(name -> files.read(name, WantedBackup.class)
                        .filter(wanted::equals)
                        .isPresent())
                .forEach(files::delete);
    }

    private static String name(WantedBackup wanted) {
        return "%s-%s-%s.json"
                .formatted(
                        PREFIX,
                        wanted.since().toString().replace(':', '-'),
                        wanted.reason().name().toLowerCase(Locale.ROOT));
    }
}
