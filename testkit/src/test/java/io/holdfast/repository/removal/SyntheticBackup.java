package io.holdfast.repository.removal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.Repository;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.manifest.Extent;
import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.manifest.FilePath;
import io.holdfast.repository.manifest.FrameMap;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.manifest.Page;
import io.holdfast.repository.manifest.PageList;
import io.holdfast.repository.manifest.StoredMap;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackId;
import io.holdfast.repository.pack.PackReader;
import io.holdfast.repository.pack.PackWriter;
import io.holdfast.repository.store.ObjectExistsException;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/**
 * A backup of files by chance that follows the protocol with the product's own classes, shares what did not change with its parent as
 * the engine does (frames, pages, maps and maps upon maps), and notes in its manifest what a restore must give.
 */
public final class SyntheticBackup {

    private static final int EXTENT = 64;
    private static final int EXTENTS = 12;
    private static final int SMALL_FILES = 6;
    private static final int LARGE_FILES = 2;

    private final Repository repository;
    private final Instant begun;
    private final Random random;
    private final Engine engine;

    /** What an engine stores beside files. */
    public interface Engine {

        /** Of files without a server. */
        Engine NONE = _ -> Json.mapper().createObjectNode();

        /** Stores it, before the manifest: what that says of it. */
        ObjectNode store(OpenIntent intent);
    }

    /** @param begun by a clock that may be wrong */
    SyntheticBackup(Repository repository, Instant begun, long seed) {
        this(repository, begun, seed, Engine.NONE);
    }

    /** The same of an engine. */
    public SyntheticBackup(Repository repository, Instant begun, long seed, Engine engine) {
        this.repository = repository;
        this.begun = begun;
        this.random = new Random(seed);
        this.engine = engine;
    }

    /** What the catalogue of the parent says of its files. */
    private record Parent(Manifest manifest, Map<String, FileEntry.File> files, Map<String, String> content) {

        FileEntry.File file(String path) {
            return Objects.requireNonNull(files.get(path));
        }

        FrameReference map(String path) {
            return ((Content.Mapped) file(path).content()).maps().getFirst();
        }

        String text(String path) {
            return Objects.requireNonNull(content.get(path));
        }
    }

    public Manifest take() {
        return take(this::newest);
    }

    /** Upon the parent that is likeliest to go. */
    public Manifest takeUponOldest() {
        return take(this::oldest);
    }

    private Manifest take(Function<Set<BackupId>, Optional<BackupId>> choose) {
        var refused = new HashSet<BackupId>();
        while (true) {
            refused.addAll(new Intents(repository).condemned());
            var parent = choose.apply(refused);
            var intent = open(parent);
            if (intent.parentStays()) {
                return take(intent, parent.map(repository.manifests()::read));
            }
            parent.ifPresent(refused::add);
        }
    }

    private Optional<BackupId> oldest(Set<BackupId> refused) {
        return repository.manifests().readAll().stream()
                .filter(manifest -> !refused.contains(manifest.id()))
                .min(Comparator.comparing(Manifest::completed))
                .map(Manifest::id);
    }

    private Optional<BackupId> newest(Set<BackupId> refused) {
        return repository.manifests().readAll().stream()
                .filter(manifest -> !refused.contains(manifest.id()))
                .max(Comparator.comparing(Manifest::completed))
                .map(Manifest::id);
    }

    OpenIntent open(Optional<BackupId> parent) {
        var kind = parent.isPresent() ? BackupId.Kind.INCREMENTAL : BackupId.Kind.FULL;
        for (var time = begun; ; time = time.plusSeconds(1)) {
            try {
                return new Intents(repository).open(BackupId.of(time, kind), parent, "synthetic", begun);
            } catch (ObjectExistsException _) {
                // Another backup has this name.
            }
        }
    }

    Manifest take(OpenIntent intent, Optional<Manifest> parent) {
        var catalogue = copy(intent, parent.map(this::read));
        var said = engine.store(intent);
        intent.prolong();
        intent.requireNothingCondemned();
        var manifest = catalogue.manifest(intent.deadline(), said);
        repository.manifests().commit(manifest);
        return manifest;
    }

    private Parent read(Manifest manifest) {
        try (var entries = repository.manifests().entries(manifest)) {
            var files = entries.map(FileEntry.File.class::cast)
                    .collect(Collectors.toMap(file -> file.path().text(), Function.identity()));
            var content = new TreeMap<String, String>();
            manifest.postgres().properties().stream()
                    .filter(entry -> entry.getKey().startsWith("data/"))
                    .forEach(entry ->
                            content.put(entry.getKey(), entry.getValue().stringValue()));
            return new Parent(manifest, files, content);
        }
    }

    /** What only the manifest is missing of. */
    private interface Catalogue {
        Manifest manifest(Instant deadline, ObjectNode said);
    }

