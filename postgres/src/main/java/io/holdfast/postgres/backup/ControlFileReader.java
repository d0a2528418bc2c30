package io.holdfast.postgres.backup;

import io.holdfast.postgres.Pause;
import io.holdfast.postgres.cluster.ControlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * Reads pg_control of a running server, which writes it in place while we read. Source: get_controlfile in
 * src/common/controldata_utils.c: read again until the checksum holds, or the same bytes come again and again: a writer
 * that lost the processor half-way leaves the same bytes, too, for as long as a busy machine keeps it waiting.
 */
final class ControlFileReader {

    private static final int ATTEMPTS = 1000;
    private static final int SAME = 100;

    /** Between two readings: a writer that was interrupted half-way must get the processor. */
    private static final Duration BETWEEN = Duration.ofMillis(10);

    private ControlFileReader() {}

    static ControlFile read(Path dataDirectory, Pause pause) throws InterruptedException {
        var file = dataDirectory.resolve("global/pg_control");
        var last = new byte[0];
        int same = 0;
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                var bytes = Files.readAllBytes(file);
                var parsed = ControlFile.parse(bytes);
                if (parsed.isPresent()) {
                    return parsed.get();
                }
                same = Arrays.equals(bytes, last) ? same + 1 : 0;
                if (same == SAME) {
                    break;
                }
                last = bytes;
                pause.pause(BETWEEN);
            }
        } catch (IOException e) {
            throw new UnreadableSourceException(file, e);
        }
        throw BackupException.controlFileUnreadable(file);
    }
}
