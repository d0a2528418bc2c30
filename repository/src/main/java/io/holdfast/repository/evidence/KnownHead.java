package io.holdfast.repository.evidence;

import io.holdfast.repository.disk.Disk;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.RepositoryId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The newest entry that this host has added with a key to a repository, in a file beside the key: a store that loses it is found
 * out.
 */
final class KnownHead {

    private static final Pattern LINE = Pattern.compile("(\\d{1,8}) ([0-9a-f]{64})\n");

    private final Disk disk = new LocalDisk();
    private final EvidenceKey key;
    private final Path file;

    KnownHead(EvidenceSigner signer, RepositoryId repository) {
        key = signer.key();
        file = signer.file()
                .resolveSibling("%s.%s.head".formatted(signer.file().getFileName(), repository))
                .toAbsolutePath();
    }

    /** Empty if there is none, or it cannot be understood: then the repository says. */
    Optional<Head> read() {
        if (!disk.exists(file)) {
            return Optional.empty();
        }
        var bytes = ByteBuffer.allocate(128);
        try (var content = disk.open(file)) {
            while (content.read(bytes.position(), bytes) > 0) {
                // Reads on.
            }
        }
        var line = LINE.matcher(StandardCharsets.US_ASCII.decode(bytes.flip()));
        return line.matches()
                ? Optional.of(new Head(key, Integer.parseInt(line.group(1)), line.group(2)))
                : Optional.empty();
    }

    /** Durable when it returns. */
    void write(Head head) {
        var next = file.resolveSibling(file.getFileName() + ".new");
        disk.delete(next);
        try (var content = disk.create(next)) {
            content.write(StandardCharsets.US_ASCII.encode("%d %s\n".formatted(head.number(), head.hash())));
            content.force();
        }
        disk.move(next, file);
        var folder = file.getParent();
        if (folder != null) {
            disk.forceDirectory(folder);
        }
    }
}
