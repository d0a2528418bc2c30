package io.holdfast.postgres.verify;

import static io.holdfast.postgres.verify.Verifying.check;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.cluster.ServerException;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.restore.ProtectedCluster;
import io.holdfast.postgres.restore.RestoreProgress.Phase;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.testkit.NewCluster;
import io.holdfast.testkit.programs.NeedsSmallDisk;
import io.holdfast.testkit.programs.ServerFolder;
import io.holdfast.testkit.programs.SmallDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One cluster without page checksums, in which much is unusual. Each test leaves the first backup alone. */
class OddClusterVerificationIT {

    private static final String ODD = "o'd\"d {x} \\ ?";

    @TempDir(factory = ServerFolder.class)
    static Path folder;

    /** What is named in SQL: without quotes. */
    @TempDir
    static Path plain;

    private static ProtectedCluster cluster;
    private static Verifying verifying;
    private static Manifest backup;

    @BeforeAll
    static void take_a_backup() {
        var binaries = PostgresBinaries.version18();
        cluster = ProtectedCluster.of(
                folder,
                binaries,
                NewCluster.initialise(
                        binaries,
                        folder.resolve("source"),
                        InitOptions.forTests().withDataChecksums(false).withWalSegmentMegabytes(1)));
        verifying = Verifying.of(cluster);
        cluster.execute("ALTER SYSTEM SET wal_keep_size = '1GB'");
        cluster.execute("SELECT pg_reload_conf()");
        cluster.server.user().own(plain);
        cluster.execute("CREATE DATABASE \"%s\"".formatted(ODD.replace("\"", "\"\"")));
        cluster.execute("CREATE DATABASE closed ALLOW_CONNECTIONS false");
        in(ODD, "CREATE UNLOGGED TABLE public.\"u n\" (n int PRIMARY KEY)");
        in(ODD, "INSERT INTO public.\"u n\" VALUES (1), (2)");
        in(ODD, "CREATE TABLE public.twice AS SELECT 1 AS n FROM generate_series(1, 2)");
        assertThatThrownBy(() -> in(ODD, "CREATE UNIQUE INDEX CONCURRENTLY never_valid ON public.twice (n)"))
                .isInstanceOf(ServerException.class);
        cluster.execute("ALTER DATABASE template1 SET session_preload_libraries = 'gone_for_ever'");
        cluster.execute("ALTER ROLE postgres IN DATABASE template1 SET role = 'pg_monitor'");
        backup = cluster.backup();
        cluster.execute("ALTER DATABASE template1 RESET ALL");
        cluster.storeWal();
    }

