package io.holdfast.postgres.action;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The port of a cluster that no server runs in, in {@code postgresql.auto.conf}, where the last line counts. */
record PortSetting(Path file) {

    static PortSetting in(Path directory) {
        return new PortSetting(directory.resolve("postgresql.auto.conf"));
    }

    /** Durably. */
    void write(long port) {
        try (var channel = FileChannel.open(
                file, StandardOpenOption.WRITE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS)) {
            channel.write(ByteBuffer.wrap("port = %d%n".formatted(port).getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        } catch (IOException e) {
            throw HostException.io("write", file, e);
        }
    }
}
