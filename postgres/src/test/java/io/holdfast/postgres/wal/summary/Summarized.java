package io.holdfast.postgres.wal.summary;

import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.LiveServer;
import io.holdfast.postgres.cluster.ServerFacts;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;

/** A real server that summarizes its WAL, and the backups that tests pretend to take of it. */
final class Summarized implements AutoCloseable {

    private static final Map<String, String> SETTINGS = Map.of("autovacuum", "off", "checkpoint_timeout", "1h");

    private final LiveServer server;
    private SqlSession session;

    private Summarized(LiveServer server) {
        this.server = server;
        session = server.sql();
    }

    static Summarized start(int major, Map<String, String> more) {
        var settings = new HashMap<>(SETTINGS);
        settings.putAll(more);
        var live = new Summarized(LiveServer.start(PostgresBinaries.of(major), settings));
        live.setSummarizing(true);
        return live;
    }

    static Summarized start(int major) {
        return start(major, Map.of());
    }

    LiveServer server() {
        return server;
    }

    SqlSession session() {
        return session;
    }

    SummaryFiles files() {
        return SummaryFiles.of(server.data());
    }

    /** Where a backup starts that begins now. */
    Lsn startBackup() {
        return session.one("SELECT pg_backup_start('test', true) AS start", row -> row.lsn("start"));
    }

    PriorBackup stopBackup(Lsn start) {
        var stop = session.one("SELECT lsn FROM pg_backup_stop(false)", row -> row.lsn("lsn"));
        return new PriorBackup(ServerFacts.read(session).timeline(), start, stop);
    }

    PriorBackup backup() {
        return stopBackup(startBackup());
    }

    /** What has changed since a backup, when another one begins now. */
    SummaryOutcome since(PriorBackup prior) throws InterruptedException {
        return since(prior, Duration.ofSeconds(30));
    }

    SummaryOutcome since(PriorBackup prior, Duration patience) throws InterruptedException {
        var start = startBackup();
        try {
            return summaries(session).between(history(), prior, start, patience);
        } finally {
            stopBackup(start);
        }
    }

    WalSummaries summaries(SqlSession asking) {
        return new WalSummaries(asking, ServerFacts.read(session).version(), server.data(), Summarized::sleep);
    }

    TimelineHistory history() {
        var timeline = ServerFacts.read(session).timeline();
        if (timeline.number() == 1) {
            return TimelineHistory.withoutParents(timeline);
        }
        try (var client = server.replication()) {
            var text = new String(client.timelineHistory(timeline).content(), StandardCharsets.UTF_8);
            return TimelineHistory.parse(timeline, text);
        }
    }

    /** Stops it in good order and starts it with settings that stay. */
    void restart(Map<String, String> settings) {
        session.close();
        settings.forEach(server::set);
        server.restart(Shutdown.FAST);
        session = server.sql();
    }

    /** Goes on as a standby without a primary, and then on a timeline of its own. */
    void promote() {
        server.write("standby.signal", "");
        restart(Map.of());
        session.execute("SELECT pg_promote(true, 60)");
    }

    long summarizerPid() {
        return session.one("SELECT summarizer_pid AS pid FROM pg_get_wal_summarizer_state()", row -> row.number("pid"));
    }

    /** Turns summarize_wal on or off, and waits until the summarizer runs and has looked what there is, or has gone. */
    void setSummarizing(boolean on) {
        session.execute("ALTER SYSTEM SET summarize_wal = " + (on ? "on" : "off"));
        session.execute("SELECT pg_reload_conf()");
        await("summarizer_pid IS %s NULL AND (%s OR summarized_tli <> 0)".formatted(on ? "NOT" : "", !on));
    }

    void awaitSummarized(Lsn position) {
        await("summarized_lsn >= '%s'".formatted(position));
    }

    private void await(String condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> session.one(
                        "SELECT %s AS done FROM pg_get_wal_summarizer_state()".formatted(condition),
                        row -> row.flag("done")));
    }

    static void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
    }

    /** The main fork of a table of the database postgres. */
    ForkId mainOf(String table) {
        return session.one(
                "SELECT CASE WHEN reltablespace = 0 THEN 1663 ELSE reltablespace::bigint END AS tablespace,"
                        + " (SELECT oid::bigint FROM pg_database WHERE datname = current_database()) AS database,"
                        + " pg_relation_filenode(oid)::bigint AS relation FROM pg_class WHERE oid = ('public.' || ?)::regclass",
                row -> new ForkId(
                        row.number("tablespace"), row.number("database"), row.number("relation"), RelationFork.MAIN),
                table);
    }

    @Override
    public String toString() {
        return "PostgreSQL " + server.server().binaries().major();
    }

    @Override
    public void close() {
        session.close();
        server.close();
    }
}