    private Catalogue copy(OpenIntent intent, Optional<Parent> parent) {
        var id = intent.backup();
        var content = new TreeMap<String, String>();
        try (var data = writer(id, PackId.Kind.DATA);
                var maps = writer(id, PackId.Kind.MAP);
                var packs = new PackReader(repository.objects())) {
            var pages = new ArrayList<FrameReference>();
            var entries = new ArrayList<FileEntry>();
            for (int i = 0; i < SMALL_FILES; i++) {
                entries.add(small("data/a" + i, parent, data, content));
            }
            pages.add(append(maps, new Page(entries).encode()));
            entries.clear();
            for (int i = 0; i < LARGE_FILES; i++) {
                entries.add(large("data/b" + i, parent, data, maps, packs, content));
            }
            data.finish();
            pages.add(append(maps, new Page(entries).encode()));
            var list = append(maps, new PageList(pages).encode());
            maps.finish();
            return (deadline, said) -> {
                content.forEach(said::put);
                return manifest(id, parent, deadline, list, said);
            };
        }
    }

    private Manifest manifest(
            BackupId id, Optional<Parent> parent, Instant deadline, FrameReference list, ObjectNode said) {
        return new Manifest(
                Manifest.VERSION,
                id,
                1,
                parent.map(known -> known.manifest().id()),
                begun,
                begun,
                deadline,
                EXTENT,
                1,
                List.of(list),
                new Manifest.Totals(SMALL_FILES + LARGE_FILES, 0, 0, 0),
                said);
    }

    private PackWriter writer(BackupId id, PackId.Kind kind) {
        var number = new AtomicInteger();
        return new PackWriter(repository.objects(), () -> new PackId(id, kind, number.incrementAndGet()));
    }

    /** Packs are small, so that there are some which only one backup reaches. */
    private FrameReference append(PackWriter packs, byte[] bytes) {
        var frame = packs.append(bytes, 0, bytes.length);
        if (random.nextBoolean()) {
            packs.finish();
        }
        return frame;
    }

    private FileEntry small(String path, Optional<Parent> parent, PackWriter data, Map<String, String> content) {
        if (parent.isPresent() && random.nextBoolean()) {
            content.put(path, parent.get().text(path));
            return parent.get().file(path);
        }
        var bytes = new byte[EXTENT];
        var extent = extent(data, bytes, 0);
        content.put(path, text(bytes));
        return new FileEntry.File(new FilePath(path), 0600, 1, EXTENT, new Content.Single(extent));
    }

    /** Writes new bytes, also into {@code all}. */
    private Extent extent(PackWriter data, byte[] all, int at) {
        var bytes = new byte[EXTENT];
        random.nextBytes(bytes);
        System.arraycopy(bytes, 0, all, at, EXTENT);
        return new Extent(
                append(data, bytes),
                0,
                EXTENT,
                repository.sameness(repository.samenessEpoch()).of(bytes, 0, EXTENT));
    }

    private FileEntry large(
            String path,
            Optional<Parent> parent,
            PackWriter data,
            PackWriter maps,
            PackReader packs,
            Map<String, String> content) {
        if (parent.isPresent() && random.nextInt(3) == 0) {
            content.put(path, parent.get().text(path));
            return parent.get().file(path);
        }
        var before = parent.map(known -> StoredMap.read(packs, known.map(path)));
        var all = parent.map(known -> bytes(known.text(path))).orElseGet(() -> new byte[EXTENT * EXTENTS]);
        // Little, which makes a map upon a map, or much, after which few reach what was before.
        int oneIn = random.nextBoolean() ? EXTENTS : 2;
        var extents = new ArrayList<Extent>();
        for (int i = 0; i < EXTENTS; i++) {
            extents.add(
                    before.isPresent() && random.nextInt(oneIn) != 0
                            ? before.get().map().extents().get(i)
                            : extent(data, all, i * EXTENT));
        }
        content.put(path, text(all));
        var map = new FrameMap(16, extents, List.of());
        var encoded = before.map(known -> known.encodeNext(map)).orElseGet(map::encode);
        return new FileEntry.File(
                new FilePath(path), 0600, 1, all.length, new Content.Mapped(List.of(append(maps, encoded))));
    }

    private static String text(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] bytes(String text) {
        return HexFormat.of().parseHex(text);
    }

    /** Restores every backup that counts, and compares: their names. */
    public static List<BackupId> restoreAll(Repository repository) {
        var manifests = repository.manifests().readAll();
        manifests.forEach(manifest -> restore(repository, manifest));
        return manifests.stream().map(Manifest::id).toList();
    }

    public static void restore(Repository repository, Manifest manifest) {
        try (var entries = repository.manifests().entries(manifest);
                var packs = new PackReader(repository.objects())) {
            entries.map(FileEntry.File.class::cast).forEach(file -> {
                var expected = bytes(manifest.postgres().get(file.path().text()).stringValue());
                assertThat(Arrays.equals(content(file, packs), expected))
                        .as("%s of %s", file.path(), manifest.id())
                        .isTrue();
            });
        }
    }

    private static byte[] content(FileEntry.File file, PackReader packs) {
        return switch (file.content()) {
            case Content.Empty _ -> new byte[0];
            case Content.Single single -> packs.read(single.extent().frame());
            case Content.Mapped mapped -> {
                var out = new ByteArrayOutputStream();
                mapped.maps()
                        .forEach(map -> StoredMap.read(packs, map)
                                .map()
                                .extents()
                                .forEach(extent -> out.writeBytes(packs.read(extent.frame()))));
                yield out.toByteArray();
            }
        };
    }
}
