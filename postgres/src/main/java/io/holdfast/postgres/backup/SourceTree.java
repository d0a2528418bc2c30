package io.holdfast.postgres.backup;

import io.holdfast.repository.manifest.FileEntry;
import io.holdfast.repository.manifest.FilePath;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Walks everything that belongs in a backup, in path order: configuration outside PGDATA, PGDATA, tablespaces. What
 * vanishes during the walk was dropped by the server, and is left out. Folders are listed one at a time, so memory is that of
 * the largest folder.
 */
final class SourceTree {

    /** Takes what the walk finds, in path order. */
    interface Visitor {

        void entry(FileEntry entry);

        void file(SourceFile file);
    }

    private final DataDirectory data;

    SourceTree(DataDirectory data) {
        this.data = data;
    }

    void walk(Visitor visitor) {
        for (var file : data.configuration()) {
            var path = new FilePath("config" + PathBytes.of(file));
            attributes(file, true).ifPresent(found -> visitFile(visitor, path, file, found, Optional.empty()));
        }
        folder(visitor, data.root(), "data", "");
        for (var tablespace : data.tablespaces()) {
            if (!tablespace.inPlace()) {
                var version = tablespace.location().resolve(data.tablespaceVersion());
                var place = "tablespace/" + tablespace.oid();
                attributes(tablespace.location(), true)
                        .ifPresent(found ->
                                visitor.entry(new FileEntry.Folder(new FilePath(place), mode(found), modified(found))));
                var below = tablespace.oid() + "/" + data.tablespaceVersion();
                folder(visitor, version, "tablespace/" + below, "pg_tblspc/" + below);
            }
        }
    }

    /** @param inData path in PGDATA, by which exclusions are decided */
    private void folder(Visitor visitor, Path folder, String path, String inData) {
        var own = attributes(folder, true);
        if (own.isEmpty()) {
            return;
        }
        visitor.entry(new FileEntry.Folder(new FilePath(path), mode(own.get()), modified(own.get())));
        var names = names(folder);
        var unlogged = unlogged(names.keySet());
        names.forEach((name, file) -> visit(visitor, file, path + "/" + name, inData, name, unlogged));
    }

    private void visit(Visitor visitor, Path file, String path, String inData, String name, Set<String> unlogged) {
        var found = attributes(file, false);
        if (found.isEmpty() || Exclusions.isExcludedFile(inData, name) || isTransient(inData, name, unlogged)) {
            return;
        }
        var below = inData.isEmpty() ? name : inData + "/" + name;
        if (found.get().isSymbolicLink()) {
            link(visitor, file, path, below);
        } else if (found.get().isDirectory()) {
            if (!data.isTablespace(file) && !Exclusions.isOfFileSystem(inData, name)) {
                inner(visitor, file, path, below);
            }
        } else if (found.get().isRegularFile()) {
            visitFile(visitor, new FilePath(path), file, found.get(), relation(below, name));
        }
    }

    private void inner(Visitor visitor, Path folder, String path, String inData) {
        if (!Exclusions.isKeptEmpty(inData)) {
            folder(visitor, folder, path, inData);
            return;
        }
        attributes(folder, true).ifPresent(found -> {
            visitor.entry(new FileEntry.Folder(new FilePath(path), mode(found), modified(found)));
            for (var kept : Exclusions.keptWithin(inData).stream().sorted().toList()) {
                attributes(folder.resolve(kept), true)
                        .ifPresent(inside -> visitor.entry(
                                new FileEntry.Folder(new FilePath(path + "/" + kept), mode(inside), modified(inside))));
            }
        });
    }

