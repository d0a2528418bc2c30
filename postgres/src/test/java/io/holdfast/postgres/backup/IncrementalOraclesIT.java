package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.cluster.ServerAddress;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.restore.RestoredTree;
import io.holdfast.postgres.restore.RunningRestore;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.testkit.programs.NeedsClientPrograms;
import io.holdfast.testkit.programs.PostgresClientPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What PostgreSQL's own programs make of incremental backups. */
@NeedsClientPrograms
class IncrementalOraclesIT {

    /** What each backup has of its own, and WAL. */
    private static final Pattern OWN = Pattern.compile(
            "backup_label|backup_manifest|global/pg_control|pg_wal/.*|tablespace_map|.*\\.server\\.log");

    private static final int BLOCK = 8192;

    private static void fill(TestCluster cluster) {
        cluster.execute(
                "CREATE TABLE scattered AS SELECT n, repeat(md5(n::text), 8) AS text FROM generate_series(1, 30000) n",
                "CREATE INDEX ON scattered (n)",
                "CREATE INDEX ON scattered USING gin (string_to_array(text, 'a'))",
                "CREATE TABLE cut AS TABLE scattered",
                "CREATE TABLE dropped AS TABLE scattered",
                "COPY cut TO '%s'".formatted(cluster.folderBeside("files").resolve("rows")),
                "VACUUM (FREEZE)",
                "CHECKPOINT");
    }

    private static void change(TestCluster cluster) {
        cluster.execute(
                "UPDATE scattered SET text = 'changed' WHERE n % 2000 = 0",
                "DELETE FROM cut WHERE n > 10000",
                "VACUUM cut",
                "COPY cut FROM '%s'".formatted(cluster.folder().resolve("files/rows")),
                "DROP TABLE dropped",
                "CREATE TABLE made AS SELECT generate_series(1, 5000) AS n",
                "CREATE DATABASE copied STRATEGY file_copy",
                "VACUUM (FREEZE)");
    }

    /** Sets whatever bits the queries of a backup set, in catalogues that the next one would then find different. */
    private static void rehearse(TestCluster cluster) {
        try (var nowhere = TestRepository.create()) {
            nowhere.backUp(cluster);
        }
        cluster.execute("CHECKPOINT");
    }

    private static void baseBackup(PostgresClientPrograms programs, TestCluster cluster, Path target, String... more) {
        var address = (ServerAddress.UnixSocket) cluster.connection().address();
        var arguments = new ArrayList<>(List.of(
                "-h",
                address.folder().toString(),
                "-p",
                Integer.toString(address.port()),
                "-U",
                "postgres",
                "-D",
                target.toString(),
                "--checkpoint=fast",
                "--no-sync",
                "--wal-method=none"));
        arguments.addAll(List.of(more));
        programs.output("pg_basebackup", arguments.toArray(String[]::new));
    }

    @Test
    void an_incremental_backup_is_block_by_block_what_pg_combinebackup_makes() throws IOException {
        var programs = PostgresClientPrograms.version18();
        try (var cluster = TestCluster.start(18, Map.of("summarize_wal", "on"));
                var repository = TestRepository.create()) {
            var theirs = cluster.folderBeside("theirs");
            fill(cluster);
            repository.backUp(cluster);
            baseBackup(programs, cluster, theirs.resolve("full"));
            change(cluster);
            rehearse(cluster);

            var manifest = repository.incremental(cluster);
            baseBackup(
                    programs,
                    cluster,
                    theirs.resolve("incremental"),
                    "--incremental=" + theirs.resolve("full/backup_manifest"));
            programs.output(
                    "pg_combinebackup",
                    "--no-sync",
                    "-o",
                    theirs.resolve("combined").toString(),
                    theirs.resolve("full").toString(),
                    theirs.resolve("incremental").toString());

            assertThat(BackupDetails.of(manifest).incremental().orElseThrow().method())
                    .isEqualTo(IncrementalDetails.Method.SUMMARIES);
            var combined = theirs.resolve("combined");
            assertThat(differences(combined, product(cluster, repository, manifest)))
                    .isEmpty();
            assertThat(differences(combined, plain(cluster, repository, manifest)))
                    .isEmpty();
        }
    }

