package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.FrameReference;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Map;
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
        var object = Path.of(repository.reference().location())
                .resolve(frame.pack().key().text());
        try (var file = new RandomAccessFile(object.toFile(), "rw")) {
            file.seek(frame.location().end() - 1);
            int last = file.read();
            file.seek(frame.location().end() - 1);
            file.write(last ^ 1);
        }
    }
}
