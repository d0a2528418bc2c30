package io.holdfast.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy on 127.0.0.1 in front of a port of this host, on which a test can cut connections, refuse new ones, let
 * nothing through, delay everything, damage what the server sends, or put another server in its place. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {

    private static final int BUFFER = 16 * 1024;

    private final ServerSocket listener;
    private volatile int[] targets;
    private final AtomicInteger connections = new AtomicInteger();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private volatile boolean refusing;
    private volatile boolean stalled;
    private volatile Duration delay = Duration.ZERO;
    private volatile byte[] sequence = {};
    private final AtomicInteger flips = new AtomicInteger();

    private FaultProxy(ServerSocket listener, int target) {
        this.listener = listener;
        this.targets = new int[] {target};
    }

    public static FaultProxy before(int port) {
        try {
            var listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            var proxy = new FaultProxy(listener, port);
            Thread.ofPlatform().daemon().name("fault-proxy").start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where clients connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** New connections go to these ports, in turn; those that there are stay. */
    public void redirect(int... ports) {
        targets = ports.clone();
    }

    /** Breaks all connections, as the loss of a router that answers for its peers would. */
    public void cut() {
        sockets.forEach(FaultProxy::close);
    }

    /** Closes new connections at once, or lets them through again. */
    public void refuse(boolean yes) {
        refusing = yes;
    }

    /** Holds everything back in both directions without closing anything, or lets it flow again. */
    public void stall(boolean yes) {
        stalled = yes;
    }

    /** Delays every chunk of bytes. */
    public void delay(Duration time) {
        delay = time;
    }

    /** Flips a bit in the last byte of this sequence wherever the server sends it; of an empty one, in none. */
    public void flipABitOf(byte[] bytes) {
        sequence = bytes.clone();
    }

    /** How many bits were flipped. */
    public int flips() {
        return flips.get();
    }

    private void accept() {
        while (!closed) {
            try {
                var client = listener.accept();
                if (refusing) {
                    close(client);
                } else {
                    connect(client);
                }
            } catch (IOException e) {
                // The listener was closed, or the target does not listen: the client has been told.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        sockets.add(client);
        try {
            var to = targets;
            var server = new Socket(InetAddress.getLoopbackAddress(), to[connections.getAndIncrement() % to.length]);
            sockets.add(server);
            pump(client, server, (_, _) -> {});
            pump(server, client, new Damage()::inflict);
        } catch (IOException e) {
            close(client);
            throw e;
        }
    }

    /** What happens to bytes on their way. */
    private interface Change {

        void to(byte[] bytes, int count);
    }

    /** Finds the sequence in the bytes of one connection, also where it arrives in two parts. */
    private final class Damage {

        private int matched;

        void inflict(byte[] bytes, int count) {
            var wanted = sequence;
            for (int i = 0; i < count && wanted.length > 0; i++) {
                matched = matched < wanted.length && bytes[i] == wanted[matched]
                        ? matched + 1
                        : bytes[i] == wanted[0] ? 1 : 0;
                if (matched == wanted.length) {
                    bytes[i] ^= 1;
                    flips.incrementAndGet();
                    matched = 0;
                }
            }
        }
    }

    private void pump(Socket from, Socket to, Change change) {
        Thread.ofVirtual().start(() -> {
            try (InputStream in = from.getInputStream();
                    OutputStream out = to.getOutputStream()) {
                var buffer = new byte[BUFFER];
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    hold();
                    change.to(buffer, count);
                    out.write(buffer, 0, count);
                    out.flush();
                }
            } catch (IOException e) {
                // Either side is gone, and so is the other.
            } finally {
                close(from);
                close(to);
                sockets.remove(from);
                sockets.remove(to);
            }
        });
    }

    private void hold() {
        if (delay.isPositive()) {
            LockSupport.parkNanos(delay.toNanos());
        }
        while (stalled && !closed) {
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // As closed as it gets.
        }
    }

    @Override
    public void close() {
        closed = true;
        cut();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
