package io.holdfast.postgres.restore;

import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.archive.WalSource;
import io.holdfast.postgres.archive.WalWriter;
import io.holdfast.postgres.capture.CaptureException;
import io.holdfast.postgres.capture.IdleSpool;
import io.holdfast.postgres.capture.SpoolException;
import io.holdfast.postgres.cluster.ControlFile;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalFormat;
import io.holdfast.postgres.wal.WalIdentity;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves WAL that only a directory holds which is about to be changed, or the spool of a capture on this host: what
 * follows the stored WAL of each timeline is read record by record and stored.
 */
final class WalTail {

    private static final Logger LOG = LoggerFactory.getLogger(WalTail.class);

    private final Repository repository;
    private final WalArchive archive;
    private final RestoreRequest request;
    private final InstantSource clock;
    private final List<TailSource> sources = new ArrayList<>();
    private Optional<WalWriter> writer = Optional.empty();
    private Optional<SpoolTail> spooled = Optional.empty();
    private String why = "it is missing";

    WalTail(Repository repository, RecoveryCatalogue catalogue, RestoreRequest request, InstantSource clock) {
        this.repository = repository;
        this.archive = catalogue.archive();
        this.request = request;
        this.clock = clock;
    }

    /**
     * Stores what can be stored.
     *
     * @param control that of the cluster in the directory, if there is one
     * @throws RestoreException naming the WAL that would be lost, unless that is wanted
     * @throws io.holdfast.postgres.capture.CaptureException if a capture is running with the spool
     */
    void save(Optional<ControlFile> control) {
        var size = archive.generation().walSegmentSize();
        try (var spool = spool(size).orElse(null)) {
            // First, for every batch in it has a checksum, and it says where it ends.
            spooled = Optional.ofNullable(spool)
                    .map(idle -> new SpoolTail(idle.content()))
                    .filter(this::isOurs);
            spooled.ifPresent(sources::add);
            sources.add(new SegmentFolder(request.directory().resolve("pg_wal"), size));
            for (var timeline : timelines(control)) {
                save(timeline, control);
            }
        } catch (IOException e) {
            throw RestoreException.io("read the WAL in", request.directory().resolve("pg_wal"), e);
        }
    }

    private Optional<IdleSpool> spool(WalSegmentSize size) {
        try {
            return request.spool().flatMap(folder -> IdleSpool.open(new LocalDisk(), folder, size));
        } catch (SpoolException | CaptureException e) {
            // Beside a directory that it does not know a capture may run: what it holds it stores itself.
            boolean unconcerned = !request.delta() && e.code().equals(CaptureException.SPOOL_IN_USE);
            if (!request.abandonWalTail() && !unconcerned) {
                throw e;
            }
            LOG.warn("what only the spool may hold is not part of this restore code={}", e.code());
            return Optional.empty();
        }
    }

    private boolean isOurs(SpoolTail tail) {
        boolean other = tail.isOfOther(archive.generation().systemIdentifier());
        if (other) {
            LOG.info("the spool is another cluster's and is left alone");
        }
        return !other;
    }

    /**
     * Also newer ones than pg_control says, which is late when a server was promoted a moment before it stopped; and older
     * ones, whose ends a capture that had stopped before the promotion has not seen.
     */
    private SortedSet<TimelineId> timelines(Optional<ControlFile> control) throws IOException {
        var timelines = new TreeSet<TimelineId>();
        control.ifPresent(known -> timelines.add(known.timeline()));
        for (var source : sources) {
            timelines.addAll(source.timelines());
        }
        return timelines;
    }

    private void save(TimelineId timeline, Optional<ControlFile> control) throws IOException {
        var current = control.filter(known -> known.timeline().equals(timeline));
        var recorded = current.map(ControlFile::checkpoint).orElse(Lsn.NONE);
        var text = historyText(timeline);
        var history =
                text.map(content -> TimelineHistory.parse(timeline, content)).or(() -> archive.history(timeline));
        if (history.isEmpty()) {
            if (control.filter(known -> known.timeline().compareTo(timeline) > 0)
                    .isEmpty()) {
                refuse(new WalRange(timeline, Lsn.NONE, recorded), "its timeline history is missing");
            }
            return;
        }
        var reached = Lsn.NONE;
        for (var end : ends(history.get(), current)) {
            if (end.isAfter(reached)) {
                reached = Lsn.later(end, save(history.get(), text, end));
            }
        }
        if (!recorded.isBefore(reached) && recorded.isAfter(Lsn.NONE)) {
            refuse(new WalRange(timeline, reached, recorded), why);
        }
    }

    /** Where stored WAL ends: also before each hole, which may be filled now. */
    private List<Lsn> ends(TimelineHistory history, Optional<ControlFile> current) {
        var stored = archive.coverage(history.timeline()).stream()
                .map(WalRange::end)
                .sorted()
                .toList();
        if (!stored.isEmpty()) {
            return stored;
        }
        return history.forks().isEmpty()
                ? current.map(ControlFile::redo).stream().toList()
                : List.of(history.begin());
    }

    /** Where whole records end now. */
    private Lsn save(TimelineHistory history, Optional<String> text, Lsn stored) throws IOException {
        var reader = new TailReader(identity(history), sources, archive, stored);
        var end =
                reader.read((footer, bytes) -> writer(history.timeline(), text).store(footer, bytes));
        why = reader.why();
        var spoolEnd = spooled.flatMap(tail -> tail.end(history.timeline())).orElse(Lsn.NONE);
        if (reader.brokenAt().filter(at -> at.isBefore(spoolEnd)).isPresent()) {
            refuse(new WalRange(history.timeline(), end, spoolEnd), why);
        }
        if (end.isAfter(stored)) {
            LOG.info("saved WAL timeline={} from={} to={}", history.timeline(), stored, end);
        }
        return end;
    }

    private WalIdentity identity(TimelineHistory history) {
        var generation = archive.generation();
        return new WalIdentity(
                WalFormat.ofMajor(generation.majorVersion()),
                generation.systemIdentifier(),
                generation.walSegmentSize(),
                history);
    }

    private WalWriter writer(TimelineId timeline, Optional<String> history) {
        var open = writer.orElseGet(() -> {
            var claim = RescueClaim.take(repository, archive.generation(), clock.instant());
            return new WalWriter(repository.objects(), WalSource.of(claim, archive.generation()));
        });
        writer = Optional.of(open);
        history.ifPresent(text -> open.storeHistory(timeline, text));
        return open;
    }

    private Optional<String> historyText(TimelineId timeline) throws IOException {
        for (var source : sources) {
            var text = source.historyFile(timeline);
            if (text.isPresent()) {
                return text;
            }
        }
        return Optional.empty();
    }

    private void refuse(WalRange lost, String reason) {
        if (!request.abandonWalTail()) {
            throw RestoreException.walTail(lost, reason);
        }
        LOG.warn(
                "giving up WAL timeline={} from={} to={} reason={}", lost.timeline(), lost.start(), lost.end(), reason);
    }
}
