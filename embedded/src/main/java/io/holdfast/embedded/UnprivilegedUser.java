package io.holdfast.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.embedded.EmbeddedPostgresException.FolderUnreachable;
import io.holdfast.embedded.EmbeddedPostgresException.NoUnprivilegedUser;
import io.holdfast.embedded.EmbeddedPostgresException.ProgramFailed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The user that our servers run as, never root, which PostgreSQL refuses: ourselves if we are not root, else a user
 * with an entry in {@code /etc/passwd} ({@code initdb} refuses one without) that {@code setpriv} of util-linux turns
 * a program into. No shell stands in between, and what runs gets a minimal environment. Thread-safe.
 */
public final class UnprivilegedUser {

    private static final Map<String, String> ENVIRONMENT =
            Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "LC_ALL", "C", "HOME", "/");

    private final PasswordFile.Entry entry;
    private final boolean ourselves;

    private UnprivilegedUser(PasswordFile.Entry entry, boolean ourselves) {
        this.entry = entry;
        this.ourselves = ourselves;
    }

    /** Ourselves, or, for root, {@code postgres} where it exists, else {@code nobody}. */
    public static UnprivilegedUser current() {
        var uid = ownUid();
        if (uid != 0) {
            return new UnprivilegedUser(
                    new PasswordFile.Entry(System.getProperty("user.name", Integer.toString(uid)), uid, -1), true);
        }
        var passwords = PasswordFile.read();
        return Stream.of("postgres", "nobody")
                .flatMap(name -> passwords.entry(name).stream())
                .findFirst()
                .map(entry -> new UnprivilegedUser(entry, false))
                .orElseThrow(() -> new NoUnprivilegedUser(
                        "root cannot run PostgreSQL, and there is no user 'postgres' or 'nobody'",
                        "create one: useradd --system postgres",
                        null));
    }

    /**
     * The user who should run the server of a data directory: ourselves; or, for root, the owner of that folder, or
     * {@link #current} where it is absent or root's.
     */
    public static UnprivilegedUser ownerOf(Path directory) {
        if (!weAreRoot() || !Files.isDirectory(directory)) {
            return current();
        }
        try {
            var uid = (Integer) Files.getAttribute(directory, "unix:uid");
            return uid == 0
                    ? current()
                    : PasswordFile.read()
                            .entry(uid)
                            .map(entry -> new UnprivilegedUser(entry, false))
                            .orElseGet(UnprivilegedUser::current);
        } catch (IOException e) {
            throw new NoUnprivilegedUser(
                    "cannot find out who owns '%s'".formatted(directory), "see its permissions", e);
        }
    }

    static boolean weAreRoot() {
        return ownUid() == 0;
    }

    private static int ownUid() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new NoUnprivilegedUser("cannot find out which user this is", "mount /proc", e);
        }
    }

    public String name() {
        return entry.name();
    }

    public int uid() {
        return entry.uid();
    }

    /** The group of this user, for root to give files to; without meaning where it is ourselves. */
    public int gid() {
        return entry.gid();
    }

    /** Whether it is the user of this JVM, so that nothing has to be given to it. */
    public boolean isOurselves() {
        return ourselves;
    }

    /** A program ready to be started as this user, in all groups of that, in the root folder, with a minimal environment. */
    public ProcessBuilder program(List<String> argv) {
        var words = new ArrayList<String>();
        if (!ourselves) {
            // A distribution's server reads the key of its certificate as one of a group.
            words.addAll(List.of("setpriv", "--reuid=" + entry.uid(), "--regid=" + entry.gid(), "--init-groups"));
            words.addAll(List.of("--inh-caps=-all", "--no-new-privs", "--"));
        }
        words.addAll(argv);
        var builder = new ProcessBuilder(words).directory(Path.of("/").toFile());
        builder.environment().clear();
        builder.environment().putAll(ENVIRONMENT);
        return builder;
    }

    /**
     * Starts a program that {@link #program} made ready.
     *
     * @throws ProgramFailed if it, or setpriv, is not there
     */
    public Process start(ProcessBuilder program) {
        try {
            return program.start();
        } catch (IOException e) {
            throw new ProgramFailed(
                    "cannot run '%s' as user '%s': %s"
                            .formatted(program.command().getFirst(), name(), e.getMessage()),
                    ourselves
                            ? "see whether it is there and executable"
                            : "install util-linux, which has setpriv and setsid",
                    e);
        }
    }

    /** Runs a program to its end, however it ends; its input is empty. It is killed if it takes longer than allowed. */
    public ProgramOutcome run(List<String> argv, Map<String, String> environment, Duration allowed) {
        var program = program(argv);
        program.environment().putAll(environment);
        return ProgramRun.of(start(program), argv, allowed);
    }

    /** Gives a file or a whole tree to this user; symbolic links themselves, not what they point to. */
    public void own(Path tree) {
        if (ourselves) {
            return;
        }
        try {
            Files.walkFileTree(tree, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                        throws IOException {
                    give(folder);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    give(file);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot give %s to user '%s'".formatted(tree, name()), e);
        }
    }

    private void give(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", entry.uid(), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", entry.gid(), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Makes sure that this user can get at an existing folder.
     *
     * @throws FolderUnreachable naming the outermost folder that shuts it out
     */
    public void requireReach(Path folder) {
        var absolute = folder.toAbsolutePath();
        if (reaches(absolute)) {
            return;
        }
        var closed = Stream.iterate(absolute, path -> path != null, Path::getParent).toList().reversed().stream()
                .filter(path -> !reaches(path))
                .findFirst()
                .orElse(absolute);
        throw new FolderUnreachable(
                "user '%s' may not enter folder '%s' on the way to '%s'".formatted(name(), closed, absolute),
                "choose a place that every user can reach, or run: chmod o+x '%s'".formatted(closed));
    }

    private boolean reaches(Path folder) {
        return test("-x", folder);
    }

    /** Whether this user can read a file, with all folders on the way to it. */
    public boolean reads(Path file) {
        return test("-r", file.toAbsolutePath());
    }

    private boolean test(String what, Path path) {
        return run(List.of("test", what, path.toString()), Map.of(), Duration.ofMinutes(1))
                .succeeded();
    }

    @Override
    public String toString() {
        return name();
    }

    /** Text that only this user and root can read, in a new file; delete it after use. */
    Path secretFile(String content) {
        try {
            var file = Files.createTempFile(shortTemporaryFolder(), "holdfast-", ".secret");
            Files.writeString(file, content, UTF_8);
            own(file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new folder that only this user and root can enter, with a name short enough for a socket within it. */
    Path privateFolder() {
        try {
            var folder = Files.createTempDirectory(shortTemporaryFolder(), "holdfast-");
            own(folder);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Not java.io.tmpdir, which can be long or closed to this user: a socket's path has at most 107 bytes. */
    private static Path shortTemporaryFolder() {
        return Path.of("/tmp");
    }
}
