package io.holdfast.postgres.cluster;

import io.holdfast.problem.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A libpq password file: lines of {@code host:port:database:user:password}, the first that matches counts, {@code *}
 * matches anything, a backslash takes the next character literally. A file that others may read is ignored with a
 * warning. Source: src/interfaces/libpq/fe-connect.c, passwordFromFile.
 */
public record PasswordFile(Path path) implements PasswordSource {

    private static final Logger LOG = LoggerFactory.getLogger(PasswordFile.class);

    /** libpq's PG_DEFAULT socket folders, whose host in the file is written {@code localhost}. */
    private static final Set<String> DEFAULT_SOCKET_FOLDERS = Set.of("/tmp", "/var/run/postgresql", "/run/postgresql");

    private static final Set<PosixFilePermission> OWNER_ONLY =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    @Override
    public Optional<Secret> find(ServerAddress address, String database, String user) {
        if (!Files.isRegularFile(path) || isReadableByOthers()) {
            return Optional.empty();
        }
        try (var lines = Files.lines(path)) {
            return lines.filter(line -> !line.startsWith("#"))
                    .map(PasswordFile::fields)
                    .filter(fields -> fields.size() == 5)
                    .filter(fields -> fields.get(0).matches(host(address))
                            && fields.get(1).matches(Integer.toString(address.port()))
                            && fields.get(2).matches(database)
                            && fields.get(3).matches(user))
                    .findFirst()
                    .map(fields -> Secret.of(fields.get(4).text()));
        } catch (IOException | java.io.UncheckedIOException e) {
            LOG.warn(
                    "password file not readable, ignored file={} reason={}",
                    path,
                    e.getClass().getSimpleName());
            return Optional.empty();
        }
    }

    private boolean isReadableByOthers() {
        try {
            if (OWNER_ONLY.containsAll(Files.getPosixFilePermissions(path))) {
                return false;
            }
            LOG.warn("password file is readable by others, ignored file={} hint=\"chmod 600 it\"", path);
            return true;
        } catch (IOException e) {
            LOG.warn(
                    "password file not readable, ignored file={} reason={}",
                    path,
                    e.getClass().getSimpleName());
            return true;
        }
    }

    private static String host(ServerAddress address) {
        return switch (address) {
            case ServerAddress.Tcp tcp -> tcp.host();
            case ServerAddress.UnixSocket socket ->
                DEFAULT_SOCKET_FOLDERS.contains(socket.folder().toString())
                        ? "localhost"
                        : socket.folder().toString();
        };
    }

    /**
     * One field of a line.
     *
     * @param any it was a bare asterisk; an escaped one is a literal
     */
    private record Field(String text, boolean any) {

        boolean matches(String value) {
            return any || text.equals(value);
        }

        @Override
        public String toString() {
            return "[REDACTED]";
        }
    }

    private static List<Field> fields(String line) {
        var fields = new ArrayList<Field>();
        var text = new StringBuilder();
        var escaped = false;
        for (var i = 0; i < line.length(); i++) {
            var c = line.charAt(i);
            if (c == '\\' && i + 1 < line.length()) {
                text.append(line.charAt(++i));
                escaped = true;
            } else if (c == ':' && fields.size() < 4) {
                fields.add(
                        new Field(text.toString(), !escaped && text.toString().equals("*")));
                text.setLength(0);
                escaped = false;
            } else {
                text.append(c);
            }
        }
        fields.add(new Field(text.toString(), false));
        return fields;
    }
}
