package io.holdfast.postgres.restore;

import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.cluster.ControlFile;
import io.holdfast.postgres.restore.TargetDirectory.Marker;
import io.holdfast.postgres.restore.replay.HeldFolder;
import io.holdfast.postgres.restore.replay.ReplayCatalogue;
import io.holdfast.postgres.restore.replay.ReplayFolder;
import io.holdfast.postgres.restore.replay.RestoreCommand;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.repository.document.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The files that a restore writes itself, around those of the backup. */
final class Preparation {

    private final Path directory;
    private final RestorePlan plan;
    private final FileOwner owner;
    private final ReplayFolder replay;

    Preparation(Path directory, RestorePlan plan, FileOwner owner) {
        this.directory = directory;
        this.plan = plan;
        this.owner = owner;
        this.replay = ReplayFolder.in(directory);
    }

    /** From now on the directory is known to be unfinished, and no server starts in it. */
    void begin() {
        try {
            boolean existed = Files.isDirectory(directory);
            FolderSweep.createFolders(directory, owner);
            try (var data = HeldFolder.open(directory, owner.user());
                    var folder = data.folder(ReplayFolder.NAME)) {
                for (var old : folder.names()) {
                    if (!old.equals(name(Marker.in(directory)))) {
                        folder.remove(old);
                    }
                }
            }
            write(
                    Marker.in(directory),
                    Json.mapper()
                            .writeValueAsString(
                                    new Marker(plan.backup().details().systemIdentifier())));
            Durability.force(replay.path());
            Durability.force(directory);
            var parent = directory.getParent();
            // A mount point is there whatever is in the folder above it, which others may have closed.
            if (parent != null && !(existed && !Files.isReadable(parent))) {
                Durability.force(parent);
            }
            if (Files.deleteIfExists(controlFile())) {
                Durability.force(directory.resolve("global"));
            }
        } catch (IOException e) {
            throw RestoreException.io("prepare", directory, e);
        }
    }

    private Path controlFile() {
        return directory.resolve("global/pg_control");
    }

    void configure(Placement placement, RestoreRequest request, Capacities capacities, Optional<Lsn> lastRecord) {
        var details = plan.backup().details();
        try {
            emptyFolders(details.serverVersion() / 10000);
            write(directory.resolve("backup_label"), details.label());
            var map = placement.tablespaceMap();
            if (!map.isEmpty()) {
                write(directory.resolve("tablespace_map"), map);
            }
            var recovery = ServerConfiguration.recovery(plan, request.action(), capacities, lastRecord);
            write(replay.settings(), ServerConfiguration.lines(recovery));
            if (request.inert().isPresent()) {
                inert(request.inert().get(), capacities, details.serverVersion() / 10000, recovery);
            } else {
                usual(recovery, placement);
            }
            write(directory.resolve("recovery.signal"), "");
        } catch (IOException e) {
            throw RestoreException.io("configure", directory, e);
        }
    }

    private void emptyFolders(int majorVersion) throws IOException {
        FolderSweep.createFolders(directory.resolve("pg_wal/archive_status"), owner);
        if (majorVersion >= 17) {
            FolderSweep.createFolders(directory.resolve("pg_wal/summaries"), owner);
        }
    }

    private void usual(Map<String, String> recovery, Placement placement) throws IOException {
        new RestoredConfiguration(directory, plan.backup().details(), placement, this::writeBytes).prepare();
        var automatic = directory.resolve("postgresql.auto.conf");
        var kept = Files.isRegularFile(automatic) ? ServerConfiguration.cleaned(read(automatic)) : "";
        write(automatic, ServerConfiguration.withBlock(kept, recovery));
    }

    private void inert(InertSettings allowed, Capacities capacities, int majorVersion, Map<String, String> recovery)
            throws IOException {
        FolderSweep.createFolders(allowed.socketFolder(), owner);
        write(
                directory.resolve("postgresql.conf"),
                "# a clone that can harm nobody; the configuration of the backup is not used\n"
                        + ServerConfiguration.lines(
                                ServerConfiguration.inert(directory, allowed, capacities, majorVersion)));
        write(directory.resolve("holdfast-restore-ident.conf"), "");
        write(
                directory.resolve("holdfast-restore-hba.conf"),
                String.join("\n", ServerConfiguration.inertAccess()) + "\n");
        write(directory.resolve("postgresql.auto.conf"), ServerConfiguration.withBlock("", recovery));
    }

    /** Pins the WAL, and leaves what brings it to the server. */
    void prepareReplay(RestoreRequest request, WalArchive archive) {
        try {
            try (var folder = HeldFolder.openWithin(replay.path(), owner.user());
                    var wal = folder.folder(name(replay.wal()));
                    var histories = folder.folder(name(replay.histories()))) {
                wal.clear();
                histories.clear();
                for (var timeline : archive.timelines()) {
                    var text = archive.historyFile(timeline);
                    if (text.isPresent()) {
                        histories.replace(
                                timeline.historyFileName(), text.get().getBytes(StandardCharsets.UTF_8), false);
                    }
                }
                folder.delete(name(replay.wanted()));
                request.prefetch().copyInto(folder);
            }
            var catalogue = new ReplayCatalogue(
                    ReplayCatalogue.VERSION,
                    request.repository(),
                    archive.generation(),
                    plan.history(),
                    plan.wal(),
                    plan.end());
            write(replay.catalogue(), Json.mapper().writeValueAsString(catalogue));
            write(replay.script(), new RestoreCommand(request.prefetch().words(), request.patience()).script());
        } catch (IOException e) {
            throw RestoreException.io("prepare", replay.path(), e);
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    /** All else is on disk: from here on a server starts, if it finds backup_label; without it, it refuses. */
    void finish(ControlFile control) {
        var file = controlFile();
        try {
            writeBytes(file, control.withoutCheckpoint().bytes());
            GroupAccess.extend(directory, replay.path());
            Durability.force(directory.resolve("global"));
            try (var folder = HeldFolder.openWithin(replay.path(), owner.user())) {
                folder.delete(name(Marker.in(directory)));
            }
            Durability.force(replay.path());
        } catch (IOException e) {
            throw RestoreException.io("finish", directory, e);
        }
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private void write(Path file, String text) throws IOException {
        writeBytes(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Replaces what is there, a link but not what it points to, and keeps the permissions of a file. Forced now: the marker
     * must be on disk before anything changes.
     */
    private void writeBytes(Path file, byte[] bytes) throws IOException {
        var permissions = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                ? Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)
                : HeldFolder.PRIVATE;
        try (var folder = folderOf(file)) {
            folder.replace(name(file), bytes, true, permissions);
        }
    }

    /** Every folder beneath the data directory must be one, and no link. */
    private HeldFolder folderOf(Path file) throws IOException {
        var parent = file.getParent();
        return parent == null || parent.equals(directory)
                ? HeldFolder.open(directory, owner.user())
                : HeldFolder.openWithin(parent, owner.user());
    }
}
