package io.holdfast.postgres.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.SocketFactory;

/**
 * Lets pgjdbc connect through a unix-domain socket: it makes a factory by the class name in its property
 * {@code socketFactory}, hands over {@code socketFactoryArg} (the socket's file) and connects whatever comes out to a
 * host and port, which are ignored here. Public because pgjdbc constructs it by reflection.
 */
public final class UnixSocketFactory extends SocketFactory {

    private final Path file;

    public UnixSocketFactory(String file) {
        this.file = Path.of(file);
    }

    @Override
    public Socket createSocket() throws IOException {
        return new UnixSocket(file);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localAddress, int localPort) throws IOException {
        return connected();
    }

    private Socket connected() throws IOException {
        var socket = new UnixSocket(file);
        socket.connect(null);
        return socket;
    }
}
