package io.holdfast.repository.store;

import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.disk.Disk;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Objects as files beneath one folder: the key is the path. An object is written to a temporary file in
 * {@code .incoming}, forced, linked to its name, and its folder forced; a link fails where a name is taken, so nothing is
 * ever overwritten. Where the file system has no hard links an object is renamed instead, after a look whether the name
 * is free, and {@link Capability#CONDITIONAL_CREATE} is not declared.
 *
 * <p>Not promised: that a reader sees only what a power failure would leave. An object is visible for the moment between
 * its link and the forcing of its folder; whoever opens the store for writing next forces all folders if the last writer
 * may have stopped in that moment. On a network file system the listing is consistent among the processes of one host;
 * what other hosts see depends on its caches. That an object says the right time of its appearance, if its writer stopped for long just before that
 * and died just after it.
 *
 * <p>{@code .incoming}, other names that begin with a dot and names that cannot be keys ({@code lost+found}) are no
 * objects. A key cannot lie beneath the key of another object, since a path is a file or a folder.
 */
public final class FilesystemStore implements ObjectStore {

    private final Disk disk;
    private final Path root;
    private final InstantSource time;
    private final DiskProblems problems;
    private final @Nullable IncomingFolder incoming;
    private final DurableFolders folders;

    private FilesystemStore(
            Disk disk, Path root, InstantSource time, DiskProblems problems, @Nullable IncomingFolder incoming) {
        this.disk = disk;
        this.root = root;
        this.time = time;
        this.problems = problems;
        this.incoming = incoming;
        this.folders = new DurableFolders(disk, root);
    }

    /** Makes the folder and what is missing above it, durably, and opens it for writing. */
    public static FilesystemStore create(Disk disk, Path folder, InstantSource time) {
        var root = folder.toAbsolutePath().normalize();
        new DiskProblems(disk, root).attempt("create folder '%s'".formatted(root), () -> {
            disk.createDirectories(root);
            DurableFolders.forceAbove(disk, root);
        });
        return openForWriting(disk, root, time);
    }

    /** Opens an existing folder; a missing one is refused, since it may be a file system that is not mounted. */
    public static FilesystemStore openForWriting(Disk disk, Path folder, InstantSource time) {
        var root = folder.toAbsolutePath().normalize();
        var problems = existing(disk, root);
        var incoming = problems.attempt(
                "prepare '%s' for writing".formatted(root),
                () -> IncomingFolder.open(disk, root, time, new SecureRandom()));
        return new FilesystemStore(disk, root, time, problems, incoming);
    }

    /** Opens an existing folder without writing to it, not even to find out what its file system can do. */
    public static FilesystemStore openForReading(Disk disk, Path folder, InstantSource time) {
        var root = folder.toAbsolutePath().normalize();
        return new FilesystemStore(disk, root, time, existing(disk, root), null);
    }

    private static DiskProblems existing(Disk disk, Path root) {
        var problems = new DiskProblems(disk, root);
        var isFolder = problems.attempt("look at '%s'".formatted(root), () -> disk.find(root))
                .filter(Disk.Entry::isDirectory)
                .isPresent();
        if (!isFolder) {
            throw new StoreFolderMissingException(root);
        }
        return problems;
    }

    @Override
    public String location() {
        return root.toString();
    }

    @Override
    public Set<Capability> capabilities() {
        return incoming != null && incoming.hardLinks()
                ? Set.of(Capability.CONDITIONAL_CREATE, Capability.CONSISTENT_LISTING)
                : Set.of(Capability.CONSISTENT_LISTING);
    }

    @Override
    public ObjectWriter create(ObjectKey key) {
        var temporary = requireWritable();
        return problems.attempt("create object '" + key + "'", () -> {
            var publication = new Publication(disk, root, time, folders, temporary.hardLinks(), key);
            publication.refuseTakenName();
            return new FilesystemObjectWriter(disk, problems, publication, temporary.newName());
        });
    }

    private IncomingFolder requireWritable() {
        if (incoming == null) {
            throw new StoreException(
                    "%s is open for reading only".formatted(root),
                    "this is a defect of the command: it must open the store for writing",
                    ProblemKind.DEFECT,
                    null);
        }
        return incoming;
    }

    @Override
    public ObjectReader open(ObjectKey key) {
        return problems.attempt("open object '" + key + "'", () -> {
            if (find(key).isEmpty()) {
                throw new ObjectMissingException(location(), key);
            }
            return new FilesystemObjectReader(problems, key, disk.open(path(key)));
        });
    }

    @Override
    public Optional<StoredObject> find(ObjectKey key) {
        var found = problems.attempt("look at object '" + key + "'", () -> disk.find(path(key)))
                .filter(entry -> !entry.isDirectory())
                .map(entry -> new StoredObject(key, entry.size(), entry.modified()));
        if (found.isEmpty()) {
            requireMounted();
        }
        return found;
    }

    /** Of a file system that is not mounted any more, nobody may say that it has nothing: keys, claims and backups would seem to be gone. */
    private void requireMounted() {
        var sign = incoming == null ? root : incoming.folder();
        if (problems.attempt("look at '%s'".formatted(sign), () -> disk.find(sign))
                .isEmpty()) {
            throw new StoreFolderMissingException(root);
        }
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder) {
        requireMounted();
        return ObjectListing.beneath(disk, problems, path(folder), folder + "/", "");
    }

    @Override
    public Stream<StoredObject> list(ObjectKey folder, ObjectKey after) {
        requireMounted();
        return ObjectListing.beneath(disk, problems, path(folder), folder + "/", after.text());
    }

    @Override
    public Stream<StoredObject> list() {
        requireMounted();
        return ObjectListing.beneath(disk, problems, root, "", "");
    }

    @Override
    public void remove(ObjectKey key) {
        requireWritable();
        problems.attempt("remove object '" + key + "'", () -> {
            if (find(key).isPresent()) {
                disk.delete(path(key));
            }
            // Also when it is missing: whoever removed it may have died before the folder was forced.
            var folder = Objects.requireNonNull(path(key).getParent());
            if (disk.find(folder).filter(entry -> !entry.isDirectory()).isEmpty()) {
                folders.forceRemoval(folder);
            }
        });
    }

    /** This host's clock; the files' times come from it too, unless the file system is another host's. */
    @Override
    public Instant now() {
        return time.instant();
    }

    @Override
    public void close() {}

    private Path path(ObjectKey key) {
        return root.resolve(key.text());
    }
}
