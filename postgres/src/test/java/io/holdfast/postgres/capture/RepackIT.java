package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.backup.BackupProgress;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.backup.BaseBackup;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.retention.PostgresContents;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.PackId;
import io.holdfast.repository.removal.Keeper;
import io.holdfast.repository.removal.Reach;
import io.holdfast.repository.removal.RemovalReport;
import io.holdfast.repository.repack.RepackList;
import io.holdfast.repository.repack.RepackLists;
import io.holdfast.repository.retention.RetentionPolicy;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pack of which little is used any more is given up by the next backup, and goes with the backups of before. */
class RepackIT {

    private static final Duration NOTHING = Duration.ofMillis(1);
    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private Protected live;

    @BeforeEach
    void start() {
        live = Protected.start(PostgresBinaries.version18(), folder, Map.of("summarize_wal", "on"));
        live.execute("CREATE TABLE public.story (line text)");
        live.execute("INSERT INTO public.story VALUES ('the beginning')");
        // Stays as it is for ever, in the first pack, beside what does not.
        live.execute("CREATE TABLE public.stays AS SELECT n, md5(n::text) FROM generate_series(1, 3000) AS n");
        // Hardly compresses.
        live.execute("CREATE TABLE public.changes AS SELECT n, (SELECT string_agg(md5((n * 8 + i)::text), '')"
                + " FROM generate_series(0, 7) AS i) AS t FROM generate_series(1, 150000) AS n");
        live.execute("CHECKPOINT");
    }

    @AfterEach
    void stop() {
        live.close();
    }

    private Manifest backup() {
        return new BaseBackup(
                        live.repository,
                        BackupRequest.of(live.tcp(), Protected.MEMBER).withKind(BackupId.Kind.INCREMENTAL),
                        BackupProgress.NONE,
                        InstantSource.system(),
                        Thread::sleep)
                .take();
    }

    private RemovalReport expire() {
        return new Keeper(
                        live.repository,
                        new PostgresContents(live.repository, NOTHING),
                        RetentionPolicy.ofWindow(NOTHING),
                        NOTHING)
                .run();
    }

    private Set<PackId> reach(Manifest backup) {
        var reach = new Reach(live.repository.objects());
        reach.add(backup);
        return reach.packs();
    }

    private long lists() {
        try (var objects = live.repository.store().list(ObjectKey.of("repack"))) {
            return objects.count();
        }
    }

    @Test
    void its_last_frames_are_stored_anew_and_it_goes() throws Exception {
        var first = backup();
        live.execute("DROP TABLE public.changes");
        live.execute("INSERT INTO public.story VALUES ('the middle')");
        backup();
        // Of the one before the newest, the beginning of the window is restored.
        var second = backup();
        assertThat(reach(second)).anyMatch(pack -> pack.backup().equals(first.id()));
        await().atMost(SOON)
                .until(() -> expire().sparsePacks() > 0
                        && RepackLists.newest(live.repository).isPresent());
        var asked = RepackLists.newest(live.repository).orElseThrow();
        assertThat(asked.packIds())
                .allMatch(pack -> pack.backup().equals(first.id()) && pack.kind() == PackId.Kind.DATA);
        assertThat(asked.files()).anyMatch(file -> file.startsWith("data/base/"));

        live.execute("INSERT INTO public.story VALUES ('the end')");
        var third = backup();

        assertThat(reach(third)).doesNotContainAnyElementsOf(asked.packIds());
        assertThat(reach(second)).containsAll(asked.packIds());
        var details = BackupDetails.of(third).incremental().orElseThrow();
        assertThat(details.consolidatedBytes()).isPositive();
        assertThat(details.consolidatedStoredBytes()).isPositive();
        backup();
        await().atMost(SOON).until(() -> {
            expire();
            return asked.packs().stream()
                    .noneMatch(pack ->
                            live.repository.store().find(new ObjectKey(pack)).isPresent());
        });
        assertThat(restored()).containsExactly("the beginning", "the middle", "the end");
    }

    @Test
    void what_was_asked_for_once_is_not_stored_again_and_old_lists_go() throws Exception {
        backup();
        live.execute("DROP TABLE public.changes");
        backup();
        backup();
        await().atMost(SOON)
                .until(() -> expire().sparsePacks() > 0
                        && RepackLists.newest(live.repository).isPresent());
        assertThat(expire().sparsePacks()).isPositive();
        assertThat(lists()).isEqualTo(1);
        backup();

        var fourth = backup();

        assertThat(BackupDetails.of(fourth).incremental().orElseThrow().consolidatedBytes())
                .isZero();
        live.repository
                .objects()
                .createDocument(ObjectKey.of("repack", "00000007"), new RepackList(0, List.of(), List.of()));
        await().atMost(SOON).until(() -> {
            expire();
            return lists() == 1;
        });
        assertThat(RepackLists.newest(live.repository).orElseThrow().files()).isEmpty();
    }

    private List<String> restored() throws Exception {
        live.server.stop(Shutdown.IMMEDIATE);
        var recovery = new Recovery(live);
        return recovery.story(
                recovery.request("elsewhere", new RecoveryTarget.Immediate()),
                PostgresBinaries.version18().folder().resolve("bin"));
    }
}
