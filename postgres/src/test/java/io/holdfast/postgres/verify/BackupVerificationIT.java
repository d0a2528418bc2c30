package io.holdfast.postgres.verify;

import static io.holdfast.postgres.verify.Verifying.check;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.restore.ProtectedCluster;
import io.holdfast.postgres.restore.RestoreProgress;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One cluster with page checksums, two databases and a tablespace. Each test leaves the backups of the others alone. */
class BackupVerificationIT {

    private static final int PAGE = 8192;

    @TempDir(factory = ServerFolder.class)
    static Path folder;

    /** PostgreSQL wants no quotes in the path of a tablespace. */
    @TempDir
    static Path space;

    private static ProtectedCluster cluster;
    private static Verifying verifying;
    private static Manifest full;
    private static Manifest incremental;

    @BeforeAll
    static void take_backups() throws IOException {
        cluster = ProtectedCluster.start(folder, 18);
        verifying = Verifying.of(cluster);
        cluster.execute("ALTER SYSTEM SET wal_keep_size = '1GB'");
        cluster.execute("SELECT pg_reload_conf()");
        cluster.server.user().own(space);
        cluster.execute("CREATE TABLESPACE fast LOCATION '%s'".formatted(space));
        cluster.execute("CREATE TABLE public.orders (id int PRIMARY KEY, note text) TABLESPACE fast");
        cluster.execute("INSERT INTO public.orders SELECT n, repeat('x', 100) FROM generate_series(1, 10000) AS n");
        cluster.execute("CREATE DATABASE \"the shop\" TEMPLATE template0");
        full = cluster.backup();
        cluster.execute("DELETE FROM public.orders WHERE id % 100 = 0");
        incremental = cluster.incremental();
        cluster.storeWal();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @AfterEach
    void nothing_is_left() {
        assertThat(verifying.folder()).isEmptyDirectory();
    }

    @Test
    void a_sound_backup_is_good_whether_full_or_incremental() {
        for (var backup : List.of(full, incremental)) {
            var proof = verifying.proof(backup);

            assertThat(proof.checks())
                    .filteredOn(Check::asked)
                    .as("%s", proof)
                    .allMatch(check -> check.verdict() == Verdict.GOOD);
            assertThat(proof.verdict()).isEqualTo(Verdict.GOOD);
            assertThat(check(proof, CheckKind.RESTORE).right())
                    .isEqualTo(backup.totals().files());
            assertThat(check(proof, CheckKind.DATABASES).right()).isEqualTo(3);
            assertThat(check(proof, CheckKind.INDEXES).right()).isGreaterThan(300);
            assertThat(check(proof, CheckKind.TABLES).right()).isGreaterThan(200);
            assertThat(check(proof, CheckKind.PAGES).right()).isGreaterThan(2000);
            assertThat(check(proof, CheckKind.QUERIES).asked()).isFalse();
            assertThat(proof.recovered().orElseThrow().to())
                    .isEqualTo(BackupDetails.of(backup).stop());
            assertThat(proof.restoreTime().orElseThrow()).isPositive();
        }
    }

    @Test
    void the_way_to_the_latest_wal_is_proven_by_what_was_committed_last() {
        cluster.execute("CREATE TABLE public.last_words AS SELECT 'stored' AS word");
        var end = cluster.storeWal();

        var outcome = verifying.run(
                full,
                verifying.latest(
                        new ProofQuery("postgres", "SELECT word FROM last_words", Optional.of("stored")),
                        new ProofQuery("the shop", "SELECT '{}'::jsonb ? 'a'", Optional.empty())));

        assertThat(outcome.proof().verdict()).isEqualTo(Verdict.GOOD);
        assertThat(outcome.proof().recovered().orElseThrow().to()).isEqualTo(end);
        assertThat(check(outcome.proof(), CheckKind.QUERIES).right()).isEqualTo(2);
        assertThat(outcome.restore()).isPresent();
    }

    @Test
    void an_answer_that_was_not_expected_and_an_error_are_bad_and_what_is_no_query_is_not_judged() {
        var proof = verifying
                .run(
                        full,
                        verifying.latest(
                                new ProofQuery("postgres", "SELECT count(*) FROM orders", Optional.of("7")),
                                new ProofQuery("postgres", "SELECT * FROM gone", Optional.empty()),
                                new ProofQuery("postgres", "SELEKT 1", Optional.empty())))
                .proof();

        assertThat(proof.verdict()).isEqualTo(Verdict.BAD);
        var queries = check(proof, CheckKind.QUERIES);
        assertThat(queries.findings())
                .containsExactly(
                        "query 'SELECT count(*) FROM orders' in database postgres gave '9900', not '7'",
                        "query 'SELECT * FROM gone' in database postgres: relation \"gone\" does not exist, SQLSTATE 42P01");
        assertThat(queries.doubts()).hasSize(1).first().asString().contains("SELEKT");
        assertThat(queries.unchecked()).isEqualTo(1);
    }

    @Test
    void a_page_that_was_damaged_at_its_source_is_bad_and_named_with_its_relation() throws IOException {
        cluster.execute("CREATE TABLE public.\"Sold out\" AS SELECT n, repeat('x', 100) AS x"
                + " FROM generate_series(1, 10000) AS n");
        cluster.execute("CREATE TABLE public.keys AS SELECT n FROM generate_series(1, 10000) AS n");
        cluster.execute("CREATE INDEX key_of ON public.keys (n)");
        cluster.execute("CHECKPOINT");
        flip(fileOf("public.\"Sold out\""), 3 * PAGE + 5000);
        flip(fileOf("public.key_of"), PAGE + 5000);
        // Whoever has fought damage may have left this: with it a page is emptied, or signed anew, when it is read.
        cluster.execute("ALTER DATABASE postgres SET zero_damaged_pages = on");
        cluster.execute("ALTER ROLE postgres SET ignore_checksum_failure = on");
        Manifest damaged;
        try {
            damaged = cluster.backup();
        } finally {
            cluster.execute("ALTER DATABASE postgres RESET ALL");
            cluster.execute("ALTER ROLE postgres RESET ALL");
            cluster.execute("DROP TABLE public.\"Sold out\", public.keys");
        }

        var proof = verifying.proof(damaged);

        assertThat(proof.verdict()).isEqualTo(Verdict.BAD);
        assertThat(check(proof, CheckKind.PAGES).wrong()).isEqualTo(2);
        assertThat(check(proof, CheckKind.PAGES).findings())
                .anyMatch(line -> line.matches("block 3 of data/.*: table public.\"Sold out\" in database postgres"))
                .anyMatch(line -> line.matches(
                        "block 1 of data/.*: index public.key_of of table public.keys in database postgres"));
        assertThat(check(proof, CheckKind.INDEXES).findings())
                .singleElement()
                .asString()
                .startsWith(
                        "index public.key_of of table public.keys in database postgres: invalid page in block 1 of ");
        assertThat(check(proof, CheckKind.TABLES).findings())
                .singleElement()
                .asString()
                .startsWith("table public.\"Sold out\" in database postgres: invalid page in block 3 of ");
    }

    @Test
    void rows_that_are_wrong_on_pages_whose_checksums_hold_are_bad() {
        cluster.execute("CREATE TABLE public.worn AS SELECT n FROM generate_series(1, 3) AS n");
        // Every row is older now than the oldest that may not be frozen.
        cluster.execute(
                "UPDATE pg_class SET relfrozenxid = pg_current_xact_id()::xid WHERE oid = 'public.worn'::regclass");
        Manifest damaged;
        try {
            damaged = cluster.backup();
        } finally {
            cluster.execute("DROP TABLE public.worn");
        }

        var proof = verifying.proof(damaged);

        assertThat(proof.verdict()).isEqualTo(Verdict.BAD);
        assertThat(check(proof, CheckKind.PAGES).verdict()).isEqualTo(Verdict.GOOD);
        assertThat(check(proof, CheckKind.TABLES).wrong()).isEqualTo(1);
        assertThat(check(proof, CheckKind.TABLES).findings())
                .hasSize(3)
                .allMatch(line -> line.matches(
                        "table public.worn in database postgres: block 0, line pointer [123]: .*freeze threshold.*"));
    }

    private static Path fileOf(String relation) {
        return cluster.server
                .dataDirectory()
                .resolve(cluster.text("SELECT pg_relation_filepath('%s'::regclass) AS line".formatted(relation)));
    }

    private static void flip(Path file, long at) throws IOException {
        try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int before = bytes.read();
            bytes.seek(at);
            bytes.write(before ^ 0x40);
        }
    }

