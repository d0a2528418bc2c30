package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.cluster.SqlSession;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.restore.RunningRestore;
import io.holdfast.repository.manifest.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Backups of a cluster on which nobody writes meanwhile, each with what the cluster held then. */
final class BackupChain {

    private final TestRepository repository;
    private final Map<String, String> settings;
    private final List<Link> links = new ArrayList<>();

    /** @param content of the cluster when the backup was taken */
    record Link(Manifest manifest, Map<String, String> content) {

        IncrementalDetails details() {
            return BackupDetails.of(manifest).incremental().orElseThrow();
        }
    }

    /** @param settings that a restored server needs to start */
    BackupChain(TestRepository repository, Map<String, String> settings) {
        this.repository = repository;
        this.settings = settings;
    }

    Link full(TestCluster cluster) {
        return add(cluster, repository.backUp(cluster));
    }

    Link incremental(TestCluster cluster) {
        return add(cluster, repository.incremental(cluster));
    }

    /** One from the server's own account of what changed. */
    Link summarized(TestCluster cluster) {
        var link = incremental(cluster);
        assertThat(link.details().doubts()).isEmpty();
        assertThat(link.details().method()).isEqualTo(IncrementalDetails.Method.SUMMARIES);
        return link;
    }

    /** One that reads everything because of this doubt. */
    Link compared(TestCluster cluster, String doubt) {
        var link = incremental(cluster);
        assertThat(link.details().doubts())
                .extracting(IncrementalDetails.Doubt::code)
                .containsExactly(doubt);
        assertThat(link.details().method()).isEqualTo(IncrementalDetails.Method.COMPARISON);
        return link;
    }

    private Link add(TestCluster cluster, Manifest manifest) {
        // Content is read afterwards: what a look writes (hint bits) must not come into the backup and hide a mistake.
        links.add(new Link(manifest, ContentOf.everything(cluster.connection())));
        return links.getLast();
    }

    Link last() {
        return links.getLast();
    }

    List<Link> links() {
        return List.copyOf(links);
    }

    void assertEachRestores(TestCluster like) {
        links.forEach(link -> assertRestores(link, like));
    }

    /** Restored by the product, it holds the same, and its indexes and tables are sound. */
    void assertRestores(Link link, TestCluster like) {
        var id = link.manifest().id();
        try (var restored = RunningRestore.anew(
                repository.repository(),
                repository.reference(),
                new RecoveryTarget.Immediate(),
                request -> request.withBackup(id),
                like.server().binaries(),
                settings)) {
            assertThat(ContentOf.everything(restored.connection()))
                    .as("backup %s", id)
                    .isEqualTo(link.content());
            assertSound(restored.connection(), id.text());
        }
    }

    /** The same by the plain reader of the tests, which knows nothing of the product's. */
    void assertRestoresPlainly(Link link) {
        try (var restored =
                PlainRestore.restore(repository, link.manifest()).with(settings).run()) {
            assertThat(ContentOf.everything(restored.connection()))
                    .as("backup %s", link.manifest().id())
                    .isEqualTo(link.content());
        }
    }

    /** Tables and B-trees of a database, with amcheck. */
    static void assertSound(ConnectionSettings server, String name) {
        try (var session = SqlSession.open(server)) {
            session.execute("CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA public");
            session.list("""
                    SELECT public.bt_index_check(indexrelid, true)::text AS nothing
                    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
                    WHERE amname = 'btree' AND relpersistence <> 't' AND relkind = 'i' AND indisvalid
                    """, _ -> "");
            var faults = session.list("""
                    SELECT format('%s block %s: %s', relation::regclass, blkno, msg) AS fault
                    FROM (SELECT oid AS relation FROM pg_class
                          WHERE relkind IN ('r', 't', 'm') AND relpersistence <> 't') AS tables,
                         LATERAL public.verify_heapam(relation)
                    """, row -> row.text("fault"));
            assertThat(faults).as("tables of %s", name).isEmpty();
        }
    }
}
