package io.holdfast.postgres.wal.summary;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.ServerVersion;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The WAL summaries of a running server. Read from its files; where those are closed to us, by its functions.
 *
 * <p>What they cannot tell is for the caller to know: that no page was changed without WAL (pg_checksums, pg_rewind,
 * a restore of files), and that the prior backup is of the same cluster.
 */
public final class WalSummaries {

    /**
     * How long a summarizer may stand still before it counts as stuck, as for PostgreSQL's own incremental backup. On a
     * primary the checkpoint that begins a backup wakes it, and it is there within 80 ms, or a second after much WAL. On a
     * standby nothing does: after a quiet time it sleeps for up to 30 s.
     */
    public static final Duration USUAL_PATIENCE = Duration.ofMinutes(1);

    private final SqlSession session;
    private final ServerVersion version;
    private final Path dataDirectory;
    private final Pause pause;

    /**
     * @param session with the server; can be the one that holds a backup open
     * @param dataDirectory of that server, on this host
     */
    public WalSummaries(SqlSession session, ServerVersion version, Path dataDirectory, Pause pause) {
        this.session = session;
        this.version = version;
        this.dataDirectory = dataDirectory;
        this.pause = pause;
    }

    /**
     * Which blocks have changed from the start of a prior backup to the start of a new one, which has begun: until
     * pg_backup_start has returned, no summary needs to reach its start.
     *
     * @param history of the timeline that the new backup starts on
     * @param start where the new backup starts
     * @param patience how long the summarizer may stand still; as long as it moves it is waited for
     * @throws ServerException if the connection is lost, and with it the backup
     */
    public SummaryOutcome between(TimelineHistory history, PriorBackup prior, Lsn start, Duration patience)
            throws InterruptedException {
        var doubt = version.isAtLeast(17)
                ? prior.doubt(history, start)
                : Optional.<SummaryDoubt>of(new SummaryDoubt.VersionTooOld(version));
        if (doubt.isPresent()) {
            return new SummaryOutcome.Unknown(List.of(doubt.get()), Duration.ZERO);
        }
        var coverage = new Coverage(WalRange.along(history, prior.start(), start));
        var wait = new SummaryWait(session, coverage, patience, pause);
        return fromFiles(wait);
    }

    private SummaryOutcome fromFiles(SummaryWait wait) throws InterruptedException {
        try {
            return from(SummaryFiles.of(dataDirectory), wait);
        } catch (IOException e) {
            return fromFunctions(wait, new SummaryDoubt.FilesUnreadable(reason(e)));
        } catch (ServerException e) {
            return unknown(wait, refused(e));
        }
    }

    private SummaryOutcome fromFunctions(SummaryWait wait, SummaryDoubt aboutFiles) throws InterruptedException {
        try {
            return from(new SummaryFunctions(session), wait);
        } catch (IOException e) {
            return unknown(wait, aboutFiles, new SummaryDoubt.FilesUnreadable(reason(e)));
        } catch (ServerException e) {
            return unknown(wait, aboutFiles, refused(e));
        }
    }

    private static SummaryOutcome from(SummarySource source, SummaryWait wait)
            throws IOException, InterruptedException {
        return switch (wait.run(source)) {
            case SummaryWait.Ending.Complete(var names) -> read(source, names, wait);
            case SummaryWait.Ending.Incomplete(var doubt) -> unknown(wait, doubt);
        };
    }

    private static SummaryOutcome read(SummarySource source, List<SummaryName> names, SummaryWait wait)
            throws IOException {
        var collector = new BlockChanges.Collector();
        long bytes = 0;
        for (var name : names) {
            try {
                bytes += source.read(name, collector);
            } catch (InvalidSummaryException e) {
                return unknown(wait, new SummaryDoubt.Damaged(name.fileName(), e.fault()));
            }
        }
        return new SummaryOutcome.Known(collector.finish(), source.kind(), names.size(), bytes, wait.waited());
    }

    private static SummaryOutcome unknown(SummaryWait wait, SummaryDoubt... doubts) {
        return new SummaryOutcome.Unknown(List.of(doubts), wait.waited());
    }

    /** A connection that is lost takes the backup with it, which is not for us to pass over. */
    private static SummaryDoubt refused(ServerException e) {
        if (e.retryable()) {
            throw e;
        }
        return new SummaryDoubt.ServerRefused(String.valueOf(e.getMessage()));
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "'%s': permission denied".formatted(denied.getFile());
            case NoSuchFileException missing -> "'%s' is not there".formatted(missing.getFile());
            default -> String.valueOf(e.getMessage());
        };
    }
}
