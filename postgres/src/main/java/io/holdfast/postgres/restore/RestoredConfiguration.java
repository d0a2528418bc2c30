package io.holdfast.postgres.restore;

import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.backup.ConfigurationPlaces;
import io.holdfast.postgres.backup.PathBytes;
import io.holdfast.repository.manifest.FilePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lets a restored cluster be configured from its own directory alone, wherever that is moved or copied: what names another
 * place is silenced in every file that it includes, and what was outside PGDATA is included from where the restore put
 * it, by relative names. So a server that somebody starts there never opens the directory that the backup came from.
 */
final class RestoredConfiguration {

    /** Takes a file's bytes. */
    interface Writer {

        void write(Path file, byte[] bytes) throws IOException;
    }

    private static final String MADE = "# made by holdfast restore: the cluster kept this outside its data directory\n";
    private static final Pattern INCLUDE = Pattern.compile(
            "(\\s*(?i:include|include_if_exists|include_dir)\\s*=?\\s*)(?:'((?:[^']|'')*)'|([^\\s'#=]+))(\\s*(?:#.*)?)");

    private final Path directory;
    private final BackupDetails details;
    private final Placement placement;
    private final Writer writer;
    private final Set<Path> seen = new HashSet<>();

    RestoredConfiguration(Path directory, BackupDetails details, Placement placement, Writer writer) {
        this.directory = directory;
        this.details = details;
        this.placement = placement;
        this.writer = writer;
    }

    void prepare() throws IOException {
        adopt(
                "postgresql.conf",
                ConfigurationPlaces::main,
                file -> "include = '%s'\n".formatted(ServerConfiguration.quote(file)),
                "");
        adopt("pg_hba.conf", ConfigurationPlaces::access, RestoredConfiguration::included, """
                local all all peer
                host all all 127.0.0.1/32 scram-sha-256
                """);
        adopt("pg_ident.conf", ConfigurationPlaces::identities, RestoredConfiguration::included, "");
        silence(directory.resolve("postgresql.conf"));
    }

    /** Of pg_hba.conf and pg_ident.conf. */
    private static String included(String file) {
        return "include \"" + file.replace("\"", "\"\"") + "\"\n";
    }

    /** The server looks for the file by this name in its directory. */
    private void adopt(
            String name,
            Function<ConfigurationPlaces, Optional<FilePath>> place,
            Function<String, String> include,
            String otherwise)
            throws IOException {
        var usual = directory.resolve(name);
        var used = used(name, place);
        if (used.isEmpty()) {
            if (!Files.exists(usual, LinkOption.NOFOLLOW_LINKS)) {
                write(usual, MADE + otherwise);
            }
        } else if (!used.get().equals(usual)) {
            boolean mayInclude = name.equals("postgresql.conf") || details.serverVersion() >= 160000;
            write(
                    usual,
                    MADE
                            + (mayInclude
                                    ? include.apply(PathBytes.of(directory.relativize(used.get())))
                                    : read(used.get())));
        }
    }

    /** Where the restore put what the server used; in backups that do not say, what is most likely. */
    private Optional<Path> used(String name, Function<ConfigurationPlaces, Optional<FilePath>> place)
            throws IOException {
        var recorded = details.configuration().flatMap(place).map(placement::of).filter(Files::isRegularFile);
        if (recorded.isPresent()) {
            return recorded;
        }
        var usual = directory.resolve(name);
        return Files.isRegularFile(usual) ? Optional.of(usual) : find(name);
    }

    private Optional<Path> find(String name) throws IOException {
        var folder = directory.resolve(Placement.CONFIGURATION);
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().equals(name))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .findFirst();
        }
    }

    /** Silences the file and those that it includes, as far as they are in the directory. */
    private void silence(Path file) throws IOException {
        if (!seen.add(file) || !isOurs(file)) {
            return;
        }
        var text = read(file);
        var included = new HashSet<Path>();
        var silenced = ServerConfiguration.silenced(text)
                .lines()
                .map(line -> redirected(file, line, included) + "\n")
                .collect(Collectors.joining());
        if (!silenced.equals(text)) {
            write(file, silenced);
        }
        for (var next : included) {
            if (Files.isDirectory(next)) {
                try (Stream<Path> inside = Files.list(next)) {
                    for (var each : inside.filter(path -> path.toString().endsWith(".conf"))
                            .toList()) {
                        silence(each);
                    }
                }
            } else {
                silence(next);
            }
        }
    }

    /** Beneath the directory, with no link on the way. */
    private boolean isOurs(Path file) throws IOException {
        return file.startsWith(directory)
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && file.toRealPath().equals(directory.toRealPath().resolve(directory.relativize(file)));
    }

    /** A line that includes what the restore has put elsewhere names it there. */
    private String redirected(Path file, String line, Set<Path> included) {
        var include = INCLUDE.matcher(line);
        if (!include.matches()) {
            return line;
        }
        var value = include.group(2) == null
                ? include.group(3)
                : include.group(2).replace("''", "'").replace("\\\\", "\\");
        var named = PathBytes.toPath(value);
        var folder = file.resolveSibling("").normalize();
        var direct = folder.resolve(named).normalize();
        if (direct.startsWith(directory)) {
            included.add(direct);
        }
        if (direct.startsWith(directory) && !named.isAbsolute()) {
            return line;
        }
        var place = restored(
                named.isAbsolute()
                        ? named.normalize()
                        : source().resolve(directory.relativize(folder))
                                .resolve(named)
                                .normalize());
        if (!Files.exists(place)) {
            return line;
        }
        included.add(place);
        var relative = PathBytes.of(folder.relativize(place));
        return include.group(1) + "'" + ServerConfiguration.quote(relative) + "'" + include.group(4);
    }

    private Path source() {
        return Path.of(details.dataDirectory());
    }

    /** Where this restore has put a file of the source. */
    private Path restored(Path original) {
        return original.startsWith(source())
                ? directory.resolve(source().relativize(original))
                : directory
                        .resolve(Placement.CONFIGURATION)
                        .resolve(Path.of("/").relativize(original));
    }

    /** One character for each byte: what is not ours stays as it is, in whatever encoding. */
    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }

    private void write(Path file, String text) throws IOException {
        writer.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
