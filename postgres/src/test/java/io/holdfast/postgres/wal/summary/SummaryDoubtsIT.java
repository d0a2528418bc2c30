package io.holdfast.postgres.wal.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.ServerVersion;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineHistory;
import io.holdfast.postgres.wal.TimelineId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way in which summaries cannot be relied upon, brought about on a real server. */
class SummaryDoubtsIT {

    private static final TimelineHistory FIRST = TimelineHistory.withoutParents(new TimelineId(1));
    private static Summarized live;

    @BeforeAll
    static void start() {
        live = Summarized.start(18, Map.of("wal_keep_size", "0", "max_wal_size", "2MB", "min_wal_size", "2MB"));
    }

    @AfterAll
    static void stop() {
        live.close();
    }

    private static SummaryDoubt onlyDoubt(SummaryOutcome outcome) {
        assertThat(outcome).isInstanceOf(SummaryOutcome.Unknown.class);
        var doubts = ((SummaryOutcome.Unknown) outcome).doubts();
        assertThat(doubts).hasSize(1);
        return doubts.getFirst();
    }

    /** Some megabytes of WAL that are no longer kept afterwards. */
    private static void writeMuch() {
        for (int i = 0; i < 3; i++) {
            live.session().execute("SELECT pg_logical_emit_message(false, 'test', repeat('x', 3000000))");
            live.session().execute("CHECKPOINT");
        }
    }

    private static SummaryName newestOf(SummaryFiles files) throws Exception {
        return files.names().stream()
                .max(Comparator.comparing(SummaryName::end))
                .orElseThrow();
    }

    @Test
    void a_summary_that_was_removed_leaves_a_hole() throws Exception {
        var prior = live.backup();
        live.session().execute("CREATE TABLE public.removed (n int)");
        assertThat(live.since(prior)).isInstanceOf(SummaryOutcome.Known.class);
        var removed = newestOf(live.files());
        Files.delete(live.files().folder().resolve(removed.fileName()));

        var doubt = onlyDoubt(live.since(prior));

        assertThat(doubt)
                .isEqualTo(new SummaryDoubt.Hole(new WalRange(removed.timeline(), removed.start(), removed.end())));
        assertThat(doubt.sentence())
                .isEqualTo("there is no WAL summary from %s to %s on timeline 1"
                        .formatted(removed.start(), removed.end()));
    }

    @Test
    void a_summary_that_was_removed_before_the_prior_backup_is_not_missed() throws Exception {
        live.backup();
        var prior = live.backup();
        for (var name : live.files().names()) {
            if (!name.end().isAfter(prior.start())) {
                Files.delete(live.files().folder().resolve(name.fileName()));
            }
        }

        assertThat(live.since(prior)).isInstanceOf(SummaryOutcome.Known.class);
    }

    @Test
    void a_damaged_summary_is_named() throws Exception {
        var prior = live.backup();
        live.session().execute("CREATE TABLE public.damaged (n int)");
        assertThat(live.since(prior)).isInstanceOf(SummaryOutcome.Known.class);
        var name = newestOf(live.files());
        var file = live.files().folder().resolve(name.fileName());
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);

        var doubt = onlyDoubt(live.since(prior));