    private static Path product(TestCluster cluster, TestRepository repository, Manifest manifest) {
        var folder = cluster.folder().resolve("of the product");
        RestoredTree.write(repository.repository(), manifest, folder);
        return folder;
    }

    private static Path plain(TestCluster cluster, TestRepository repository, Manifest manifest) {
        var folder = cluster.folder().resolve("plain");
        PlainRestore.writeFiles(repository.repository(), manifest, folder);
        return folder.resolve("data");
    }

    private static List<String> differences(Path expected, Path found) throws IOException {
        var differences = new ArrayList<String>();
        var names = files(expected);
        var others = files(found);
        for (var name : union(names, others)) {
            if (!names.contains(name) || !others.contains(name)) {
                differences.add("%s only in %s".formatted(name, names.contains(name) ? expected : found));
                continue;
            }
            var one = Files.readAllBytes(expected.resolve(name));
            var other = Files.readAllBytes(found.resolve(name));
            if (one.length != other.length) {
                differences.add("%s: %d and %d bytes".formatted(name, one.length, other.length));
            }
            for (int at = 0; at < Math.min(one.length, other.length); at += BLOCK) {
                int end = Math.min(at + BLOCK, Math.min(one.length, other.length));
                if (!Arrays.equals(one, at, end, other, at, end)) {
                    differences.add("%s: block %d".formatted(name, at / BLOCK));
                }
            }
        }
        return differences;
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        var all = new TreeSet<>(one);
        all.addAll(other);
        return all;
    }

    private static Set<String> files(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .filter(name -> !OWN.matcher(name).matches())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void a_restored_incremental_backup_passes_amcheck_and_its_checksums_hold() {
        var programs = PostgresClientPrograms.version18();
        try (var cluster = TestCluster.start(18, Map.of("summarize_wal", "on"));
                var repository = TestRepository.create()) {
            fill(cluster);
            cluster.execute("CREATE EXTENSION amcheck");
            repository.backUp(cluster);
            change(cluster);
            var manifest = repository.incremental(cluster);

            try (var restored = RunningRestore.anew(
                    repository.repository(),
                    repository.reference(),
                    new RecoveryTarget.Immediate(),
                    request -> request.withBackup(manifest.id()),
                    cluster.server().binaries(),
                    Map.of())) {
                var address = (ServerAddress.UnixSocket) restored.connection().address();
                programs.output(
                        "pg_amcheck",
                        "-h",
                        address.folder().toString(),
                        "-p",
                        Integer.toString(address.port()),
                        "-U",
                        "postgres",
                        "--heapallindexed",
                        "--rootdescend",
                        "--parent-check",
                        "postgres");
                restored.stop();
                assertThat(programs.output(
                                "pg_checksums",
                                "--check",
                                "-D",
                                restored.directory().toString()))
                        .contains("Bad checksums:  0");
            }
        }
    }

    /** The sums are those that PostgreSQL took when nothing had been written since our backup. */
    @Test
    void pg_verifybackup_finds_every_file_as_it_was() throws IOException {
        var programs = PostgresClientPrograms.version16();
        try (var cluster = TestCluster.start(16, Map.of());
                var repository = TestRepository.create()) {
            var theirs = cluster.folderBeside("theirs");
            fill(cluster);
            repository.backUp(cluster);
            change(cluster);
            rehearse(cluster);
            var manifest = repository.incremental(cluster);
            baseBackup(programs, cluster, theirs.resolve("full"), "--manifest-checksums=SHA256");

            var restored = product(cluster, repository, manifest);
            Files.copy(theirs.resolve("full/backup_manifest"), restored.resolve("backup_manifest"));
            cluster.server().user().own(restored);
            assertThat(programs.output(
                            "pg_verifybackup",
                            "--no-parse-wal",
                            "--ignore=backup_label",
                            "--ignore=global/pg_control",
                            restored.toString()))
                    .contains("backup successfully verified");
        }
    }
}
