package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.EmbeddedPostgres;
import io.holdfast.embedded.InitOptions;
import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.UnprivilegedUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * New clusters at less than half the price: {@code initdb} works once for each kind, every cluster is a copy of what it made
 * with a system identifier of its own. Thread-safe.
 */
public final class NewCluster {

    private record Kind(int major, InitOptions options) {}

    private static final Map<Kind, Path> MADE = new HashMap<>();
    private static final SecureRandom RANDOM = new SecureRandom();

    private NewCluster() {}

    /** As {@link EmbeddedPostgres#initialise}. */
    public static EmbeddedPostgres initialise(PostgresBinaries binaries, Path directory, InitOptions options) {
        try {
            var user = UnprivilegedUser.current();
            var place = Files.createDirectories(directory).toRealPath();
            user.own(place);
            var copied = user.run(
                    List.of("cp", "-a", made(binaries, options) + "/.", place.toString()),
                    Map.of(),
                    Duration.ofMinutes(5));
            assertThat(copied.succeeded()).as(copied.errors()).isTrue();
            identify(place, RANDOM.nextLong(1L << 56, Long.MAX_VALUE));
            return EmbeddedPostgres.adopt(binaries, place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static synchronized Path made(PostgresBinaries binaries, InitOptions options) {
        return MADE.computeIfAbsent(new Kind(binaries.major(), options), _ -> make(binaries, options));
    }

    private static Path make(PostgresBinaries binaries, InitOptions options) {
        try {
            var folder = Files.createTempDirectory("holdfast new ");
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
            return EmbeddedPostgres.initialise(binaries, folder.resolve("data"), options)
                    .dataDirectory();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path folder) {
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The identifier is at the beginning of {@code pg_control}, whose checksum is behind what it covers, and in the first page
     * of each segment of WAL. Sources: src/include/catalog/pg_control.h, src/include/access/xlog_internal.h.
     */
    private static void identify(Path cluster, long system) throws IOException {
        var control = cluster.resolve("global/pg_control");
        var content = ByteBuffer.wrap(Files.readAllBytes(control)).order(ByteOrder.nativeOrder());
        var checksum = placeOfChecksum(content);
        content.putLong(0, system).putInt(checksum, crc(content, checksum));
        overwrite(control, 0, content);
        try (var segments = Files.newDirectoryStream(cluster.resolve("pg_wal"), "0*")) {
            for (var segment : segments) {
                overwrite(
                        segment,
                        24,
                        ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(0, system));
            }
        }
    }

    private static int placeOfChecksum(ByteBuffer control) {
        for (int place = 8; place < 512; place += 4) {
            if (control.getInt(place) == crc(control, place)) {
                return place;
            }
        }
        throw new AssertionError("pg_control has no checksum");
    }

    private static int crc(ByteBuffer content, int length) {
        var crc = new CRC32C();
        crc.update(content.slice(0, length));
        return (int) crc.getValue();
    }

    private static void overwrite(Path file, long at, ByteBuffer content) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(content, at);
        }
    }
}
