package io.holdfast.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.restore.RestoredTree;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.SystemIdentifier;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.summary.ChangesMade;
import io.holdfast.repository.Repository;
import io.holdfast.repository.binary.Bytes;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.FrameMap;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.manifest.StoredMap;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.PackId;
import io.holdfast.repository.pack.PackReader;
import io.holdfast.repository.removal.Reach;
import io.holdfast.repository.repack.RepackList;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.testkit.PowerFailureDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A data directory that no server runs on, changed as servers change theirs, with a record of what WAL summaries would tell; and backups of it
 * by the real engine in pages, frames and segments so small that seconds hold many of their edges.
 */
final class IncrementalModel implements AutoCloseable {

    static final int PAGE = 64;
    static final int FRAME_BLOCKS = 8;
    static final int SEGMENT_BLOCKS = 40;

    /** A change as a summary tells it: block by block, or where the relation was cut. */
    private record Event(ModelledRelation relation, boolean isLimit, int block) {}

    /**
     * A backup and what it must restore to.
     *
     * @param start how many events were before it
     * @param copied how many events were before its files were read
     */
    record Taken(Manifest manifest, int start, int copied, Map<String, byte[]> files) {}

    private final Path folder;
    private final Path data;
    private final int segmentBlocks;
    private CopySettings settings;
    private Optional<RepackList> asked = Optional.empty();
    private final Repository repository;
    private final List<Event> events = new ArrayList<>();
    private int count;

    IncrementalModel(Path folder) {
        this(folder, SEGMENT_BLOCKS);
    }

