package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.archive.OtherClusterException;
import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.store.ObjectKey;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RefusedBackupIT {

    @Test
    void another_cluster_is_refused() {
        try (var repository = TestRepository.create();
                var first = TestCluster.start();
                var second = TestCluster.start()) {
            repository.backUp(first);

            var refusal = refusal(OtherClusterException.class, repository, second);

            assertThat(refusal.kind()).isEqualTo(ProblemKind.REFUSED);
            assertThat(repository.repository().manifests().ids()).hasSize(1);
        }
    }

    /** What a session finds behind a name that has moved to another member: the same identifier, the same path. */
    @Test
    void files_of_another_member_at_the_same_path_are_refused() throws Exception {
        try (var repository = TestRepository.create();
                var cluster = TestCluster.start()) {
            var data = cluster.data();
            var away = cluster.folder().resolve("away");
            Files.move(data, away);
            new ProcessBuilder("cp", "-a", away.toString(), data.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
            Files.delete(data.resolve("postmaster.pid"));

            assertThat(refusal(BackupException.class, repository, cluster).code())
                    .isEqualTo("backup.other-host");

            try (var other =
                    EmbeddedPostgres.adopt(PostgresBinaries.version18(), data).start(Map.of("fsync", "off"))) {
                assertThat(refusal(BackupException.class, repository, cluster).code())
                        .isEqualTo("backup.other-host");
                other.stop(Shutdown.IMMEDIATE);
            }
            assertThat(repository.repository().manifests().ids()).isEmpty();

            new ProcessBuilder("rm", "-r", data.toString()).inheritIO().start().waitFor();
            Files.move(away, data);
            repository.backUp(cluster);
        }
    }

    /** Beside the server's container: the number in postmaster.pid is that of some process of ours. */
    @Test
    void where_the_server_cannot_be_seen_its_start_decides() throws Exception {
        try (var cluster = TestCluster.start();
                var session = cluster.sql()) {
            var lines = Files.readAllLines(cluster.data().resolve("postmaster.pid"));
            var seen = Files.createDirectory(cluster.folder().resolve("seen"));
            lines.set(0, Long.toString(ProcessHandle.current().pid()));
            Files.write(seen.resolve("postmaster.pid"), lines);

            SameServer.require(session, seen);

            lines.set(2, Long.toString(Long.parseLong(lines.get(2).strip()) - 3600));
            Files.write(seen.resolve("postmaster.pid"), lines);
            assertThat(catchThrowableOfType(BackupException.class, () -> SameServer.require(session, seen))
                            .code())
                    .isEqualTo("backup.other-host");
        }
    }

    @Test
    void minimal_wal_is_refused() {
        try (var repository = TestRepository.create();
                var cluster = TestCluster.start(18, Map.of("wal_level", "minimal", "max_wal_senders", "0"))) {
            var refusal = refusal(BackupException.class, repository, cluster);

            assertThat(refusal).hasMessage("wal_level is minimal: a backup could not be recovered");
            assertThat(refusal.hint()).isEqualTo("set wal_level = replica and restart the server");
            assertNothingIsStored(repository);
        }
    }

    @Test
    void a_user_who_may_not_know_the_data_directory_is_refused() {
        try (var repository = TestRepository.create();
                var cluster = TestCluster.start()) {
            cluster.execute("CREATE ROLE modest LOGIN");
            var request = BackupRequest.of(cluster.connection().withUser("modest"), TestRepository.MEMBER);

            var refusal =
                    catchThrowableOfType(BackupException.class, () -> repository.backUp(request, BackupProgress.NONE));

            assertThat(refusal.code()).isEqualTo("backup.data-directory-unknown");
            assertNothingIsStored(repository);
        }
    }

    @Test
    void a_role_with_no_more_than_the_rights_it_needs_is_enough() {
        try (var repository = TestRepository.create();
                var cluster = TestCluster.start()) {
            cluster.execute(
                    "CREATE ROLE keeper LOGIN REPLICATION",
                    "GRANT pg_read_all_settings TO keeper",
                    "GRANT EXECUTE ON FUNCTION pg_backup_start(text, bool) TO keeper",
                    "GRANT EXECUTE ON FUNCTION pg_backup_stop(bool) TO keeper");
            var request = BackupRequest.of(cluster.connection().withUser("keeper"), TestRepository.MEMBER);

            repository.backUp(request, BackupProgress.NONE);

            assertThat(repository.repository().manifests().ids()).hasSize(1);
        }
    }

    private static <T extends HoldfastException> T refusal(
            Class<T> type, TestRepository repository, TestCluster cluster) {
        return catchThrowableOfType(type, () -> repository.backUp(cluster));
    }

    private static void assertNothingIsStored(TestRepository repository) {
        for (var folder : new String[] {"generation", "backup", "manifest"}) {
            try (var objects = repository.repository().store().list(ObjectKey.of(folder))) {
                assertThat(objects).isEmpty();
            }
        }
    }
}
