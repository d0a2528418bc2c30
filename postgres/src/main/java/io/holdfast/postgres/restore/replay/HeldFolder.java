package io.holdfast.postgres.restore.replay;

import io.holdfast.embedded.UnprivilegedUser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A folder that is held open. Names are looked up in it, whatever becomes of its path meanwhile, and no symbolic link is
 * followed: root can work in it although it belongs to the user of the server, who could have put links there. What is
 * made belongs to that user. Thread-safe.
 */
public final class HeldFolder implements AutoCloseable {

    public static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");

    private final Path path;
    private final SecureDirectoryStream<Path> stream;
    private final UnprivilegedUser user;

    private HeldFolder(Path path, SecureDirectoryStream<Path> stream, UnprivilegedUser user) {
        this.path = path;
        this.stream = stream;
        this.user = user;
    }

    /** Opens a folder; its own path may be a link. */
    @SuppressWarnings("StreamResourceLeak") // it is closed with this
    public static HeldFolder open(Path path, UnprivilegedUser user) throws IOException {
        return new HeldFolder(path, secure(Files.newDirectoryStream(path)), user);
    }

    /** Opens a folder whose last name must not be a link. */
    public static HeldFolder openWithin(Path path, UnprivilegedUser user) throws IOException {
        try (var parent = open(Objects.requireNonNull(path.toAbsolutePath().getParent()), user)) {
            return parent.child(path.getFileName().toString());
        }
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) {
        if (stream instanceof SecureDirectoryStream<Path> safe) {
            return safe;
        }
        throw new IllegalStateException("this file system cannot open names in a folder that is held open");
    }

    public Path path() {
        return path;
    }

    public HeldFolder child(String name) throws IOException {
        return new HeldFolder(
                path.resolve(name), secure(stream.newDirectoryStream(Path.of(name), LinkOption.NOFOLLOW_LINKS)), user);
    }

    public boolean exists(String name) {
        return attributes(name).isPresent();
    }

    private Optional<BasicFileAttributes> attributes(String name) {
        try {
            return Optional.of(
                    stream.getFileAttributeView(Path.of(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                            .readAttributes());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    public List<String> names() throws IOException {
        var names = new ArrayList<String>();
        try (var entries = stream.newDirectoryStream(Path.of("."), LinkOption.NOFOLLOW_LINKS)) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        }
        return names;
    }

    /**
     * The content of a file.
     *
     * @throws NoSuchFileException also if it is something else than a file
     */
    public byte[] read(String name) throws IOException {
        if (attributes(name).filter(BasicFileAttributes::isRegularFile).isEmpty()) {
            throw new NoSuchFileException(path.resolve(name).toString());
        }
        try (var channel = channel(name, Set.of(StandardOpenOption.READ))) {
            var bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // Reads on.
            }
            return bytes.array();
        }
    }

    /** Opens a file that must not be there. */
    public FileChannel create(String name, Set<PosixFilePermission> permissions) throws IOException {
        return channel(name, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), permissions);
    }

    /** Opens a file that need not be there, for as long as a lock on it is wanted. */
    FileChannel lockFile(String name) throws IOException {
        var channel =
                channel(name, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        give(name);
        return channel;
    }

    private FileChannel channel(String name, Set<StandardOpenOption> how) throws IOException {
        return channel(name, how, PRIVATE);
    }

    private FileChannel channel(String name, Set<StandardOpenOption> how, Set<PosixFilePermission> permissions)
            throws IOException {
        var options = new HashSet<OpenOption>(how);
        options.add(LinkOption.NOFOLLOW_LINKS);
        return (FileChannel)
                stream.newByteChannel(Path.of(name), options, PosixFilePermissions.asFileAttribute(permissions));
    }

    /** Gives a name to a complete file; what had it before is replaced, a link but not what it points to. */
    public void replace(String name, byte[] content, boolean durably) throws IOException {
        replace(name, content, durably, PRIVATE);
    }

    /** The same, with other permissions, as far as the umask allows. */
    public void replace(String name, byte[] content, boolean durably, Set<PosixFilePermission> permissions)
            throws IOException {
        var next = "." + name + ".new";
        delete(next);
        try (var channel = create(next, permissions)) {
            var buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            if (durably) {
                channel.force(true);
            }
        }
        give(next);
        move(next, name);
    }

    public void move(String from, String to) throws IOException {
        stream.move(Path.of(from), stream, Path.of(to));
    }

    /** Gives a file to the user of the server. */
    public void give(String name) throws IOException {
        if (user.isOurselves()) {
            return;
        }
        var view = stream.getFileAttributeView(Path.of(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        var principals = path.getFileSystem().getUserPrincipalLookupService();
        view.setOwner(principals.lookupPrincipalByName(Integer.toString(user.uid())));
        view.setGroup(principals.lookupPrincipalByGroupName(Integer.toString(user.gid())));
    }

    /** Removes a file or link; nothing happens if there is none. */
    public void delete(String name) throws IOException {
        try {
            stream.deleteFile(Path.of(name));
        } catch (NoSuchFileException _) {
            // It is gone.
        }
    }

    /** A folder of this name: a new one, or that which is there, if it is one and no link. */
    public HeldFolder folder(String name) throws IOException {
        if (!isFolder(name)) {
            delete(name);
            make(name);
        }
        var made = child(name);
        give(name);
        return made;
    }

    private boolean isFolder(String name) {
        return attributes(name).filter(BasicFileAttributes::isDirectory).isPresent();
    }

    /** There is no mkdirat in the JDK: should the path have been made to lead elsewhere, the folder is not found in here. */
    private void make(String name) throws IOException {
        try {
            Files.createDirectory(
                    path.resolve(name),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException _) {
            // Then it is looked at.
        }
    }

    /** Removes everything in it. */
    public void clear() throws IOException {
        for (var name : names()) {
            remove(name);
        }
    }

    /** Removes a file, a link, or a folder with what is in it; nothing happens if there is none. */
    public void remove(String name) throws IOException {
        if (!isFolder(name)) {
            delete(name);
            return;
        }
        try (var inner = child(name)) {
            inner.clear();
            stream.deleteDirectory(Path.of(name));
        } catch (NoSuchFileException _) {
            // It is gone.
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