    IncrementalModel(Path folder, int segmentBlocks) {
        this.folder = folder;
        this.segmentBlocks = segmentBlocks;
        this.settings = settings(Set.of());
        this.data = folder.resolve("live");
        try {
            Files.createDirectories(data.resolve("base/5"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var store = FilesystemStore.create(
                PowerFailureDisk.strict(InstantSource.system()), Path.of("/store"), InstantSource.system());
        var random = new SecureRandom();
        repository = Repository.initialise(
                store, "model", KeyFileKey.generate(folder.resolve("key"), random), InstantSource.system(), random);
    }

    private CopySettings settings(Set<PackId> repacked) {
        return new CopySettings(
                2, 1, FRAME_BLOCKS * PAGE, PAGE, segmentBlocks, repacked, Optional.empty(), Throttle.of(0));
    }

    /** What the next backup takes from its parent shall not be in packs of this one. */
    void repack(Taken parent, BackupId of) {
        var packs = dataPacks(parent.manifest()).stream()
                .filter(pack -> pack.backup().equals(of))
                .collect(Collectors.toSet());
        settings = settings(packs);
        asked = Optional.of(new RepackList(
                0,
                packs.stream().map(pack -> pack.key().text()).toList(),
                parent.files().keySet().stream().map(file -> "data/" + file).toList()));
    }

    /** As nobody asked. */
    void repacked(Taken child) {
        assertThat(dataPacks(child.manifest())).noneMatch(settings.repacked()::contains);
        settings = settings(Set.of());
        asked = Optional.empty();
    }

    private Set<PackId> dataPacks(Manifest manifest) {
        var reach = new Reach(repository.objects());
        reach.add(manifest);
        return reach.packs().stream()
                .filter(pack -> pack.kind() == PackId.Kind.DATA)
                .collect(Collectors.toSet());
    }

    Path database() {
        return data.resolve("base/5");
    }

    ModelledRelation relation(long number) {
        return new ModelledRelation(database(), number, segmentBlocks);
    }

    /** A block was written with WAL. */
    void changed(ModelledRelation relation, int block) {
        events.add(new Event(relation, false, block));
    }

    /** The relation was cut with WAL, or made, or dropped. */
    void limited(ModelledRelation relation, int blocks) {
        events.add(new Event(relation, true, blocks));
    }

    Taken full() {
        return take(Optional.empty(), false, () -> {});
    }

    Taken incremental(Taken parent) {
        return take(Optional.of(parent), true, () -> {});
    }

    /**
     * @param believed whether changes are known; else everything is compared
     * @param meanwhile what happens after the backup has begun and before files are read
     */
    Taken take(Optional<Taken> parent, boolean believed, Runnable meanwhile) {
        int start = events.size();
        meanwhile.run();
        int copied = events.size();
        var kind = parent.isPresent() ? BackupId.Kind.INCREMENTAL : BackupId.Kind.FULL;
        var id = BackupId.of(Instant.parse("2026-01-01T00:00:00Z").plusSeconds(++count), kind);
        var tally = new CopyTally(BackupProgress.NONE);
        var tree = new SourceTree(new DataDirectory(data, "PG_18", List.of(), List.of()));
        try {
            var catalogue = parent.isEmpty()
                    ? new CopyPipeline(repository, id, settings, FilePlanner.full(), KnownPages.NONE, tally)
                            .copy(tree, new Heartbeat(() -> {}))
                    : copy(id, parent.get(), believed, start, tree, tally);
            var manifest = new Manifest(
                    Manifest.VERSION,
                    id,
                    1,
                    parent.map(taken -> taken.manifest().id()),
                    Instant.EPOCH,
                    Instant.EPOCH,
                    Instant.EPOCH,
                    FRAME_BLOCKS * PAGE,
                    repository.samenessEpoch(),
                    catalogue,
                    new Manifest.Totals(tally.files(), tally.bytes(), tally.readBytes(), tally.storedBytes()),
                    Json.mapper().valueToTree(details()));
            return new Taken(manifest, start, copied, filesIn(data));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<io.holdfast.repository.pack.FrameReference> copy(
            BackupId id, Taken parent, boolean believed, int start, SourceTree tree, CopyTally tally)
            throws InterruptedException {
        var before = new ParentBackup(parent.manifest(), details());
        try (var catalogue = new ParentCatalogue(repository, before, new ParentDamage());
                var packs = new PackReader(repository.objects())) {
            FilePlanner planner = believed
                    ? new SummaryPlanner(
                            catalogue, changes(parent.start(), start).all(), settings, Set.of(), tally)
                    : new ComparingPlanner(catalogue);
            var repacking = asked.<FilePlanner>map(
                            list -> new RepackingPlanner(planner, list, settings, packs, new ParentDamage()))
                    .orElse(planner);
            return new CopyPipeline(repository, id, settings, repacking, catalogue, tally)
                    .copy(tree, new Heartbeat(() -> {}));
        }
    }

    private ChangesMade changes(int from, int to) {
        var changes = new ChangesMade();
        for (var event : events.subList(from, to)) {
            if (event.isLimit()) {
                changes.limit(event.relation().fork(), event.block());
            } else {
                changes.changed(event.relation().fork(), event.block());
            }
        }
        return changes;
    }

    private static BackupDetails details() {
        return new BackupDetails(
                new SystemIdentifier(1),
                180000,
                "PG_18",
                TestRepository.MEMBER,
                new TimelineId(1),
                Lsn.NONE,
                Lsn.NONE,
                Instant.EPOCH,
                Instant.EPOCH,
                "",
                Optional.empty(),
                Bytes.of(new byte[0]),
                PAGE,
                false,
                "/",
                List.of(),
                List.of(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** That both readers make of it what was there, but for blocks that WAL would bring. */
    void assertRestores(Taken taken) {
        var plain = folder.resolve("plain " + taken.manifest().id());
        PlainRestore.writeFiles(repository, taken.manifest(), plain);
        assertHolds(plain.resolve("data"), taken, "a plain restore");
        remove(plain);
        var product = folder.resolve("restored " + taken.manifest().id());
        RestoredTree.write(repository, taken.manifest(), product);
        assertHolds(product, taken, "a restore");
        remove(product);
    }

    /** The same upon what an earlier call has left, or a test has changed since. */
    Path assertRestoresUpon(Taken taken) {
        var delta = folder.resolve("delta");
        RestoredTree.write(repository, taken.manifest(), delta);
        assertHolds(delta, taken, "a delta restore");
        return delta;
    }

    private void assertHolds(Path restored, Taken taken, String how) {
        var found = filesIn(restored);
        assertThat(found.keySet())
                .as("files of %s of %s", how, taken.manifest().id())
                .isEqualTo(taken.files().keySet());
        taken.files().forEach((name, expected) -> {
            var content = found.get(name);
            assertThat(content)
                    .as("%s in %s of %s", name, how, taken.manifest().id())
                    .hasSameSizeAs(expected);
            var touched = touched("data/" + name, taken);
            for (int at = 0; at < expected.length; at += PAGE) {
                int end = Math.min(at + PAGE, expected.length);
                if (!touched.get(at / PAGE)) {
                    assertThat(java.util.Arrays.equals(content, at, end, expected, at, end))
                            .as(
                                    "block %d of %s in %s of %s",
                                    at / PAGE, name, how, taken.manifest().id())
                            .isTrue();
                }
            }
        });
    }

    /** Blocks of a file that changed after the backup's start, which WAL brings. */
    private BitSet touched(String path, Taken taken) {
        var touched = new BitSet();
        for (var event : events.subList(taken.start(), taken.copied())) {
            for (int block = event.block();
                    block < (event.isLimit() ? segmentBlocks * 4 : event.block() + 1);
                    block++) {
                if (event.relation().pathOf(block).equals(path)) {
                    touched.set(block % segmentBlocks);
                }
            }
        }
        return touched;
    }

    /** The bounds that the format sets for maps. */
    void assertWithinBounds(Taken taken) {
        try (var entries = repository.manifests().entries(taken.manifest());
                var packs = new PackReader(repository.objects())) {
            entries.forEach(entry -> {
                if (entry instanceof FileEntry.File file && file.content() instanceof FileEntry.Content.Mapped mapped) {
                    assertThat(file.size()).as(file.path().text()).isPositive();
                    mapped.maps()
                            .forEach(map -> assertWithinBounds(
                                    file, StoredMap.read(packs, map).map()));
                }
            });
        }
    }

    private static void assertWithinBounds(FileEntry.File file, FrameMap map) {
        var overlaid = map.overlaid();
        int first = 0;
        for (var extent : map.extents()) {
            int blocks = Math.ceilDiv(extent.length(), PAGE);
            assertThat(overlaid.get(first, first + blocks).cardinality() * 2)
                    .as("overlaid blocks at %d of %s", first, file.path())
                    .isLessThanOrEqualTo(blocks);
            first += blocks;
        }
        assertThat(overlaid.length()).as(file.path().text()).isLessThanOrEqualTo(first);
        for (var overlay : map.overlays()) {
            assertThat(overlay.aliveCount() * 4)
                    .as("%s of %s", overlay, file.path())
                    .isGreaterThanOrEqualTo(overlay.blocks().size());
        }
    }

    private static Map<String, byte[]> filesIn(Path root) {
        try (var files = Files.walk(root)) {
            var found = new TreeMap<String, byte[]>();
            for (var file : files.filter(Files::isRegularFile).toList()) {
                found.put(root.relativize(file).toString(), Files.readAllBytes(file));
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path tree) {
        try (var files = Files.walk(tree)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names of the files, for messages. */
    Set<String> files() {
        return filesIn(data).keySet().stream().collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public void close() {
        repository.close();
    }
}