    @Test
    void a_backup_of_which_the_repository_has_lost_a_part_is_bad() throws IOException {
        var backup = cluster.backup();
        var packs = folder.resolve("repository/backup").resolve(backup.id().text());
        try (var files = Files.list(packs)) {
            for (var pack : files.filter(file -> file.getFileName().toString().startsWith("data-"))
                    .toList()) {
                Files.delete(pack);
            }
        }

        var proof = verifying.proof(backup);

        assertThat(proof.verdict()).isEqualTo(Verdict.BAD);
        assertThat(check(proof, CheckKind.RESTORE).findings())
                .singleElement()
                .asString()
                .matches("object 'backup/%s/data-.*' is missing in .*".formatted(backup.id()));
        assertThat(check(proof, CheckKind.PAGES).doubts()).containsExactly("the backup was not restored");
        assertThat(proof.recovered()).isEmpty();
    }

    @Test
    void without_programs_nothing_is_determined() {
        var usual = verifying.request();
        var request = new VerificationRequest(
                usual.target(),
                _ -> {
                    throw new NoPrograms();
                },
                usual.folder(),
                false,
                1,
                usual.without(),
                usual.queries(),
                usual.roles(),
                usual.by());

        var proof = verifying.run(full, request).proof();

        assertThat(proof.verdict()).isEqualTo(Verdict.UNDETERMINED);
        assertThat(proof.checks())
                .filteredOn(Check::asked)
                .allSatisfy(check -> assertThat(check.doubts()).containsExactly("there are no programs"));
    }

