package io.holdfast.testkit;

import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The folders and files of a {@link PowerFailureDisk}, found by absolute path. */
final class FileTree {

    private final InstantSource time;
    private final Node.Folder root;

    private FileTree(InstantSource time, Node.Folder root) {
        this.time = time;
        this.root = root;
    }

    static FileTree empty(InstantSource time) {
        return new FileTree(time, new Node.Folder(time.instant()));
    }

    /** The tree as it is after a power failure. */
    FileTree after(Survival survival) {
        return new FileTree(time, after(root, survival, new IdentityHashMap<>()));
    }

    @Nullable
    Node find(Path path) {
        Node node = root;
        for (var name : path.normalize()) {
            if (!(node instanceof Node.Folder folder)) {
                return null;
            }
            node = folder.current.get(name.toString());
        }
        return node;
    }

    Node.File file(Path path) {
        return switch (find(path)) {
            case Node.File file -> file;
            case Node.Folder _ -> throw failure(new FileSystemException(path.toString(), null, "Is a directory"));
            case null -> throw failure(new NoSuchFileException(path.toString()));
        };
    }

    Node.Folder folder(Path path) {
        return switch (find(path)) {
            case Node.Folder folder -> folder;
            case Node.File _ -> throw failure(new FileSystemException(path.toString(), null, "Not a directory"));
            case null -> throw failure(new NoSuchFileException(path.toString()));
        };
    }

    void put(Path path, Node node) {
        var folder = folder(parent(path));
        folder.current.put(name(path), node);
        folder.modified = time.instant();
    }

    void remove(Path path) {
        var folder = folder(parent(path));
        folder.current.remove(name(path));
        folder.modified = time.instant();
    }

    static Path parent(Path path) {
        return Objects.requireNonNull(path.getParent(), "the root has no parent");
    }

    static String name(Path path) {
        var name = path.getFileName();
        return name == null ? "" : name.toString();
    }

    static UncheckedIOException failure(FileSystemException cause) {
        return new UncheckedIOException(cause.getMessage(), cause);
    }

    /** A node with several names stays one node, so the survivors are remembered. */
    private static Node.Folder after(Node.Folder folder, Survival survival, Map<Node, Node> survivors) {
        var rest = new Node.Folder(folder.modified);
        var names = new TreeSet<>(folder.current.keySet());
        names.addAll(folder.durable.keySet());
        for (var name : names) {
            var node = survives(folder.durable.get(name), folder.current.get(name), survival);
            if (node != null) {
                rest.current.put(name, after(node, survival, survivors));
            }
        }
        rest.force();
        return rest;
    }

    private static Node after(Node node, Survival survival, Map<Node, Node> survivors) {
        var known = survivors.get(node);
        if (known != null) {
            return known;
        }
        var survivor = switch (node) {
            case Node.File file -> file.after(survival);
            case Node.Folder folder -> after(folder, survival, survivors);
        };
        survivors.put(node, survivor);
        return survivor;
    }

    private static @Nullable Node survives(@Nullable Node durable, @Nullable Node current, Survival survival) {
        return Objects.equals(durable, current) ? current : survival.name(durable, current);
    }
}
