package io.holdfast.postgres.backup;

import io.holdfast.postgres.cluster.SqlSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether the files in a directory are those of the server behind a session. The members of a cluster have one system identifier
 * and mostly one path: behind a name that moves with the primary, a session may lead to another host than this one. A copy
 * of one server's files between the backup's start and stop on another would be silently wrong.
 *
 * <p>Source of what postmaster.pid holds: src/include/utils/pidfile.h.
 */
final class SameServer {

    /** Between the postmaster's writing of its file and the time that it later says it has started at. */
    private static final Duration SLACK = Duration.ofSeconds(10);

    private SameServer() {}

    /** @throws BackupException if they are not, or nothing shows that they are */
    static void require(SqlSession session, Path root) {
        var lines = postmasterFile(root);
        var postmaster = number(lines, 0).orElseThrow(() -> BackupException.otherHost(root));
        long backend = session.one("SELECT pg_backend_pid() AS pid", row -> row.number("pid"));
        var parent = ProcessHandle.of(backend).flatMap(ProcessHandle::parent).map(ProcessHandle::pid);
        if (parent.filter(postmaster::equals).isPresent()) {
            return;
        }
        // A server that can be seen at work in the directory is not the parent, so the session leads elsewhere. In
        // another
        // container the number is that of another process, or of none, and proves nothing.
        if (worksIn(postmaster, root) || !startedAt(session, lines)) {
            throw BackupException.otherHost(root);
        }
    }

    /** A postmaster's working directory is its data directory. */
    private static boolean worksIn(long process, Path root) {
        try {
            return Path.of("/proc", Long.toString(process), "cwd").toRealPath().equals(root);
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean startedAt(SqlSession session, List<String> lines) {
        var said = session.one("SELECT pg_postmaster_start_time() AS time", row -> row.instant("time"));
        return number(lines, 2)
                .map(Instant::ofEpochSecond)
                .filter(written -> Duration.between(written, said).abs().compareTo(SLACK) < 0)
                .isPresent();
    }

    private static Optional<Long> number(List<String> lines, int index) {
        try {
            return lines.size() > index
                    ? Optional.of(Long.parseLong(lines.get(index).strip()))
                    : Optional.empty();
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    private static List<String> postmasterFile(Path root) {
        var file = root.resolve("postmaster.pid");
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException _) {
            // A server that runs has one.
            return List.of();
        } catch (IOException e) {
            throw new UnreadableSourceException(file, e);
        }
    }
}
