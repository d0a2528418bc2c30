package io.holdfast.postgres.restore;

import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.archive.WalSource;
import io.holdfast.postgres.archive.WalWriter;
import io.holdfast.postgres.cluster.ControlFile;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalFormat;
import io.holdfast.postgres.wal.WalIdentity;
import io.holdfast.postgres.wal.WalSegmentName;
import io.holdfast.repository.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * follows the end of each timeline in the repository is read record by record and stored.
 */
final class WalTail {

    private static final Logger LOG = LoggerFactory.getLogger(WalTail.class);

    private final Repository repository;
    private final WalArchive archive;
    private final RestoreRequest request;
    private final InstantSource clock;
    private final List<Path> folders = new ArrayList<>();
    private Optional<WalWriter> writer = Optional.empty();

    WalTail(Repository repository, RecoveryCatalogue catalogue, RestoreRequest request, InstantSource clock) {
        this.repository = repository;
        this.archive = catalogue.archive();
        this.request = request;
        this.clock = clock;
        folders.add(request.directory().resolve("pg_wal"));
        request.spool().ifPresent(folders::add);
    }

    /**
     * Stores what can be stored.
     *
     * @throws RestoreException naming the WAL that would be lost, unless that is wanted
     */
    void save(ControlFile control) {
        try {
            for (var timeline : timelines(control.timeline())) {
                save(timeline, control);
            }
        } catch (IOException e) {
            throw RestoreException.io("read the WAL in", folders.getFirst(), e);
        }
    }

    /** A server that was promoted a moment before it stopped may have a newer one than pg_control says. */
    private SortedSet<TimelineId> timelines(TimelineId recorded) throws IOException {
        var timelines = new TreeSet<TimelineId>();
        timelines.add(recorded);
        for (var folder : folders) {
            if (Files.isDirectory(folder)) {
                try (var files = Files.list(folder)) {
                    files.map(file -> file.getFileName().toString())
                            .filter(WalSegmentName::isValid)
                            .map(name -> new WalSegmentName(name).timeline())
                            .filter(timeline -> timeline.compareTo(recorded) > 0)
                            .forEach(timelines::add);
                }
            }
        }
        return timelines;
    }

    private void save(TimelineId timeline, ControlFile control) throws IOException {
        var text = historyText(timeline);
        var history =
                text.map(content -> TimelineHistory.parse(timeline, content)).or(() -> archive.history(timeline));
        var recorded = timeline.equals(control.timeline()) ? control.checkpoint() : Lsn.NONE;
        if (history.isEmpty()) {
            refuse(new WalRange(timeline, Lsn.NONE, recorded), "its timeline history is missing");
            return;
        }
        var stored = archive.coverage(timeline).stream()
                .map(WalRange::end)
                .reduce((_, last) -> last)
                .orElse(
                        history.get().forks().isEmpty()
                                ? control.redo()
                                : history.get().begin());
        var reader = new TailReader(identity(history.get()), folders, stored);
        var end = reader.read((footer, bytes) -> {
            var target = writer(timeline, text);
            target.store(footer, bytes);
        });
        if (end.isAfter(stored)) {
            LOG.info("saved WAL timeline={} from={} to={}", timeline, stored, end);
        }
        var reached = Lsn.later(end, stored);
        if (!recorded.isBefore(reached) && recorded.isAfter(Lsn.NONE)) {
            refuse(new WalRange(timeline, reached, recorded), reader.why());
        }
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
        var open = writer.orElseGet(
                () -> new WalWriter(repository.objects(), WalSource.of(RescueClaim.take(repository, clock.instant()))));
        writer = Optional.of(open);
        history.ifPresent(text -> open.storeHistory(timeline, text));
        return open;
    }

    private Optional<String> historyText(TimelineId timeline) throws IOException {
        var files = folders.stream()
                .map(folder -> folder.resolve(timeline.historyFileName()))
                .filter(Files::isRegularFile);
        var file = files.findFirst();
        return file.isPresent()
                ? Optional.of(new String(Files.readAllBytes(file.get()), StandardCharsets.UTF_8))
                : Optional.empty();
    }

    private void refuse(WalRange lost, String reason) {
        if (!request.abandonWalTail()) {
            throw RestoreException.walTail(lost, reason);
        }
        LOG.warn(
                "giving up WAL timeline={} from={} to={} reason={}", lost.timeline(), lost.start(), lost.end(), reason);
    }
}
