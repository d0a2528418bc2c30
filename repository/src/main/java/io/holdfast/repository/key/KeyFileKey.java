package io.holdfast.repository.key;

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

/** Thirty-two random bytes in a file that only its owner can read. */
public final class KeyFileKey implements KeyEncryptionKey {

    private static final byte[] INFO = "holdfast key file".getBytes(StandardCharsets.US_ASCII);

    private static final Set<PosixFilePermission> PRIVATE =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    /** A key file has 45. */
    private static final int MOST_BYTES = 1024;

    private final Path file;
    private final byte[] secret;

    private KeyFileKey(Path file, byte[] secret) {
        this.file = file;
        this.secret = secret;
    }

    /** Reads a key file, refusing one that group or others can read, as ssh does. */
    public static KeyFileKey read(Path file) {
        try {
            if (!PRIVATE.containsAll(Files.getPosixFilePermissions(file))) {
                throw KeyException.unusable(
                        "key file '%s' is open to others (mode %s)"
                                .formatted(file, PosixFilePermissions.toString(Files.getPosixFilePermissions(file))),
                        "make it private: chmod 600 '%s'; if others may have read it, replace the key".formatted(file));
            }
            try (var content = Files.newInputStream(file)) {
                return new KeyFileKey(file, decode(file, content.readNBytes(MOST_BYTES)));
            }
        } catch (NoSuchFileException e) {
            throw KeyException.unusable(
                    "there is no key file '%s'".formatted(file),
                    "give the key file of this repository; a new key would not open it");
        } catch (IOException e) {
            throw KeyException.unusable(
                    "key file '%s' cannot be read: %s".formatted(file, reason(e)), "run as a user who may read it");
        }
    }

    /** Makes a new key file, never touching one that exists. */
    public static KeyFileKey generate(Path file, SecureRandom random) {
        var secret = new byte[DataKey.BYTES];
        random.nextBytes(secret);
        try {
            write(file, secret);
            return new KeyFileKey(file, secret);
        } catch (FileAlreadyExistsException e) {
            throw KeyException.unusable(
                    "key file '%s' already exists".formatted(file),
                    "a key is never overwritten: use it as it is, or name another file");
        } catch (IOException e) {
            throw KeyException.unusable(
                    "key file '%s' cannot be written: %s".formatted(file, reason(e)),
                    "name a file in a folder that you may write");
        }
    }

    /** The name is forced too: a repository whose key file went with the power can never be opened. */
    private static void write(Path file, byte[] secret) throws IOException {
        var line = Base64.getEncoder().encodeToString(secret) + "\n";
        try (var channel = Files.newByteChannel(
                file,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SYNC),
                PosixFilePermissions.asFileAttribute(PRIVATE))) {
            writeOrRemove(file, channel, StandardCharsets.US_ASCII.encode(line));
        }
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

    private static byte[] decode(Path file, byte[] content) {
        try {
            var secret = Base64.getDecoder().decode(new String(content, StandardCharsets.ISO_8859_1).strip());
            if (secret.length == DataKey.BYTES) {
                return secret;
            }
        } catch (IllegalArgumentException _) {
            // Not base64: the same answer as the wrong length.
        }
        throw KeyException.unusable(
                "'%s' is not a key file of holdfast".formatted(file),
                "a key file holds one line: 32 bytes in base64, as 'holdfast init' writes it");
    }

    @Override
    public String kind() {
        return "key-file";
    }

    @Override
    public Argon2Settings settings() {
        return Argon2Settings.NONE;
    }

    @Override
    public boolean accepts(Argon2Settings settings) {
        return settings.equals(Argon2Settings.NONE);
    }

    @Override
    public byte[] derive(byte[] salt, Argon2Settings settings) {
        return Derivation.bytes(secret, salt, INFO);
    }

    @Override
    public String hint() {
        return "check that '%s' is the key file of this repository".formatted(file);
    }

    @Override
    public String toString() {
        return "KeyFileKey[" + file + "]";
    }
}