    /**
     * What an administrator has moved elsewhere is copied, pg_wal and folders of the server's own among it; tablespaces,
     * other linked folders and links that lead nowhere stay links.
     */
    private void link(Visitor visitor, Path link, String path, String inData) {
        if (inData.lastIndexOf('/') == "pg_tblspc".length()
                && inData.startsWith("pg_tblspc/")
                && !data.isTablespaceLink(link)) {
            // It appeared after the backup began: recovery makes it anew.
            return;
        }
        var target = attributes(link, true);
        if (target.isPresent() && target.get().isDirectory() && ServerFolders.contain(inData) && !leadsBack(link)) {
            inner(visitor, link, path, inData);
        } else if (target.isPresent() && target.get().isRegularFile()) {
            visitFile(
                    visitor,
                    new FilePath(path),
                    link,
                    target.get(),
                    relation(inData, PathBytes.of(link.getFileName())));
        } else {
            attributes(link, false)
                    .ifPresent(found -> readLink(link)
                            .ifPresent(to -> visitor.entry(
                                    new FileEntry.Link(new FilePath(path), mode(found), modified(found), to))));
        }
    }

    /** Whether following it would never end. */
    private static boolean leadsBack(Path link) {
        try {
            return link.resolveSibling(".").toRealPath().startsWith(link.toRealPath());
        } catch (NoSuchFileException _) {
            return false;
        } catch (IOException e) {
            throw new UnreadableSourceException(link, e);
        }
    }

    private static void visitFile(
            Visitor visitor, FilePath path, Path file, PosixFileAttributes found, Optional<RelationFile> relation) {
        visitor.file(new SourceFile(path, file, mode(found), modified(found), found.size(), relation));
    }

    private static boolean isTransient(String inData, String name, Set<String> unlogged) {
        return holdsRelations(inData)
                && (Exclusions.isTransient(name)
                        || RelationFile.of(name)
                                .filter(file -> !file.fork().equals("init") && unlogged.contains(file.relation()))
                                .isPresent());
    }

    private static Optional<RelationFile> relation(String inData, String name) {
        return holdsRelations(inData) ? RelationFile.of(name) : Optional.empty();
    }

    private static boolean holdsRelations(String inData) {
        return inData.equals("global")
                || inData.startsWith("global/")
                || inData.equals("base")
                || inData.startsWith("base/")
                || inData.equals("pg_tblspc")
                || inData.startsWith("pg_tblspc/");
    }

    /** Relations whose content is lost at a restart anyway: those with an init fork. */
    private static Set<String> unlogged(Set<String> names) {
        var unlogged = new HashSet<String>();
        for (var name : names) {
            RelationFile.of(name)
                    .filter(file -> file.fork().equals("init"))
                    .ifPresent(file -> unlogged.add(file.relation()));
        }
        return unlogged;
    }

    /** What is in a folder, by name, in order. */
    private static SortedMap<String, Path> names(Path folder) {
        var names = new TreeMap<String, Path>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(entry -> names.put(PathBytes.of(entry.getFileName()), entry));
        } catch (NoSuchFileException | NotDirectoryException _) {
            return names;
        } catch (IOException e) {
            throw new UnreadableSourceException(folder, e);
        } catch (DirectoryIteratorException e) {
            throw new UnreadableSourceException(folder, Objects.requireNonNull(e.getCause()));
        }
        return names;
    }

    private static Optional<PosixFileAttributes> attributes(Path file, boolean follow) {
        try {
            var options = follow ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
            return Optional.of(Files.readAttributes(file, PosixFileAttributes.class, options));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UnreadableSourceException(file, e);
        }
    }

    private static Optional<String> readLink(Path link) {
        try {
            return Optional.of(PathBytes.of(Files.readSymbolicLink(link)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UnreadableSourceException(link, e);
        }
    }

    private static long modified(BasicFileAttributes found) {
        return found.lastModifiedTime().toMillis();
    }

    private static int mode(PosixFileAttributes found) {
        int mode = 0;
        for (PosixFilePermission permission : found.permissions()) {
            mode |= switch (permission) {
                case OWNER_READ -> 0400;
                case OWNER_WRITE -> 0200;
                case OWNER_EXECUTE -> 0100;
                case GROUP_READ -> 040;
                case GROUP_WRITE -> 020;
                case GROUP_EXECUTE -> 010;
                case OTHERS_READ -> 04;
                case OTHERS_WRITE -> 02;
                case OTHERS_EXECUTE -> 01;
            };
        }
        return mode;
    }
}
