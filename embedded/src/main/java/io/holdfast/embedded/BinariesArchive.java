package io.holdfast.embedded;

import com.github.luben.zstd.ZstdInputStream;
import io.holdfast.embedded.EmbeddedPostgresException.NoBinaries;
import io.holdfast.embedded.EmbeddedPostgresException.NotUnpacked;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Properties;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The programs of one major version as they lie on the class path: a tar compressed by zstd.
 *
 * @param version for example 18.6
 * @param sha256 of the compressed archive, in hexadecimal digits
 */
record BinariesArchive(int major, String version, String sha256) {

    private static final String PLACE = "binaries/postgres-";

    static BinariesArchive of(int major) {
        var machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!machine.equals("Linux amd64")) {
            throw new NoBinaries(
                    "there is no embedded PostgreSQL for %s".formatted(machine),
                    "use a Linux machine with an x86-64 CPU");
        }
        var description = new Properties();
        try (var stream = open(PLACE + major + ".properties")) {
            description.load(stream);
        } catch (FileNotFoundException _) {
            throw new NoBinaries(
                    "there is no embedded PostgreSQL %d on the class path".formatted(major),
                    "Holdfast ships 18; tests that need 14 to 17 depend on the test jar of holdfast-embedded");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BinariesArchive(major, description.getProperty("version"), description.getProperty("sha256"));
    }

    /** A name that tells apart what differs in content. */
    String folderName() {
        return version + "-" + sha256.substring(0, 16);
    }

    /** Unpacks into an existing, empty folder, for every user to read, whatever the umask is. */
    void unpackInto(Path folder) {
        var digest = newSha256();
        try (var packed = new DigestInputStream(open(PLACE + major + ".tar.zst"), digest);
                var tar = new TarArchiveInputStream(new BufferedInputStream(new ZstdInputStream(packed), 1 << 16))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(tar, entry, folder);
            }
            packed.transferTo(OutputStream.nullOutputStream());
            if (!HexFormat.of().formatHex(digest.digest()).equals(sha256)) {
                throw new NotUnpacked(
                        "the archive of PostgreSQL %s is damaged".formatted(version), "install Holdfast again", null);
            }
        } catch (IOException e) {
            throw new NotUnpacked(
                    "cannot unpack PostgreSQL %s into '%s': %s".formatted(version, folder, e.getMessage()),
                    "see whether there are 80 MB of space and the right to write there, or set HOLDFAST_HOME to another folder",
                    e);
        }
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path folder) throws IOException {
        var target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
            throw new IOException("entry '%s' leads out of the folder".formatted(entry.getName()));
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, target);
        var executable = (entry.getMode() & 0100) != 0;
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    private static InputStream open(String resource) throws FileNotFoundException {
        var stream = BinariesArchive.class.getResourceAsStream(resource);
        if (stream == null) {
            throw new FileNotFoundException(resource);
        }
        return stream;
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
