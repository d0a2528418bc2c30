package io.holdfast.postgres.backup;

import io.holdfast.postgres.cluster.ControlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads pg_control of a running server, which writes it in place while we read. Source: get_controlfile in
 * src/common/controldata_utils.c: read again until the checksum holds, or the same bytes come twice.
 */
final class ControlFileReader {

    private static final int ATTEMPTS = 1000;

    private ControlFileReader() {}

    static ControlFile read(Path dataDirectory) {
        var file = dataDirectory.resolve("global/pg_control");
        var last = new byte[0];
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                var bytes = Files.readAllBytes(file);
                var parsed = ControlFile.parse(bytes);
                if (parsed.isPresent()) {
                    return parsed.get();
                }
                if (Arrays.equals(bytes, last)) {
                    break;
                }
                last = bytes;
            }
        } catch (IOException e) {
            throw new UnreadableSourceException(file, e);
        }
        throw BackupException.controlFileUnreadable(file);
    }
}
