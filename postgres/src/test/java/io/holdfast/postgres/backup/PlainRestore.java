package io.holdfast.postgres.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.postgres.archive.Generation;
import io.holdfast.postgres.archive.WalArchive;
import io.holdfast.postgres.archive.WalRange;
import io.holdfast.postgres.cluster.ControlFile;
import io.holdfast.postgres.wal.WalSegmentSize;
import io.holdfast.repository.Repository;
import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.FileEntry.Content;
import io.holdfast.repository.manifest.FrameMap;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.manifest.Overlay;
import io.holdfast.repository.manifest.StoredMap;
import io.holdfast.repository.pack.ContentHash;
import io.holdfast.repository.pack.PackReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a backup to a folder in the plainest way, to prove that it holds everything: each file from its extents, each
 * tablespace beneath the folder, the WAL that was stored with it.
 */
final class PlainRestore {

    private final Repository repository;
    private final Manifest manifest;
    private final BackupDetails details;
    private final Path folder;
    private final Path data;

    private PlainRestore(Repository repository, Manifest manifest, Path folder) {
        this.repository = repository;
        this.manifest = manifest;
        this.details = BackupDetails.of(manifest);
        this.folder = folder;
        this.data = folder.resolve("data");
    }

    /** A cluster that is ready to be started. */
    static TestCluster restore(TestRepository from, Manifest manifest) {
        var folder = TestCluster.newFolder();
        try {
            new PlainRestore(from.repository(), manifest, folder).write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var major = BackupDetails.of(manifest).serverVersion() / 10000;
        return TestCluster.adopt(major, folder, folder.resolve("data"));
    }

    /** Only the files, beneath a folder. */
    static void writeFiles(Repository repository, Manifest manifest, Path folder) {
        try {
            new PlainRestore(repository, manifest, folder).writeFiles();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void writeFiles() throws IOException {
        try (var entries = repository.manifests().entries(manifest);
                var packs = new PackReader(repository.objects())) {
            for (var entry : (Iterable<FileEntry>) entries::iterator) {
                write(entry, packs);
            }
        }
    }

    private void write() throws IOException {
        writeFiles();
        for (var tablespace : details.tablespaces()) {
            if (!tablespace.inPlace()) {
                Files.deleteIfExists(data.resolve("pg_tblspc/" + tablespace.oid()));
                Files.createSymbolicLink(data.resolve("pg_tblspc/" + tablespace.oid()), placeOf(tablespace));
            }
        }
        Files.write(data.resolve("backup_label"), details.label().getBytes(UTF_8));
        Files.write(
                data.resolve("global/pg_control"),
                Arrays.copyOf(details.controlFile().toArray(), ControlFile.FILE_SIZE));
        writeWal();
    }

    private Path placeOf(Tablespace tablespace) {
        return folder.resolve("tablespace/" + tablespace.oid());
    }

    private Path target(String path) throws IOException {
        var name = new String(path.getBytes(StandardCharsets.ISO_8859_1), UTF_8);
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return file;
    }

    private void write(FileEntry entry, PackReader packs) throws IOException {
        var target = target(entry.path().text());
        switch (entry) {
            case FileEntry.Folder _ -> Files.createDirectories(target);
            case FileEntry.Link link -> Files.createSymbolicLink(target, Path.of(link.target()));
            case FileEntry.File file -> {
                writeFile(target, file, packs);
            }
        }
    }

    private List<FrameMap> maps(Content content, PackReader packs) {
        return switch (content) {
            case Content.Empty _ -> List.of();
            case Content.Single single -> List.of(FrameMap.ofOne(details.blockSize(), single.extent()));
            case Content.Mapped mapped ->
                mapped.maps().stream()
                        .map(map -> StoredMap.read(packs, map).map())
                        .toList();
        };
    }

    /** Extents first, then the overlays upon them. */
    private void writeFile(Path target, FileEntry.File file, PackReader packs) throws IOException {
        try (var out = Files.newByteChannel(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (var map : maps(file.content(), packs)) {
                long start = out.size();
                for (var extent : map.extents()) {
                    var frame = packs.read(extent.frame());
                    requireHash(target, frame, extent.offset(), extent.length(), extent.hash());
                    out.position(out.size()).write(ByteBuffer.wrap(frame, extent.offset(), extent.length()));
                }
                for (var overlay : map.overlays()) {
                    writeOverlay(target, out, start, map.blockSize(), overlay, packs);
                }
            }
            if (out.size() != file.size()) {
                throw new AssertionError("'%s' has %d bytes, not %d".formatted(target, out.size(), file.size()));
            }
        }
    }

    private void writeOverlay(
            Path target, SeekableByteChannel out, long start, int blockSize, Overlay overlay, PackReader packs)
            throws IOException {
        var frame = packs.read(overlay.frame());
        requireHash(target, frame, 0, frame.length, overlay.hash());
        for (int i = 0; i < overlay.blocks().size(); i++) {
            int block = overlay.blocks().get(i);
            if (overlay.isAlive(block)) {
                out.position(start + (long) block * blockSize).write(ByteBuffer.wrap(frame, i * blockSize, blockSize));
            }
        }
    }

    private void requireHash(Path target, byte[] frame, int offset, int length, ContentHash hash) {
        var sameness = repository.sameness(manifest.samenessEpoch());
        if (!sameness.of(frame, offset, length).equals(hash)) {
            throw new AssertionError("the hash of a part of '%s' does not hold".formatted(target));
        }
    }

    /** From the segment of the start on; the rest of the last segment is zeros. */
    private void writeWal() throws IOException {
        var generation = Generation.newest(repository).orElseThrow();
        var archive = WalArchive.load(repository, generation);
        WalSegmentSize size = generation.walSegmentSize();
        var first = size.start(details.start());
        var end = archive.coveredFrom(details.timeline(), first).orElseThrow();
        archive.read(new WalRange(details.timeline(), first, end), (at, bytes, offset, length) -> {
            int done = 0;
            while (done < length) {
                var position = at.plus(done);
                int count = Math.min(length - done, size.bytes() - size.offset(position));
                writeSegment(
                        size.name(details.timeline(), position).text(),
                        size,
                        size.offset(position),
                        bytes,
                        offset + done,
                        count);
                done += count;
            }
        });
        var history = archive.historyFile(details.timeline());
        if (history.isPresent()) {
            Files.writeString(data.resolve("pg_wal").resolve(details.timeline().historyFileName()), history.get());
        }
    }

    private void writeSegment(String name, WalSegmentSize size, int at, byte[] bytes, int offset, int length) {
        try (var file = new RandomAccessFile(data.resolve("pg_wal/" + name).toFile(), "rw")) {
            file.setLength(size.bytes());
            file.seek(at);
            file.write(bytes, offset, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
