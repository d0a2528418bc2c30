package io.holdfast.embedded;

import io.holdfast.embedded.EmbeddedPostgresException.NotStarted;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Loopback ports for our servers, from below the range that Linux takes for outgoing connections (32768 to 60999), so
 * that a stopped server's port is not lost to a passing client before its next start. Each process begins elsewhere.
 */
public final class FreePort {

    private static final int FIRST = 15_000;
    private static final int COUNT = 17_000;
    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 7919 % COUNT));

    private FreePort() {}

    /** Free now, and not chosen before by this process. */
    public static int choose() {
        for (var attempt = 0; attempt < COUNT; attempt++) {
            var port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            if (isFree(port)) {
                return port;
            }
        }
        throw new NotStarted("no port between %d and %d is free".formatted(FIRST, FIRST + COUNT - 1), "stop something");
    }

    private static boolean isFree(int port) {
        try (var _ = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