        assertThat(doubt).isInstanceOf(SummaryDoubt.Damaged.class);
        assertThat(doubt.sentence())
                .startsWith("WAL summary '%s' cannot be used: its checksum is ".formatted(name.fileName()));
    }

    @Test
    void a_summarizer_that_is_off_is_not_waited_for() throws Exception {
        var prior = live.backup();
        live.setSummarizing(false);
        try {
            var outcome = live.since(prior);

            assertThat(onlyDoubt(outcome)).isInstanceOf(SummaryDoubt.SummarizerOff.class);
            assertThat(onlyDoubt(outcome).sentence())
                    .startsWith("summarize_wal is off, and there is no WAL summary from ");
            assertThat(outcome.waited()).isZero();
        } finally {
            live.setSummarizing(true);
        }
    }

    @Test
    void summaries_that_are_there_are_used_though_the_summarizer_is_off() throws Exception {
        var prior = live.backup();
        var start = live.startBackup();
        assertThat(live.summaries(live.session()).between(FIRST, prior, start, Duration.ofSeconds(30)))
                .isInstanceOf(SummaryOutcome.Known.class);
        live.setSummarizing(false);
        try {
            assertThat(live.summaries(live.session()).between(FIRST, prior, start, Duration.ofSeconds(30)))
                    .isInstanceOf(SummaryOutcome.Known.class);
        } finally {
            live.stopBackup(start);
            live.setSummarizing(true);
        }
    }

    @Test
    void a_summarizer_that_was_off_for_a_while_leaves_a_hole_where_the_wal_is_gone() throws Exception {
        var prior = live.backup();
        assertThat(live.since(prior)).isInstanceOf(SummaryOutcome.Known.class);
        live.setSummarizing(false);
        writeMuch();
        live.setSummarizing(true);

        var doubt = onlyDoubt(live.since(prior));

        assertThat(doubt).isInstanceOf(SummaryDoubt.Hole.class);
        var hole = ((SummaryDoubt.Hole) doubt).missing();
        assertThat(hole.from()).isGreaterThanOrEqualTo(prior.start());
        assertThat(live.since(live.backup())).isInstanceOf(SummaryOutcome.Known.class);
    }

    @Test
    void a_time_of_minimal_wal_leaves_a_hole() throws Exception {
        var prior = live.backup();
        live.setSummarizing(false);
        live.restart(Map.of("wal_level", "minimal", "max_wal_senders", "0"));
        live.session().execute("CREATE TABLE public.minimal AS SELECT n FROM generate_series(1, 1000) n");
        live.restart(Map.of("wal_level", "replica", "max_wal_senders", "10"));
        live.setSummarizing(true);

        assertThat(onlyDoubt(live.since(prior))).isInstanceOf(SummaryDoubt.Hole.class);
        assertThat(live.since(live.backup())).isInstanceOf(SummaryOutcome.Known.class);
    }

    @Test
    void a_stuck_summarizer_is_given_up_after_the_time_allowed() throws Exception {
        var prior = live.backup();
        live.awaitSummarized(prior.start());
        long pid = live.summarizerPid();
        live.server().signal("STOP", pid);
        try {
            var outcome = live.since(prior, Duration.ofMillis(700));

            assertThat(outcome.waited()).isBetween(Duration.ofMillis(700), Duration.ofMillis(1500));
            assertThat(onlyDoubt(outcome)).isInstanceOf(SummaryDoubt.SummarizerStuck.class);
            var stuck = (SummaryDoubt.SummarizerStuck) onlyDoubt(outcome);
            assertThat(stuck.missing().from()).isEqualTo(stuck.written());
            assertThat(stuck.sentence())
                    .matches("the WAL summarizer has not moved for \\d s: WAL summaries are needed up to \\S+,"
                            + " it has written up to \\S+ and read up to \\S+");
        } finally {
            live.server().signal("CONT", pid);
        }
    }

    @Test
    void a_slow_summarizer_is_waited_for_as_long_as_it_moves() throws Exception {
        var prior = live.backup();
        live.awaitSummarized(prior.start());
        var patience = Duration.ofMillis(1200);
        var later = live.session()
                .one("SELECT pg_current_wal_lsn() AS lsn", row -> row.lsn("lsn"))
                .plus(500_000);
        var pauses = new AtomicInteger();
        var summaries = new WalSummaries(
                live.session(), new ServerVersion(180_000), live.server().data(), time -> {
                    Thread.sleep(time);
                    live.server().execute("SELECT pg_logical_emit_message(false, 'test', repeat('x', 50000), true)");
                    if (pauses.incrementAndGet() > 12) {
                        live.server().execute("CHECKPOINT");
                    }
                });

        var outcome = summaries.between(FIRST, prior, later, patience);

        assertThat(outcome).isInstanceOf(SummaryOutcome.Known.class);
        assertThat(outcome.waited()).isGreaterThan(patience);
    }

    @Test
    void servers_before_17_are_not_asked() throws Exception {
        var summaries = new WalSummaries(
                live.session(), new ServerVersion(160_004), live.server().data(), Summarized::sleep);

        var doubt = onlyDoubt(summaries.between(FIRST, live.backup(), new Lsn(Long.MAX_VALUE), Duration.ofSeconds(1)));

        assertThat(doubt.sentence()).isEqualTo("PostgreSQL 16.4 writes no WAL summaries, which came with 17");
    }

    @Test
    void a_role_that_may_not_ask_is_told_so(@TempDir Path nothing) throws Exception {
        var prior = live.backup();
        var start = live.startBackup();
        live.session().execute("CREATE ROLE modest LOGIN");
        live.session().execute("REVOKE EXECUTE ON FUNCTION pg_available_wal_summaries() FROM PUBLIC");
        try (var modest = SqlSession.open(live.server().socket().withUser("modest"))) {
            var summaries = new WalSummaries(modest, new ServerVersion(180_000), nothing, Summarized::sleep);

            var outcome = summaries.between(FIRST, prior, start, Duration.ofSeconds(1));

            assertThat(((SummaryOutcome.Unknown) outcome).doubts())
                    .extracting(SummaryDoubt::code)
                    .containsExactly("files-unreadable", "server-refused");
            assertThat(((SummaryOutcome.Unknown) outcome).doubts())
                    .extracting(SummaryDoubt::sentence)
                    .first()
                    .isEqualTo("the WAL summaries cannot be read: '%s' is not there"
                            .formatted(nothing.resolve("pg_wal/summaries")));
        } finally {
            live.stopBackup(start);
        }
    }

    @Test
    void a_lost_connection_is_no_doubt_but_the_end() throws Exception {
        var prior = live.backup();
        try (var lost = live.server().sql()) {
            var summaries = live.summaries(lost);
            long pid = lost.one("SELECT pg_backend_pid() AS pid", row -> row.number("pid"));
            live.session().execute("SELECT pg_terminate_backend(?, 10000)", (int) pid);

            assertThatThrownBy(() -> summaries.between(FIRST, prior, prior.stop(), Duration.ofSeconds(1)))
                    .isInstanceOfSatisfying(
                            ServerException.class,
                            e -> assertThat(e.retryable()).isTrue());
        }
    }
}
