package io.holdfast.repository.removal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.MemoryStore;
import io.holdfast.repository.Repository;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.manifest.Extent;
import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.FilePath;
import io.holdfast.repository.manifest.FrameMap;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.manifest.Page;
import io.holdfast.repository.manifest.PageList;
import io.holdfast.repository.manifest.StoredManifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackId;
import io.holdfast.repository.pack.PackWriter;
import io.holdfast.repository.retention.Branch;
import io.holdfast.repository.retention.Candidate;
import io.holdfast.repository.retention.Holds;
import io.holdfast.repository.retention.RetentionPolicy;
import io.holdfast.repository.store.StoredObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Removal from a store whose clock is not that of this host: only the store's counts. */
class StoreClockTest {

    private static final Instant BEGIN = Instant.parse("2031-05-01T00:00:00Z");
    private static final Duration GRACE = Duration.ofHours(1);

    /** What backups record is by a clock that stands still and is years behind. */
    private static final Instant HOST = Instant.parse("2001-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    private final MemoryStore store = new MemoryStore();
    private Repository repository;
    private Instant now = BEGIN;
    private int taken;

    @BeforeEach
    void make_a_repository() {
        store.setTime(now);
        var random = new SecureRandom();
        var key = KeyFileKey.generate(folder.resolve("key"), random);
        repository = Repository.initialise(store, "clocks", key, InstantSource.fixed(HOST), random);
    }

    private void pass(Duration time) {
        now = now.plus(time);
        store.setTime(now);
    }

    private OpenIntent open() {
        taken++;
        return new Intents(repository)
                .open(BackupId.of(HOST.plusSeconds(taken), BackupId.Kind.FULL), Optional.empty(), "here", HOST);
    }

    private BackupId backup() {
        var intent = open();
        assertThat(intent.parentStays()).isTrue();
        return commit(intent);
    }

    private BackupId commit(OpenIntent intent) {
        var catalogue = write(intent.backup());
        intent.prolong();
        intent.requireNothingCondemned();
        repository
                .manifests()
                .commit(new Manifest(
                        Manifest.VERSION,
                        intent.backup(),
                        1,
                        Optional.empty(),
                        HOST,
                        HOST.plusSeconds(taken),
                        intent.deadline(),
                        64,
                        1,
                        List.of(catalogue),
                        new Manifest.Totals(2, 64, 64, 64),
                        Json.mapper().createObjectNode()));
        return intent.backup();
    }

    private FrameReference write(BackupId id) {
        try (var data = writer(id, PackId.Kind.DATA);
                var maps = writer(id, PackId.Kind.MAP)) {
            var content = id.text().getBytes(StandardCharsets.US_ASCII);
            var extent = new Extent(
                    data.append(content, 0, 16),
                    0,
                    16,
                    repository.sameness(repository.samenessEpoch()).of(content, 0, 16));
            data.finish();
            var map = append(maps, FrameMap.ofOne(16, extent).encode());
            var page = append(
                    maps,
                    new Page(List.of(
                                    new FileEntry.File(
                                            new FilePath("data/a"), 0600, 1, 16, new FileEntry.Content.Single(extent)),
                                    new FileEntry.File(
                                            new FilePath("data/b"),
                                            0600,
                                            1,
                                            16,
                                            new FileEntry.Content.Mapped(List.of(map)))))
                            .encode());
            var list = append(maps, new PageList(List.of(page)).encode());
            maps.finish();
            return list;
        }
    }

    private static FrameReference append(PackWriter packs, byte[] bytes) {
        return packs.append(bytes, 0, bytes.length);
    }

    private PackWriter writer(BackupId id, PackId.Kind kind) {
        var number = new AtomicInteger();
        return new PackWriter(repository.objects(), () -> new PackId(id, kind, number.incrementAndGet()));
    }

    private Keeper keeper() {
        return new Keeper(repository, new OneBranch(), RetentionPolicy.ofWindow(Duration.ofDays(2)), GRACE);
    }

    private RemovalReport expire() {
        keeper().run();
        pass(GRACE);
        return keeper().run();
    }

    private Set<String> folders() {
        try (var objects = store.list()) {
            return objects.map(object -> object.key().text())
                    .filter(key -> key.startsWith("backup/"))
                    .map(key -> key.split("/", -1)[1])
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void backups_grow_old_by_the_clock_of_the_store() {
        var first = backup();
        pass(Duration.ofDays(1));
        var second = backup();
        pass(Duration.ofDays(3));
        var third = backup();

        assertThat(keeper().plan().verdicts()).hasSize(3);
        var report = expire();

        assertThat(report.spared()).isZero();
        assertThat(RemovalReport.objects(report.removed())).isEqualTo(4);
        assertThat(repository.manifests().ids()).containsExactly(second, third);
        assertThat(folders())
                .containsExactlyInAnyOrder(second.text(), third.text())
                .doesNotContain(first.text());
    }

    @Test
    void intents_live_and_die_by_it() {
        backup();
        var slow = open();
        assertThat(slow.parentStays()).isTrue();
        var left = open();
        pass(Duration.ofHours(20));
        slow.prolong();
        pass(Duration.ofHours(20));
        backup();

        expire();

        assertThat(folders())
                .contains(slow.backup().text())
                .doesNotContain(left.backup().text());
        assertThat(repository.manifests().find(commit(slow))).isPresent();
        assertThatThrownBy(left::prolong).isInstanceOf(RemovalException.class);
    }

    @Test
    void holds_end_by_it() {
        var first = backup();
        var guard = ReadGuard.place(
                repository, new Holds.Subject(Optional.of(first), Optional.empty()), "a restore reads it", "test");
        assertThat(guard.condemned()).doesNotContain(first.manifestKey());
        for (int i = 0; i < 5; i++) {
            pass(Duration.ofHours(20));
            guard.renew();
            backup();
            expire();
            assertThat(repository.manifests().find(first)).isPresent();
        }

        guard.release();
        expire();

        assertThat(repository.manifests().find(first)).isEmpty();
        assertThat(ReadGuard.stays(repository, first)).isFalse();
    }

    @Test
    void a_manifest_is_void_by_it() {
        var intent = open();
        assertThat(intent.parentStays()).isTrue();
        var deadline = intent.deadline();
        pass(Intents.LIFE.plusSeconds(1));

        assertThatThrownBy(() -> commit(intent)).isInstanceOf(RemovalException.class);

        assertThat(deadline).isEqualTo(BEGIN.plus(Intents.LIFE));
    }

    /** Every backup leads to now. */
    private static final class OneBranch implements Contents {

        @Override
        public History history(List<StoredManifest> manifests) {
            return new History(
                    manifests.stream()
                            .map(found -> new Candidate(
                                    found.manifest().id(), 1, found.manifest().completed(), found.stored(), true))
                            .toList(),
                    manifests.stream()
                            .map(found -> new Branch(
                                    "the branch",
                                    manifests.stream()
                                            .map(other -> other.manifest().id())
                                            .collect(Collectors.toSet()),
                                    found.stored()))
                            .toList(),
                    Optional.empty(),
                    List.of());
        }

        @Override
        public Judge judge(Kept kept) {
            return (List<StoredObject> _) -> Map.of();
        }
    }
}