    private static final class NoPrograms extends HoldfastException {

        private static final long serialVersionUID = 1;

        NoPrograms() {
            super("there are no programs", "install them");
        }

        @Override
        public String code() {
            return "test.no-programs";
        }

        @Override
        public ProblemKind kind() {
            return ProblemKind.USAGE;
        }
    }

    @Test
    void one_that_is_ended_early_is_undetermined_and_leaves_nothing() {
        var closing = new CompletableFuture<Void>();
        var holder = new CompletableFuture<BackupVerification>();
        var progress = new VerificationProgress() {
            @Override
            public RestoreProgress restore() {
                return new RestoreProgress() {
                    @Override
                    public void phase(Phase phase) {
                        if (phase == Phase.RECOVERING) {
                            Thread.ofPlatform().start(() -> {
                                try {
                                    holder.join().cancel();
                                    closing.complete(null);
                                } catch (InterruptedException e) {
                                    closing.completeExceptionally(e);
                                }
                            });
                        }
                    }

                    @Override
                    public void expected(long bytes) {}

                    @Override
                    public void advanced(long bytes) {}
                };
            }

            @Override
            public void remark(String line) {}
        };
        var verification = verifying.of(full, verifying.request(), progress);
        holder.complete(verification);

        var proof = verification.run().proof();

        closing.orTimeout(1, TimeUnit.MINUTES).join();
        assertThat(proof.verdict()).isEqualTo(Verdict.UNDETERMINED);
        assertThat(check(proof, CheckKind.PAGES).doubts()).containsExactly("it was interrupted");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void what_a_killed_process_left_is_removed_with_its_server() throws Exception {
        var outcome = verifying.run(full, verifying.kept());
        var sandbox = outcome.sandbox().orElseThrow();
        assertThat(outcome.proof().verdict()).isEqualTo(Verdict.GOOD);
        assertThat(Sandbox.sweep(verifying.folder())).isEmpty();
        var server = cluster.server
                .user()
                .start(cluster.server
                        .user()
                        .program(List.of(
                                "setsid",
                                cluster.bin().resolve("postgres").toString(),
                                "-D",
                                sandbox.resolve("data").toString()))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD));
        await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(sandbox.resolve("socket/.s.PGSQL.5432")));
        assertThat(listening(sandbox)).isEqualTo("''");
        Files.createFile(sandbox.resolve("lock"));

        assertThat(Sandbox.sweep(verifying.folder())).containsExactly(sandbox);

        assertThat(sandbox).doesNotExist();
        await().atMost(Duration.ofMinutes(1)).until(() -> !server.isAlive());
    }

    private static String listening(Path sandbox) {
        var settings = io.holdfast.postgres.cluster.ConnectionSettings.of(
                new io.holdfast.postgres.cluster.ServerAddress.UnixSocket(sandbox.resolve("socket"), 5432),
                "postgres",
                "postgres");
        return await().atMost(Duration.ofMinutes(1))
                .ignoreExceptions()
                .until(
                        () -> {
                            try (var session = SqlSession.open(settings)) {
                                return session.one(
                                        "SELECT quote_literal(current_setting('listen_addresses')) AS line",
                                        row -> row.text("line"));
                            }
                        },
                        line -> true);
    }

    @Test
    void a_folder_that_is_not_there_decides_nothing() {
        var nowhere = new Verifying(cluster, folder.resolve("nowhere"));

        var proof = nowhere.proof(full);

        assertThat(proof.verdict()).isEqualTo(Verdict.UNDETERMINED);
        assertThat(check(proof, CheckKind.RESTORE).doubts())
                .singleElement()
                .asString()
                .startsWith("no sandbox can be made in '%s'".formatted(nowhere.folder()));
    }
}
