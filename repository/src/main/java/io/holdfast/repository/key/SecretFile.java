package io.holdfast.repository.key;

import io.holdfast.repository.disk.FolderOwner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;

/** Thirty-two random bytes in a file that only its owner can read: one line of base64. */
public final class SecretFile {

    private static final int BYTES = 32;

    private static final Set<PosixFilePermission> PRIVATE =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    /** One has 45. */
    private static final int MOST_BYTES = 1024;

    private SecretFile() {}

    /**
     * Reads one, refusing what group or others can read, as ssh does.
     *
     * @param kind what it is called in messages, {@code key file}
     * @param lost what to do where there is none
     * @throws KeyException if it is not there, not private, or none
     */
    public static byte[] read(Path file, String kind, String lost) {
        try {
            if (!PRIVATE.containsAll(Files.getPosixFilePermissions(file))) {
                throw KeyException.unusable(
                        "%s '%s' is open to others (mode %s)"
                                .formatted(
                                        kind, file, PosixFilePermissions.toString(Files.getPosixFilePermissions(file))),
                        "make it private: chmod 600 '%s'; if others may have read it, replace the key".formatted(file));
            }
            try (var content = Files.newInputStream(file)) {
                return decode(file, kind, content.readNBytes(MOST_BYTES));
            }
        } catch (NoSuchFileException e) {
            throw KeyException.unusable("there is no %s '%s'".formatted(kind, file), lost);
        } catch (IOException e) {
            throw KeyException.unusable(
                    "%s '%s' cannot be read: %s".formatted(kind, file, reason(e)), "run as a user who may read it");
        }
    }

    /**
     * Makes a new one, never touching one that exists.
     *
     * @throws KeyException if there is one, or it cannot be written
     */
    public static byte[] generate(Path file, String kind, SecureRandom random) {
        var secret = new byte[BYTES];
        random.nextBytes(secret);
        try {
            write(file, secret);
            return secret;
        } catch (FileAlreadyExistsException e) {
            throw KeyException.unusable(
                    "%s '%s' already exists".formatted(kind, file),
                    "a key is never overwritten: use it as it is, or name another file");
        } catch (IOException e) {
            throw KeyException.unusable(
                    "%s '%s' cannot be written: %s".formatted(kind, file, reason(e)),
                    "name a file in a folder that you may write");
        }
    }

    /** The name is forced too: what was made with a key that went with the power can never be opened, or added to. */
    private static void write(Path file, byte[] secret) throws IOException {
        var line = Base64.getEncoder().encodeToString(secret) + "\n";
        try (var channel = Files.newByteChannel(
                file,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SYNC),
                PosixFilePermissions.asFileAttribute(PRIVATE))) {
            writeOrRemove(file, channel, StandardCharsets.US_ASCII.encode(line));
        }
        FolderOwner.give(file);
        try (var folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /** A file without a whole key would stand in the way of the next attempt. */
    private static void writeOrRemove(Path file, WritableByteChannel channel, ByteBuffer line) throws IOException {
        try {
            while (line.hasRemaining()) {
                channel.write(line);
            }
        } catch (IOException e) {
            Files.delete(file);
            throw e;
        }
    }

    /** What the system said; its exceptions repeat the file first, and some say nothing else. */
    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "no such folder";
            case FileSystemException failure when failure.getReason() != null -> failure.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    private static byte[] decode(Path file, String kind, byte[] content) {
        try {
            var secret = Base64.getDecoder().decode(new String(content, StandardCharsets.ISO_8859_1).strip());
            if (secret.length == BYTES) {
                return secret;
            }
        } catch (IllegalArgumentException _) {
            // Not base64: the same answer as the wrong length.
        }
        throw KeyException.unusable(
                "'%s' is not a %s of holdfast".formatted(file, kind),
                "a %s holds one line: 32 bytes in base64".formatted(kind));
    }
}