    private static void in(String database, String sql) {
        try (var session =
                SqlSession.open(ProtectedCluster.settings(cluster.server).withDatabase(database))) {
            session.execute(sql);
        }
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
    void without_checksums_the_pages_are_not_judged_and_what_is_unusual_is_no_damage() {
        var proof = verifying.proof(backup);

        assertThat(proof.verdict()).isEqualTo(Verdict.UNDETERMINED);
        assertThat(check(proof, CheckKind.PAGES).doubts()).containsExactly("the cluster has no data checksums");
        assertThat(proof.checks())
                .filteredOn(check -> check.asked() && check.kind() != CheckKind.PAGES)
                .as("%s", proof)
                .allMatch(check -> check.verdict() == Verdict.GOOD);
        assertThat(check(proof, CheckKind.DATABASES).right()).isEqualTo(3);
        assertThat(verifying
                        .run(backup, verifying.without(CheckKind.PAGES, CheckKind.TABLES))
                        .proof()
                        .verdict())
                .isEqualTo(Verdict.GOOD);
    }

    @Test
    void an_index_in_disorder_is_bad_and_what_this_host_lacks_is_not() throws IOException {
        cluster.execute("CREATE FUNCTION public.cmp(int, int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
                + " 'BEGIN RETURN sign($1 - $2); END'");
        cluster.execute("CREATE OPERATOR CLASS public.ours FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 2 <=,"
                + " OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 public.cmp(int, int)");
        cluster.execute("CREATE TABLE public.t AS SELECT n, 'x' || n AS s FROM generate_series(1, 3000) AS n");
        cluster.execute("CREATE INDEX ordered ON public.t (n public.ours)");
        cluster.execute("CREATE OR REPLACE FUNCTION public.cmp(int, int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
                + " 'BEGIN RETURN sign($2 - $1); END'");
        var library = plain.resolve("far.so");
        Files.copy(cluster.bin().resolveSibling("lib").resolve("postgresql/fuzzystrmatch.so"), library);
        cluster.execute("CREATE FUNCTION public.far(text, text) RETURNS int LANGUAGE C IMMUTABLE STRICT AS"
                + " '%s', 'levenshtein'".formatted(library));
        cluster.execute("CREATE INDEX by_distance ON public.t (public.far(s, 'x'))");
        Manifest taken;
        try {
            taken = cluster.backup();
        } finally {
            cluster.execute("DROP TABLE public.t");
            Files.delete(library);
        }

        var proof = verifying
                .run(
                        taken,
                        verifying.asking(
                                "SELECT public.far('a', 'b')",
                                "DELETE FROM t",
                                "SELECT 1 / (3000 - n) FROM t ORDER BY n"))
                .proof();

        assertThat(proof.verdict()).isEqualTo(Verdict.BAD);
        assertThat(check(proof, CheckKind.INDEXES).findings())
                .singleElement()
                .asString()
                .startsWith(
                        "index public.ordered of table public.t in database postgres: item order invariant violated");
        assertThat(check(proof, CheckKind.INDEXES).doubts())
                .singleElement()
                .asString()
                .startsWith("index public.by_distance of table public.t in database postgres: could not access file");
        assertThat(check(proof, CheckKind.QUERIES).findings())
                .singleElement()
                .asString()
                .contains("division by zero");
        assertThat(check(proof, CheckKind.QUERIES).doubts())
                .hasSize(2)
                .anyMatch(line -> line.contains("could not access file"))
                .anyMatch(line -> line.startsWith("query 'DELETE FROM t'"));
    }

    @Test
    void a_database_whose_folder_is_missing_is_bad() throws IOException {
        cluster.execute("CREATE DATABASE emptied");
        var oid = cluster.text("SELECT oid::text AS line FROM pg_database WHERE datname = 'emptied'");
        var place = cluster.server.dataDirectory().resolve("base").resolve(oid);
        cluster.execute("CHECKPOINT");
        try (var files = Files.list(place)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(place);
        Manifest taken;
        try {
            taken = cluster.backup();
        } finally {
            Files.createDirectory(place);
            cluster.server.user().own(place);
            cluster.execute("DROP DATABASE emptied");
        }

        var proof = verifying
                .run(taken, verifying.without(CheckKind.PAGES, CheckKind.TABLES, CheckKind.INDEXES))
                .proof();

        assertThat(proof.verdict()).isEqualTo(Verdict.BAD);
        assertThat(check(proof, CheckKind.DATABASES).findings())
                .singleElement()
                .asString()
                .startsWith("database emptied: ");
    }

    /** What recovery would do to it: another server with the same numbers lives there. */
    @Test
    void a_tablespace_that_the_wal_makes_stays_what_its_source_has_made_of_it() throws IOException {
        var space = Files.createDirectory(plain.resolve("later"));
        cluster.server.user().own(space);
        cluster.execute("CREATE TABLESPACE later LOCATION '%s'".formatted(space));
        cluster.execute("CREATE TABLE public.far_away TABLESPACE later AS SELECT n FROM generate_series(1, 1000) AS n");
        cluster.execute("CHECKPOINT");
        cluster.storeWal();
        var before = times(space);

        var proof = verifying.run(backup, verifying.latest()).proof();

        assertThat(proof.verdict()).isEqualTo(Verdict.UNDETERMINED);
        assertThat(check(proof, CheckKind.RESTORE).doubts())
                .singleElement()
                .asString()
                .matches("the WAL makes tablespace \\d+ in '%s', at .*: a clone would write there".formatted(space));
        assertThat(times(space)).isEqualTo(before);
        assertThat(verifying
                        .run(
                                cluster.backup(),
                                verifying.latest(new ProofQuery(
                                        "postgres", "SELECT count(*) FROM far_away", Optional.of("1000"))))
                        .proof()
                        .verdict())
                .isEqualTo(Verdict.GOOD);
        assertThat(times(space)).isEqualTo(before);
        cluster.execute("DROP TABLE public.far_away");
        cluster.execute("DROP TABLESPACE later");
    }

    private static Map<Path, Object> times(Path tree) throws IOException {
        var times = new TreeMap<Path, Object>();
        try (var files = Files.walk(tree)) {
            for (var file : files.toList()) {
                times.put(file, List.of(Files.getLastModifiedTime(file), Files.size(file)));
            }
        }
        return times;
    }

    @Test
    void a_recovery_that_ends_elsewhere_is_bad() {
        cluster.execute("CREATE TABLE IF NOT EXISTS public.behind AS SELECT 1 AS n");
        var taken = cluster.backup();
        cluster.execute("INSERT INTO public.behind VALUES (2)");
        cluster.storeWal();
        var progress = Verifying.at(Phase.RECOVERING, () -> {
            try {
                Files.writeString(
                        verifying.sandbox().resolve("data/postgresql.auto.conf"),
                        "recovery_target = 'immediate'\n",
                        StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        var proof = verifying.of(taken, verifying.latest(), progress).run().proof();

        assertThat(proof.verdict()).isEqualTo(Verdict.BAD);
        assertThat(check(proof, CheckKind.RECOVERY).findings())
                .singleElement()
                .asString()
                .startsWith("recovery ended ")
                .contains(", not ");
        assertThat(proof.recovered()).isEmpty();
        assertThat(proof.restoreTime()).isEmpty();
    }

    @Test
    void wal_that_has_rotted_is_bad() throws IOException {
        cluster.execute("CREATE TABLE public.rotten AS SELECT n, md5(n::text) FROM generate_series(1, 2000) AS n");
        var taken = cluster.backup();
        cluster.execute(
                "INSERT INTO public.rotten SELECT n, repeat(md5(n::text), 20) FROM generate_series(1, 12000) AS n");
        cluster.storeWal();
        var rotten = firstWalBehind(BackupDetails.of(taken).stop());
        var bytes = Files.readAllBytes(rotten);
        assertThat(rotten.toFile().setWritable(true)).isTrue();
        bytes[bytes.length / 2] ^= 4;
        Files.write(rotten, bytes);
        try {
            var proof = verifying.run(taken, verifying.latest()).proof();

            assertThat(proof.verdict()).isEqualTo(Verdict.BAD);
            assertThat(check(proof, CheckKind.RECOVERY).findings())
                    .singleElement()
                    .asString()
                    .endsWith("does not authenticate");
        } finally {
            bytes[bytes.length / 2] ^= 4;
            Files.write(rotten, bytes);
            cluster.execute("DROP TABLE public.rotten");
        }
    }

    @Test
    void a_backup_that_lacks_its_own_wal_is_bad() throws IOException {
        cluster.storeWal();
        var taken = cluster.backup();
        try (var files = Files.walk(folder.resolve("repository/backup/" + taken.id()))) {
            for (var file : files.filter(file -> file.toString().contains("/wal/00000001/"))
                    .toList()) {
                Files.delete(file);
            }
        }

        var proof = verifying.proof(taken);

        assertThat(proof.verdict()).isEqualTo(Verdict.BAD);
        assertThat(check(proof, CheckKind.RECOVERY).findings())
                .singleElement()
                .asString()
                .matches("backup %s needs WAL up to .*, and it ends at .*".formatted(taken.id()));
    }

    @Test
    void wal_with_a_hole_before_its_end_is_bad() throws IOException {
        var taken = cluster.backup();
        cluster.storeWal();
        cluster.execute("SELECT pg_switch_wal()");
        cluster.execute("CREATE TABLE IF NOT EXISTS public.holed AS SELECT 1 AS n");
        cluster.storeWal();
        var lost = newestWal().getParent();
        cluster.execute("SELECT pg_switch_wal()");
        cluster.execute("INSERT INTO public.holed VALUES (2)");
        cluster.storeWal();
        var away = folder.resolve("lost");
        Files.move(lost, away);
        try {
            var proof = verifying.run(taken, verifying.latest()).proof();

            assertThat(proof.verdict()).isEqualTo(Verdict.BAD);
            assertThat(check(proof, CheckKind.RECOVERY).findings())
                    .singleElement()
                    .asString()
                    .startsWith("WAL is missing between ");
            assertThat(check(proof, CheckKind.RECOVERY).right()).isEqualTo(1);
        } finally {
            Files.move(away, lost);
        }
    }

    /**
     * Of the newest session: the first that begins behind a position, by its name. Not the last, which would only look as if WAL
     * ended before it, and not one before, of which the backup has all that it needs.
     */
    private static Path firstWalBehind(Lsn position) throws IOException {
        try (var files = Files.list(newestWal().getParent())) {
            var behind = files.filter(file -> String.valueOf(file.getFileName()).compareTo(position.sortable()) > 0)
                    .sorted()
                    .toList();
            assertThat(behind).hasSizeGreaterThan(1);
            return behind.getFirst();
        }
    }

    private static Path newestWal() throws IOException {
        try (var files = Files.walk(folder.resolve("repository/claim"))) {
            return files.filter(
                            file -> Files.isRegularFile(file) && file.toString().contains("/wal/"))
                    .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
                    .orElseThrow();
        }
    }

    @Test
    @NeedsSmallDisk
    void without_space_nothing_is_determined_and_nothing_is_left() throws IOException {
        var small = Files.createDirectory(folder.resolve("small"));
        long megabytes = backup.totals().bytes() / 1_000_000;
        try (var disk = SmallDisk.mount(small, "size=%dm".formatted(megabytes / 2))) {
            var refused = verifying.run(backup, verifying.in(small)).proof();

            assertThat(refused.verdict()).isEqualTo(Verdict.UNDETERMINED);
            assertThat(check(refused, CheckKind.RESTORE).doubts())
                    .singleElement()
                    .asString()
                    .contains("bytes, ", " are free");

            disk.resize("size=%dm".formatted(megabytes + 2));
            var full = verifying.run(backup, verifying.in(small)).proof();

            assertThat(full.verdict()).isEqualTo(Verdict.UNDETERMINED);
            assertThat(full.checks()).allMatch(check -> check.wrong() == 0);
            assertThat(small).isEmptyDirectory();
        }
    }
}
