package io.holdfast.postgres.replication;

import io.holdfast.postgres.cluster.ServerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * A TCP or unix-domain socket. It never blocks in the kernel: deadlines hold for writes too, and for unix sockets,
 * for neither of which the JDK has a time-out.
 */
final class SocketTransport implements Transport {

    private final SocketChannel channel;
    private final Selector readable;
    private final Selector writable;

    private SocketTransport(SocketChannel channel, Selector readable, Selector writable) {
        this.channel = channel;
        this.readable = readable;
        this.writable = writable;
    }

    static SocketTransport connect(ServerAddress address, long deadline) throws IOException {
        return switch (address) {
            case ServerAddress.UnixSocket socket ->
                open(
                        SocketChannel.open(StandardProtocolFamily.UNIX),
                        UnixDomainSocketAddress.of(socket.file()),
                        deadline);
            case ServerAddress.Tcp tcp -> connectToAny(tcp, deadline);
        };
    }

    /** A name may have several addresses, of which only some answer. */
    private static SocketTransport connectToAny(ServerAddress.Tcp tcp, long deadline) throws IOException {
        IOException failure = new UnknownHostException(tcp.host());
        for (var ip : addresses(tcp.host())) {
            try {
                var channel = SocketChannel.open();
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
                return open(channel, new InetSocketAddress(ip, tcp.port()), deadline);
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private static InetAddress[] addresses(String host) throws UnknownHostException {
        try {
            return InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            var named = new UnknownHostException("the host name is not known");
            named.initCause(e);
            throw named;
        }
    }

    private static SocketTransport open(SocketChannel channel, SocketAddress address, long deadline)
            throws IOException {
        var readable = Selector.open();
        var writable = Selector.open();
        var transport = new SocketTransport(channel, readable, writable);
        try {
            channel.configureBlocking(false);
            if (!channel.connect(address)) {
                channel.register(writable, SelectionKey.OP_CONNECT);
                while (!channel.finishConnect()) {
                    if (!await(writable, deadline)) {
                        throw new SocketTimeoutException("no answer within the connect time-out");
                    }
                }
            }
            channel.register(readable, SelectionKey.OP_READ);
            channel.register(writable, SelectionKey.OP_WRITE);
            return transport;
        } catch (IOException | RuntimeException e) {
            transport.close();
            throw e;
        }
    }

    @Override
    public int read(ByteBuffer target, long deadline) throws IOException {
        while (true) {
            var count = channel.read(target);
            if (count != 0 || !await(readable, deadline)) {
                return count;
            }
        }
    }

    @Override
    public void write(ByteBuffer source, long deadline) throws IOException {
        while (source.hasRemaining()) {
            if (channel.write(source) == 0 && !await(writable, deadline)) {
                throw new SocketTimeoutException("the server does not take what is sent");
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        readable.close();
        writable.close();
    }

    /** False when the deadline has passed; true may be a false alarm. An interrupt shows in the call that follows. */
    private static boolean await(Selector selector, long deadline) throws IOException {
        var left = deadline - System.nanoTime();
        if (left <= 0) {
            return false;
        }
        try {
            selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
            selector.selectedKeys().clear();
            return true;
        } catch (ClosedSelectorException e) {
            throw new AsynchronousCloseException();
        }
    }
}
