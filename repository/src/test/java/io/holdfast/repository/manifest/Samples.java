package io.holdfast.repository.manifest;

import io.holdfast.repository.frame.FrameLocation;
import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.ContentHash;
import io.holdfast.repository.pack.FrameReference;
import io.holdfast.repository.pack.PackId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Maps and entries by chance, the same for the same seed. */
final class Samples {

    private final Random random;

    Samples(long seed) {
        random = new Random(seed);
    }

    FrameReference frame() {
        var backup = new BackupId("2026%02d%02d-%06d%s"
                .formatted(1 + random.nextInt(2), 1 + random.nextInt(3), 20_000, random.nextBoolean() ? "F" : "I"));
        var kind = random.nextBoolean() ? PackId.Kind.DATA : PackId.Kind.MAP;
        int plain = random.nextInt(4 * 1024 * 1024 + 1);
        return new FrameReference(
                new PackId(backup, kind, 1 + random.nextInt(20)),
                new FrameLocation(
                        random.nextInt(100_000),
                        48 + (random.nextLong() >>> (1 + random.nextInt(60))) / 2,
                        24 + random.nextInt(plain + 1),
                        plain));
    }

    Extent extent() {
        var frame = frame();
        int offset = random.nextInt(frame.location().plainLength() + 1);
        return new Extent(frame, offset, random.nextInt(frame.location().plainLength() - offset + 1), hash());
    }

    ContentHash hash() {
        return new ContentHash(random.nextLong(), random.nextLong());
    }

    /** @param alive blocks that are in force already; those of this one join them */
    Overlay overlay(Set<Integer> alive) {
        var blocks = new TreeSet<Integer>();
        int count = random.nextInt(200);
        while (blocks.size() < count) {
            blocks.add(random.nextInt() >>> (14 + random.nextInt(8)));
        }
        blocks.removeIf(alive::contains);
        var dead = new HashSet<Integer>();
        for (int block : blocks) {
            if (random.nextInt(4) == 0) {
                dead.add(block);
            } else {
                alive.add(block);
            }
        }
        return new Overlay(frame(), hash(), List.copyOf(blocks), dead);
    }

    FrameMap map() {
        var extents = new ArrayList<Extent>();
        var overlays = new ArrayList<Overlay>();
        int count = random.nextInt(20);
        for (int i = 0; i < count; i++) {
            extents.add(extent());
        }
        var alive = new HashSet<Integer>();
        for (int i = random.nextInt(4); i > 0; i--) {
            overlays.add(overlay(alive));
        }
        return new FrameMap(8192, extents, overlays);
    }

    FileEntry entry(FilePath path) {
        int mode = random.nextInt(07777 + 1);
        long modified = random.nextLong() >> random.nextInt(60);
        return switch (random.nextInt(5)) {
            case 0 -> new FileEntry.Folder(path, mode, modified);
            case 1 -> new FileEntry.Link(path, mode, modified, name(1 + random.nextInt(100)));
            case 2 -> new FileEntry.File(path, mode, modified, 0, new Content.Empty());
            case 3 -> {
                var extent = extent();
                yield new FileEntry.File(path, mode, modified, extent.length(), new Content.Single(extent));
            }
            default ->
                new FileEntry.File(
                        path,
                        mode,
                        modified,
                        random.nextLong() >>> (1 + random.nextInt(60)),
                        new Content.Mapped(Stream.generate(this::frame)
                                .limit(1 + random.nextInt(3))
                                .toList()));
        };
    }

    /** In path order, each with names of any bytes that a system allows. */
    List<FileEntry> entries(int count) {
        var paths = new TreeSet<FilePath>();
        while (paths.size() < count) {
            var path = new StringBuilder("data");
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                path.append('/').append(name(1 + random.nextInt(12)));
            }
            paths.add(new FilePath(path.toString()));
        }
        return paths.stream().map(this::entry).toList();
    }

    private String name(int length) {
        var name = new StringBuilder();
        while (name.length() < length) {
            var c = (char) (1 + random.nextInt(255));
            name.append(c == '/' || c == '.' ? 'x' : c);
        }
        return name.toString();
    }
}
