package io.holdfast.repository.manifest;

import io.holdfast.repository.binary.BinaryReader;
import io.holdfast.repository.binary.BinaryWriter;
import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.pack.FrameReference;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A run of file entries in path order: the unit in which catalogues of files are stored and shared. */
public record Page(List<FileEntry> entries) {

    private static final int VERSION = 0;

    /** No page has more entries than this. */
    public static final int MOST_ENTRIES = 1024;

    /** A page ends when its paths together have this many bytes: it must fit into a frame. */
    public static final int MOST_PATH_BYTES = 1024 * 1024;

    public Page {
        entries = List.copyOf(entries);
    }

    /**
     * Whether a page ends after this path: about one in 256 does. Decided by the path alone, so that a new file moves
     * no other boundary.
     */
    public static boolean endsAfter(FilePath path) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(path.bytes())[0] == 0;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK lacks SHA-256", e);
        }
    }

    public byte[] encode() {
        var table = new PackTable.Builder();
        for (var entry : entries) {
            if (entry instanceof FileEntry.File file) {
                switch (file.content()) {
                    case Content.Empty _ -> {}
                    case Content.Single single ->
                        table.add(single.extent().frame().pack());
                    case Content.Mapped mapped -> mapped.maps().forEach(map -> table.add(map.pack()));
                }
            }
        }
        var out = new BinaryWriter().varint(VERSION);
        var packs = table.write(out);
        out.varint(entries.size());
        var previous = new byte[0];
        for (var entry : entries) {
            var path = entry.path().bytes();
            int shared = shared(previous, path);
            out.varint(shared).counted(Arrays.copyOfRange(path, shared, path.length));
            write(out, packs, entry);
            previous = path;
        }
        return out.toBytes();
    }

    private static void write(BinaryWriter out, PackTable packs, FileEntry entry) {
        out.u8(
                        switch (entry) {
                            case FileEntry.Folder _ -> 0;
                            case FileEntry.File _ -> 1;
                            case FileEntry.Link _ -> 2;
                        })
                .varint(entry.mode())
                .signed(entry.modified());
        switch (entry) {
            case FileEntry.Folder _ -> {}
            case FileEntry.Link link -> out.counted(link.target().getBytes(StandardCharsets.ISO_8859_1));
            case FileEntry.File file -> {
                out.varint(file.size());
                switch (file.content()) {
                    case Content.Empty _ -> out.u8(0);
                    case Content.Single single -> packs.write(out.u8(1), single.extent());
                    case Content.Mapped mapped -> {
                        out.u8(2).varint(mapped.maps().size());
                        mapped.maps().forEach(map -> packs.write(out, map));
                    }
                }
            }
        }
    }

    public static Page decode(byte[] bytes) {
        var in = new BinaryReader(bytes);
        PackTable.requireVersion("a page", in.varint(), VERSION);
        var packs = PackTable.read(in);
        int count = in.count();
        var entries = new ArrayList<FileEntry>(Math.min(count, MOST_ENTRIES));
        var previous = new byte[0];
        for (int i = 0; i < count; i++) {
            previous = path(in, previous);
            entries.add(read(in, packs, filePath(previous)));
        }
        in.requireEnd();
        return new Page(entries);
    }

    private static byte[] path(BinaryReader in, byte[] previous) {
        int shared = in.count();
        var rest = in.counted();
        if (shared > previous.length) {
            throw new MalformedEncodingException("a path that shares more than there is");
        }
        var path = Arrays.copyOf(previous, shared + rest.length);
        System.arraycopy(rest, 0, path, shared, rest.length);
        return path;
    }

    private static FilePath filePath(byte[] path) {
        try {
            return FilePath.ofBytes(path);
        } catch (IllegalArgumentException e) {
            throw new MalformedEncodingException("a path that leaves its backup", e);
        }
    }

    private static FileEntry read(BinaryReader in, PackTable packs, FilePath path) {
        int kind = in.u8();
        int mode = in.count();
        long modified = in.signed();
        return switch (kind) {
            case 0 -> new FileEntry.Folder(path, mode, modified);
            case 1 -> new FileEntry.File(path, mode, modified, in.size(), content(in, packs));
            case 2 -> new FileEntry.Link(path, mode, modified, new String(in.counted(), StandardCharsets.ISO_8859_1));
            default -> throw new MalformedEncodingException("an entry of kind " + kind);
        };
    }

    private static Content content(BinaryReader in, PackTable packs) {
        int kind = in.u8();
        return switch (kind) {
            case 0 -> new Content.Empty();
            case 1 -> new Content.Single(packs.readExtent(in));
            case 2 -> mapped(in, packs);
            default -> throw new MalformedEncodingException("content of kind " + kind);
        };
    }

    private static Content mapped(BinaryReader in, PackTable packs) {
        int count = in.items();
        var maps = new ArrayList<FrameReference>(count);
        for (int i = 0; i < count; i++) {
            maps.add(packs.readReference(in));
        }
        return new Content.Mapped(maps);
    }

    private static int shared(byte[] a, byte[] b) {
        int mismatch = Arrays.mismatch(a, b);
        return mismatch < 0 ? a.length : mismatch;
    }
}
