package io.holdfast.repository.evidence;

import io.holdfast.repository.disk.Disk;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.RepositoryId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** A line that a host keeps beside its evidence key, about one repository. */
final class HostNote {

    private final Disk disk = new LocalDisk();
    private final Path file;

    HostNote(EvidenceSigner signer, RepositoryId repository, String name) {
        file = signer.file()
                .resolveSibling("%s.%s.%s".formatted(signer.file().getFileName(), repository, name))
                .toAbsolutePath();
    }

    /** Empty if there is none. */
    Optional<String> read() {
        if (!disk.exists(file)) {
            return Optional.empty();
        }
        var bytes = ByteBuffer.allocate(128);
        try (var content = disk.open(file)) {
            while (content.read(bytes.position(), bytes) > 0) {
                // Reads on.
            }
        }
        return Optional.of(StandardCharsets.US_ASCII.decode(bytes.flip()).toString());
    }

    /** Durable when it returns. */
    void write(String line) {
        var next = file.resolveSibling(file.getFileName() + ".new");
        disk.delete(next);
        try (var content = disk.create(next)) {
            content.write(StandardCharsets.US_ASCII.encode(line + "\n"));
            content.force();
        }
        disk.move(next, file);
        var folder = file.getParent();
        if (folder != null) {
            disk.forceDirectory(folder);
        }
    }
}
