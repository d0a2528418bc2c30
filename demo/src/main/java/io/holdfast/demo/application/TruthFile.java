package io.holdfast.demo.application;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the backend was promised, kept apart from the database: a line before a commit is asked for, a line when PostgreSQL
 * has acknowledged it. A commit with only the first is in doubt: it may have happened or not. Thread-safe.
 */
final class TruthFile implements AutoCloseable {

    private final FileChannel channel;
    private final Path file;

    private TruthFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    static TruthFile open(Path file) {
        try {
            return new TruthFile(
                    file,
                    FileChannel.open(
                            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void asking(long project) {
        append("asked %d%n".formatted(project));
    }

    void acknowledged(long project, Instant at) {
        append("committed %d %s%n".formatted(project, at));
    }

    /** The server said that this commit did not happen. */
    void refused(long project) {
        append("refused %d%n".formatted(project));
    }

    private void append(String line) {
        try {
            synchronized (channel) {
                channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Truth read() {
        var acknowledged = new TreeMap<Long, Instant>();
        Map<Long, Boolean> open = new HashMap<>();
        try (var lines = Files.lines(file, StandardCharsets.US_ASCII)) {
            lines.forEach(line -> {
                var words = line.split(" ", -1);
                long project = Long.parseLong(words[1]);
                switch (words[0]) {
                    case "asked" -> open.put(project, true);
                    case "committed" -> {
                        open.remove(project);
                        acknowledged.put(project, Instant.parse(words[2]));
                    }
                    default -> open.remove(project);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Truth(acknowledged, open.keySet());
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
