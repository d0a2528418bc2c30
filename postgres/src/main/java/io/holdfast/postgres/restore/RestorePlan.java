package io.holdfast.postgres.restore;

import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.archive.WalFooter;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalEvent;
import io.holdfast.postgres.wal.WalTransaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a restore will do: nothing has been copied yet.
 *
 * @param history that of the timeline to recover along
 * @param wal what the server will read, in order; bytes of a segment may come from several timelines
 * @param end the last whole record of {@code wal}
 * @param stop where recovery stops
 * @param lastCommit the newest commit that is recovered, if there is one after the start of the backup
 * @param coveredUntil the server's clock when nothing beyond {@code end} had been flushed
 * @param cutShort why recovery to the end ends before WAL that is there, if it does; a note, too
 * @param notes what a person should know, such as which branch was chosen
 */
public record RestorePlan(
        StoredBackup backup,
        RecoveryTarget target,
        TimelineHistory history,
        List<WalRange> wal,
        Lsn end,
        Stop stop,
        Optional<WalTransaction> lastCommit,
        Optional<Instant> coveredUntil,
        Optional<String> cutShort,
        List<String> notes) {

    public RestorePlan {
        wal = List.copyOf(wal);
        notes = List.copyOf(notes);
    }

    /** Of the objects that hold the WAL which it replays, read one after the other. */
    Stream<WalFooter> footers(WalArchive archive) {
        return wal.stream()
                .flatMap(leg -> archive.footers(leg.timeline(), leg.start())
                        .takeWhile(footer -> footer.range().start().isBefore(leg.end())))
                .takeWhile(footer -> footer.range().start().isBefore(stop.end()));
    }

    /** Tablespaces that recovery makes, where they were made at the source. */
    Stream<WalEvent.TablespaceCreation> tablespacesMade(WalArchive archive) {
        return wal.stream()
                .map(leg -> new WalRange(leg.timeline(), leg.start(), Lsn.earlier(leg.end(), stop.end())))
                .flatMap(leg -> archive.footers(leg.timeline(), leg.start())
                        .takeWhile(footer -> footer.range().start().isBefore(leg.end()))
                        .flatMap(footer -> footer.index().events().stream())
                        .filter(event -> !event.start().isBefore(leg.start())
                                && !event.end().isAfter(leg.end())))
                .filter(WalEvent.TablespaceCreation.class::isInstance)
                .map(WalEvent.TablespaceCreation.class::cast);
    }

    /** Where recovery ends. */
    public sealed interface Stop {

        /** The position that decides. */
        Lsn at();

        /** The end of the last record that is replayed. */
        Lsn end();

        /** The server finds the target in the WAL. */
        record AtTarget(Lsn at, Lsn end) implements Stop {}

        /** Nothing follows: the target is the end of the WAL. */
        record AtEnd(Lsn at) implements Stop {

            @Override
            public Lsn end() {
                return at;
            }
        }
    }

    public TimelineId timeline() {
        return history.timeline();
    }

    /** Of {@link #wal} what ends with a whole record. */
    List<WalRange> wholeRecords() {
        return wal.stream()
                .filter(leg -> leg.start().isBefore(end))
                .map(leg -> new WalRange(leg.timeline(), leg.start(), Lsn.earlier(leg.end(), end)))
                .toList();
    }

    /** Bytes of WAL to replay. */
    public long walBytes() {
        return Math.max(0, stop.at().minus(backup.details().start()));
    }
}
