package io.holdfast.postgres.capture;

import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.wal.Lsn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/** Another server of the same cluster: it began as a copy of the first one's files. */
final class Sibling implements AutoCloseable {

    final MemberName member;
    private final Protected live;
    final EmbeddedPostgres server;

    private Sibling(MemberName member, Protected live, EmbeddedPostgres server) {
        this.member = member;
        this.live = live;
        this.server = server;
    }

    /** Copies the data directory of a server that is stopped. */
    static Sibling copy(Protected live, String name) {
        var data = live.folder.resolve(name);
        var from = live.server.dataDirectory();
        try (var files = Files.walk(from)) {
            files.forEach(file -> copy(file, data.resolve(from.relativize(file).toString())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Sibling(new MemberName(name), live, EmbeddedPostgres.adopt(live.server.binaries(), data));
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Sibling start() {
        server.start(live.settings);
        return this;
    }

    /** As a standby; it streams from the first server if that one runs. */
    Sibling startAsStandby() {
        var settings = new LinkedHashMap<>(live.settings);
        settings.put("primary_conninfo", "host=127.0.0.1 user=postgres port=" + live.server.port());
        startAsStandby(server, settings);
        return this;
    }

    static void startAsStandby(EmbeddedPostgres server, Map<String, String> settings) {
        try {
            Files.createFile(server.dataDirectory().resolve("standby.signal"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.user().own(server.dataDirectory());
        server.start(settings);
    }

    ConnectionSettings tcp() {
        return Protected.tcp(server.port());
    }

    void execute(String statement) {
        try (var session = SqlSession.open(tcp())) {
            session.execute(statement);
        }
    }

    void promote() {
        promote(tcp());
    }

    static void promote(ConnectionSettings server) {
        try (var session = SqlSession.open(server)) {
            session.execute("SELECT pg_promote(true, 30)");
        }
    }

    /** Waits until a standby has replayed everything up to a position. */
    void awaitReplayed(Lsn position) {
        await().atMost(Protected.PATIENCE).until(() -> {
            try (var session = SqlSession.open(tcp())) {
                return session.one("SELECT pg_last_wal_replay_lsn()::text AS l", row -> row.lsn("l"))
                                .compareTo(position)
                        >= 0;
            }
        });
    }

    CaptureSettings captureSettings() {
        return CaptureSettings.of(tcp(), member, live.folder.resolve(member + "-state"))
                .withUpload(
                        live.captureSettings().uploadEvery(),
                        live.captureSettings().uploadBytes())
                .withPatience(
                        live.captureSettings().silenceLimit(),
                        live.captureSettings().longestWait())
                .withRenewEvery(live.captureSettings().renewEvery());
    }

    Capture capture() {
        return live.capture(captureSettings());
    }

    @Override
    public void close() {
        server.stop(Shutdown.IMMEDIATE);
        server.close();
    }
}
