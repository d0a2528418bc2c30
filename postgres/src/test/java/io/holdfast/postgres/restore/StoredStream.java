package io.holdfast.postgres.restore;

import io.holdfast.postgres.archive.Claim;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.archive.WalFooter;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.archive.WalSource;
import io.holdfast.postgres.archive.WalWriter;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.replication.Message;
import io.holdfast.postgres.replication.ReplicationClient;
import io.holdfast.postgres.replication.StreamStart;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalFormat;
import io.holdfast.postgres.wal.WalIdentity;
import io.holdfast.postgres.wal.WalIndexBuilder;
import io.holdfast.postgres.wal.WalOutcome;
import io.holdfast.postgres.wal.WalScanner;
import io.holdfast.repository.Repository;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Streams WAL that a server has flushed into a repository, in small pieces, and stops: capture on demand. */
final class StoredStream {

    private static final int PIECE = 3_000_000;

    private final ConnectionSettings server;
    private final Repository repository;
    private int session;

    StoredStream(ConnectionSettings server, Repository repository) {
        this(server, repository, 0);
    }

    /** @param session after which its claims are counted */
    StoredStream(ConnectionSettings server, Repository repository, int session) {
        this.session = session;
        this.server = server;
        this.repository = repository;
    }

    /** Stores WAL from the segment that holds {@code from} up to what is flushed now, which is returned. */
    Lsn store(Lsn from) {
        try (var sql = SqlSession.open(server);
                var client = ReplicationClient.connect(server, InstantSource.system())) {
            var facts = ServerFacts.read(sql);
            sql.execute("SELECT txid_current()");
            var covered = sql.one(
                    "SELECT pg_current_wal_flush_lsn() AS lsn, clock_timestamp() AS time",
                    row -> new Covered(row.lsn("lsn"), row.instant("time")));
            var generation = Generation.admit(
                    repository,
                    facts.systemIdentifier(),
                    facts.version().major(),
                    facts.layout().walSegmentSize());
            var writer = new WalWriter(
                    repository.objects(), WalSource.of(new Claim(new MemberName("test"), ++session), generation));
            var history = history(client, facts.timeline(), writer);
            var identity = new WalIdentity(
                    WalFormat.ofMajor(facts.version().major()),
                    facts.systemIdentifier(),
                    facts.layout().walSegmentSize(),
                    history);
            var start = Lsn.later(identity.segmentSize().start(from), history.begin());
            if (start.equals(history.begin()) && !start.equals(Lsn.NONE)) {
                start = identity.segmentSize().start(start);
            }
            stream(client, writer, identity, start, covered);
            return covered.position();
        }
    }

    private record Covered(Lsn position, java.time.Instant time) {}

    private static TimelineHistory history(ReplicationClient client, TimelineId timeline, WalWriter writer) {
        if (timeline.number() == 1) {
            return TimelineHistory.withoutParents(timeline);
        }
        var text = new String(client.timelineHistory(timeline).content(), StandardCharsets.UTF_8);
        writer.storeHistory(timeline, text);
        return TimelineHistory.parse(timeline, text);
    }

    private static void stream(
            ReplicationClient client, WalWriter writer, WalIdentity identity, Lsn start, Covered covered) {
        var index = new WalIndexBuilder(identity.timeline(), start);
        var scanner = WalScanner.startAt(identity, start, index);
        var stream = client.stream(StreamStart.of(start, identity.timeline()));
        var piece = new ByteArrayOutputStream();
        while (scanner.position().isBefore(covered.position())) {
            if (stream.receive(Duration.ofSeconds(5)) instanceof Message.WalData data) {
                var bytes = new byte
                        [(int) Math.min(
                                data.bytes().remaining(), covered.position().minus(scanner.position()))];
                data.bytes().get(bytes);
                if (scanner.feed(scanner.position(), ByteBuffer.wrap(bytes)) instanceof WalOutcome.Broken broken) {
                    throw new AssertionError(broken.explain());
                }
                piece.writeBytes(bytes);
                if (piece.size() >= PIECE) {
                    cut(writer, index, scanner, piece, Optional.empty());
                }
            }
        }
        cut(writer, index, scanner, piece, Optional.of(covered.time()));
    }

    private static void cut(
            WalWriter writer,
            WalIndexBuilder index,
            WalScanner scanner,
            ByteArrayOutputStream piece,
            Optional<java.time.Instant> covered) {
        var end = scanner.position();
        var range = new WalRange(scanner.timeline(), index.start(), end);
        writer.store(new WalFooter(range, scanner.validEnd(), covered, index.cut(end)), piece.toByteArray());
        piece.reset();
    }
}
