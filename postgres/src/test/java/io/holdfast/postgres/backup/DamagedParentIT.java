package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.store.ObjectKey;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A repository in which a disk has lost what the newest backup says of its files: the next backup is as good as any. */
class DamagedParentIT {

    private static final Map<String, String> SUMMARIZING = Map.of("summarize_wal", "on");

    @Test
    void what_the_parent_no_longer_tells_is_read_and_stored_again() throws IOException {
        try (var cluster = TestCluster.start(18, SUMMARIZING);
                var repository = TestRepository.create()) {
            cluster.execute(
                    "CREATE TABLE story AS SELECT n, repeat(md5(n::text), 8) AS text FROM generate_series(1, 8000) AS n",
                    "CREATE TABLE still AS TABLE story",
                    "VACUUM (FREEZE) story, still");
            var chain = new BackupChain(repository, SUMMARIZING);
            var full = chain.full(cluster);

            damage(repository, mapOf(cluster, repository, full.manifest()));
            cluster.execute("UPDATE story SET text = 'first' WHERE n % 1000 = 1");
            var first = chain.incremental(cluster);
            chain.assertRestores(first, cluster);
            damage(repository, pageOf(repository, first.manifest()));
            cluster.execute("UPDATE story SET text = 'second' WHERE n % 1000 = 2");
            var second = chain.incremental(cluster);
            cluster.execute("UPDATE story SET text = 'third' WHERE n % 1000 = 3");
            var third = chain.summarized(cluster);

            assertThat(first.details().damagedParent().orElseThrow().parts()).isEqualTo(1);
            assertThat(first.manifest().totals().storedBytes())
                    .isLessThan(full.manifest().totals().storedBytes() / 2);
            assertThat(second.details().damagedParent().orElseThrow().first())
                    .startsWith("object 'backup/")
                    .contains("' is damaged: frame ");
            assertThat(third.details().damagedParent()).isEmpty();
            chain.assertRestores(third, cluster);
        }
    }

    /** The newest backup is none any more; the one before it is as good, and nothing of it is believed that it does not say. */
    @Test
    void a_parent_whose_manifest_is_damaged_is_passed_over_and_that_is_said() throws IOException {
        try (var cluster = TestCluster.start(18, SUMMARIZING);
                var repository = TestRepository.create()) {
            cluster.execute(
                    "CREATE TABLE story AS SELECT n, repeat(md5(n::text), 8) AS text FROM generate_series(1, 8000) AS n");
            var chain = new BackupChain(repository, SUMMARIZING);
            var full = chain.full(cluster);
            cluster.execute("UPDATE story SET text = 'first' WHERE n % 1000 = 1");
            var first = chain.summarized(cluster);
            cluster.execute("UPDATE story SET text = 'second' WHERE n % 1000 = 2");

            damageEnd(repository, first.manifest().id().manifestKey());
            var second = chain.summarized(cluster);
            cluster.execute("UPDATE story SET text = 'third' WHERE n % 1000 = 3");
            damageEnd(repository, full.manifest().id().manifestKey());
            damageEnd(repository, second.manifest().id().manifestKey());
            // Of two that began in the same second, as none do but in a test, nobody can tell which is newer.
            await().until(() ->
                    Instant.now().isAfter(second.manifest().id().begun().plusSeconds(1)));
            var third = chain.incremental(cluster);
            cluster.execute("UPDATE story SET text = 'fourth' WHERE n % 1000 = 4");
            var fourth = chain.summarized(cluster);

            assertThat(second.manifest().parent()).contains(full.manifest().id());
            assertThat(passedOver(second)).hasValueSatisfying(passed -> {
                assertThat(passed.backups()).isEqualTo(1);
                assertThat(passed.newest())
                        .contains("manifest/" + first.manifest().id());
            });
            assertThat(third.manifest().id().kind()).isEqualTo(BackupId.Kind.FULL);
            assertThat(third.manifest().parent()).isEmpty();
            assertThat(passedOver(third)).hasValueSatisfying(passed -> {
                assertThat(passed.backups()).isEqualTo(3);
                assertThat(passed.newest())
                        .contains("manifest/" + second.manifest().id());
            });
            assertThat(passedOver(fourth)).isEmpty();
            chain.assertRestores(third, cluster);
            chain.assertRestores(fourth, cluster);
        }
    }

    /** A manifest that is gone was a backup for nobody. */
    @Test
    void a_parent_whose_manifest_is_gone_is_none() throws IOException {
        try (var cluster = TestCluster.start(18, SUMMARIZING);
                var repository = TestRepository.create()) {
            cluster.execute(
                    "CREATE TABLE story AS SELECT n, repeat(md5(n::text), 8) AS text FROM generate_series(1, 8000) AS n");
            var chain = new BackupChain(repository, SUMMARIZING);
            var full = chain.full(cluster);
            cluster.execute("UPDATE story SET text = 'first' WHERE n % 1000 = 1");
            var gone = chain.summarized(cluster);
            cluster.execute("UPDATE story SET text = 'second' WHERE n % 1000 = 2");

            Files.delete(file(repository, gone.manifest().id().manifestKey()));
            var next = chain.summarized(cluster);

            assertThat(next.manifest().parent()).contains(full.manifest().id());
            assertThat(passedOver(next)).isEmpty();
            chain.assertRestores(next, cluster);
        }
    }

    private static Optional<BackupDetails.PassedOver> passedOver(BackupChain.Link link) {
        return BackupDetails.of(link.manifest()).passedOver();
    }

    /** Where the backup says where the table's frames are. */
    private static FrameReference mapOf(TestCluster cluster, TestRepository repository, Manifest manifest) {
        var path = "data/" + cluster.ask("pg_relation_filepath('story')");
        var file = TestRepository.file(repository.entries(manifest), path);
        return ((Content.Mapped) file.content()).maps().getFirst();
    }

    private static FrameReference pageOf(TestRepository repository, Manifest manifest) {
        try (var pages = repository.repository().manifests().pages(manifest)) {
            return pages.findFirst().orElseThrow().reference();
        }
    }

    private static void damage(TestRepository repository, FrameReference frame) throws IOException {
        damage(file(repository, frame.pack().key()), frame.location().end());
    }

    private static void damageEnd(TestRepository repository, ObjectKey key) throws IOException {
        var object = file(repository, key);
        damage(object, Files.size(object) - 20);
    }

    private static Path file(TestRepository repository, ObjectKey key) {
        return Path.of(repository.reference().location()).resolve(key.text());
    }

    /** The byte before a position. */
    private static void damage(Path object, long end) throws IOException {
        try (var file = new RandomAccessFile(object.toFile(), "rw")) {
            file.seek(end - 1);
            int last = file.read();
            file.seek(end - 1);
            file.write(last ^ 1);
        }
    }
}
