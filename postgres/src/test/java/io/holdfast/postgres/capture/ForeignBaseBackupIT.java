package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.testkit.programs.NeedsClientPrograms;
import io.holdfast.testkit.programs.PostgresClientPrograms;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForeignBaseBackupIT {

    private static final String TOTAL = "SELECT count(*) AS n FROM public.filler";

    @TempDir(factory = ServerFolder.class)
    Path folder;

    @Test
    @NeedsClientPrograms
    void a_base_made_by_pg_basebackup_replays_from_captured_wal() throws Exception {
        try (var live = Protected.start(folder);
                var capture = live.capture()) {
            Protected.awaitStreaming(capture);
            live.write(1);
            var base = Files.createDirectory(folder.resolve("base"));
            live.server.user().own(base);
            PostgresClientPrograms.version18()
                    .output(
                            "pg_basebackup",
                            "--host=127.0.0.1",
                            "--port=" + live.server.port(),
                            "--username=postgres",
                            "--wal-method=none",
                            "--checkpoint=fast",
                            "--pgdata=" + base);
            live.write(3);
            capture.flush(Duration.ofSeconds(30));
            long expected = count(live.sql());
            var archive = assemble(live);

            Files.createFile(base.resolve("recovery.signal"));
            live.server.user().own(base);
            try (var restored = EmbeddedPostgres.adopt(PostgresBinaries.version18(), base)) {
                restored.start(Map.of("restore_command", "cp \"%s/%%f\" \"%%p\"".formatted(quoted(archive))));
                await().atMost(Duration.ofMinutes(1)).until(() -> hasRecovered(restored));

                assertThat(count(SqlSession.open(Protected.tcp(restored.port()))))
                        .isEqualTo(expected);
            }
        }
    }

    /** A server in recovery takes sessions, too, and shows what it has replayed so far. */
    private static boolean hasRecovered(EmbeddedPostgres server) {
        try (var session = SqlSession.open(Protected.tcp(server.port()))) {
            return !session.one("SELECT pg_is_in_recovery() AS recovering", row -> row.flag("recovering"));
        }
    }

    private static long count(SqlSession session) {
        try (session) {
            return session.one(TOTAL, row -> row.number("n"));
        }
    }

    private static String quoted(Path path) {
        return path.toString().replaceAll("([\"$\\\\])", "\\\\$1");
    }

    /** Whole segment files; the last one ends in zeros. */
    private Path assemble(Protected live) throws Exception {
        var archive = Files.createDirectory(folder.resolve("archive"));
        var size = Generation.newest(live.repository).orElseThrow().walSegmentSize();
        var range = live.onlyRange(1);
        for (var at = range.start(); at.isBefore(range.end()); at = at.plus(size.bytes())) {
            var end = Lsn.earlier(at.plus(size.bytes()), range.end());
            var bytes = live.stored(new WalRange(range.timeline(), at, end));
            Files.write(archive.resolve(size.name(range.timeline(), at).text()), Arrays.copyOf(bytes, size.bytes()));
        }
        live.server.user().own(archive);
        return archive;
    }
}
