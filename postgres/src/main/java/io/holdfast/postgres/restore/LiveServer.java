package io.holdfast.postgres.restore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether a server works in a data directory that is about to be changed. In doubt one does: a {@code postmaster.pid} counts
 * as left over only where every process that could have written it would be seen from here.
 */
final class LiveServer {

    /** PROC_PID_INIT_INO of include/linux/proc_ns.h: from here the processes of every container are seen. */
    private static final String FIRST_NAMESPACE = "pid:[4026531836]";

    /** A single-user server writes a negative number: CreateLockFile in src/backend/utils/init/miscinit.c. */
    private static final Pattern PID = Pattern.compile("-?[1-9][0-9]{0,9}");

    private static final Set<String> PROGRAMS = Set.of("postgres", "postmaster");

    /** Of one host only, as far as that can be known; any other may be in use by a second host. */
    private static final Set<String> LOCAL_FILE_SYSTEMS = Set.of(
            "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "jfs", "reiserfs", "bcachefs", "overlay", "tmpfs");

    private final Path processes;

    /** @param processes what {@code /proc} is on a host */
    LiveServer(Path processes) {
        this.processes = processes;
    }

    static LiveServer onThisHost() {
        return new LiveServer(Path.of("/proc"));
    }

    /** @throws RestoreException if one works there, or it cannot be told */
    void refuse(Path directory) throws IOException {
        var file = directory.resolve("postmaster.pid");
        var named = firstLine(file);
        var pid = named.filter(line -> PID.matcher(line).matches()).map(line -> Math.abs(Long.parseLong(line)));
        var working = pid.filter(number -> mayWorkIn(number, directory));
        if (working.isEmpty()) {
            working = worker(directory);
        }
        if (working.isPresent()) {
            throw RestoreException.serverRuns(directory, working.get());
        }
        if (named.isPresent()) {
            requireThatItIsLeftOver(directory, file, named.get(), pid);
        }
    }

    private static Optional<String> firstLine(Path file) throws IOException {
        try {
            var lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
            return Optional.of(lines.isEmpty() ? "" : lines.getFirst().strip());
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private void requireThatItIsLeftOver(Path directory, Path file, String named, Optional<Long> pid)
            throws IOException {
        if (pid.isEmpty()) {
            throw RestoreException.serverMayRun(
                    directory, file, "its postmaster.pid begins with '%s', which is no process".formatted(named));
        }
        requireThatAllIsSeen(directory, file, pid.get());
    }

    private void requireThatAllIsSeen(Path directory, Path file, long pid) throws IOException {
        if (!Files.readSymbolicLink(processes.resolve("self/ns/pid")).toString().equals(FIRST_NAMESPACE)) {
            throw RestoreException.serverMayRun(
                    directory, file, "process %d of its postmaster.pid may be one of another container".formatted(pid));
        }
        var type = Files.getFileStore(directory).type();
        if (!LOCAL_FILE_SYSTEMS.contains(type)) {
            throw RestoreException.serverMayRun(
                    directory,
                    file,
                    "process %d of its postmaster.pid may be one of another host that shares this file system (%s)"
                            .formatted(pid, type));
        }
    }

    /** A server's process that has made it its working directory, in whatever container: so does every one of them. */
    private Optional<Long> worker(Path directory) throws IOException {
        try (var entries = Files.newDirectoryStream(processes, "[1-9]*")) {
            for (var process : entries) {
                if (isServer(process) && worksIn(process, directory)) {
                    return Optional.of(Long.parseLong(process.getFileName().toString()));
                }
            }
            return Optional.empty();
        }
    }

    private static boolean isServer(Path process) {
        try {
            return PROGRAMS.contains(Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1)
                    .strip());
        } catch (IOException _) {
            // It has ended.
            return false;
        }
    }

    private static boolean worksIn(Path process, Path directory) {
        try {
            return Files.isSameFile(process.resolve("cwd"), directory);
        } catch (IOException _) {
            // It has ended, or is another user's: not the owner of this directory.
            return false;
        }
    }

    /** Where that cannot be seen it does: the number of a process may have been used again, but who knows. */
    private boolean mayWorkIn(long pid, Path directory) {
        var process = processes.resolve(Long.toString(pid));
        if (!Files.exists(process)) {
            return false;
        }
        try {
            return Files.isSameFile(process.resolve("cwd"), directory);
        } catch (NoSuchFileException _) {
            return false;
        } catch (IOException _) {
            return true;
        }
    }
}
