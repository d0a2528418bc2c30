package io.holdfast.postgres.restore;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.postgres.wal.WalSegmentName;
import io.holdfast.postgres.wal.WalSegmentSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Segments as a server keeps them in pg_wal. One that was made for later use holds bytes of an earlier one. */
record SegmentFolder(Path folder, WalSegmentSize segmentSize) implements TailSource {

    @Override
    public Set<TimelineId> timelines() throws IOException {
        if (!Files.isDirectory(folder)) {
            return Set.of();
        }
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(WalSegmentName::isValid)
                    .map(name -> new WalSegmentName(name).timeline())
                    .collect(Collectors.toSet());
        }
    }

    @Override
    public Optional<String> historyFile(TimelineId timeline) throws IOException {
        try {
            return Optional.of(
                    new String(Files.readAllBytes(folder.resolve(timeline.historyFileName())), StandardCharsets.UTF_8));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<byte[]> read(TimelineId timeline, Lsn position, int most) throws IOException {
        var file = folder.resolve(segmentSize.name(timeline, position).text());
        int offset = segmentSize.offset(position);
        var bytes = ByteBuffer.allocate(Math.min(most, segmentSize.bytes() - offset));
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (bytes.hasRemaining() && channel.read(bytes, offset + (long) bytes.position()) > 0) {
                // Reads on.
            }
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        return bytes.position() == 0 ? Optional.empty() : Optional.of(Arrays.copyOf(bytes.array(), bytes.position()));
    }
}
