package io.holdfast.postgres.cluster;

import java.nio.file.Path;

/** Where a server listens. */
public sealed interface ServerAddress {

    int port();

    /**
     * What libpq takes for {@code host}: a name, an IP address, or the absolute path of the folder of a unix socket.
     */
    static ServerAddress of(String host, int port) {
        return host.startsWith("/") ? new UnixSocket(Path.of(host), port) : new Tcp(host, port);
    }

    /**
     * A TCP port.
     *
     * @param host a name or an IP address; an IPv6 address without brackets
     */
    record Tcp(String host, int port) implements ServerAddress {

        public Tcp {
            requirePort(port);
            if (host.isBlank()) {
                throw new InvalidConnectionException("the host is empty", "name a host or a socket folder");
            }
            if (host.indexOf(',') >= 0) {
                throw new InvalidConnectionException(
                        "more than one host: '%s'".formatted(host), "name the one member that is meant");
            }
        }

        @Override
        public String toString() {
            return host.indexOf(':') >= 0 ? "[%s]:%d".formatted(host, port) : host + ":" + port;
        }
    }

    /**
     * A unix-domain socket.
     *
     * @param folder {@code unix_socket_directories} of the server
     * @param port only a part of the socket's name
     */
    record UnixSocket(Path folder, int port) implements ServerAddress {

        public UnixSocket {
            requirePort(port);
        }

        /** Source: src/include/libpq/pqcomm.h, UNIXSOCK_PATH. */
        public Path file() {
            return folder.resolve(".s.PGSQL." + port);
        }

        @Override
        public String toString() {
            return file().toString();
        }
    }

    private static void requirePort(int port) {
        if (port < 1 || port > 65535) {
            throw new InvalidConnectionException("not a port: " + port, "a port is a number from 1 to 65535");
        }
    }
}
