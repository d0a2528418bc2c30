package io.holdfast.repository.key;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
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
            return new KeyFileKey(file, decode(file, Files.readString(file, StandardCharsets.US_ASCII)));
        } catch (NoSuchFileException e) {
            throw KeyException.unusable(
                    "there is no key file '%s'".formatted(file),
                    "give the key file of this repository; a new key would not open it");
        } catch (IOException e) {
            throw KeyException.unusable(
                    "key file '%s' cannot be read: %s".formatted(file, e.getMessage()),
                    "run as a user who may read it");
        }
    }

    /** Makes a new key file, never touching one that exists. */
    public static KeyFileKey generate(Path file, SecureRandom random) {
        var secret = new byte[DataKey.BYTES];
        random.nextBytes(secret);
        var line = Base64.getEncoder().encodeToString(secret) + "\n";
        try (var channel = Files.newByteChannel(
                file,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SYNC),
                PosixFilePermissions.asFileAttribute(PRIVATE))) {
            channel.write(StandardCharsets.US_ASCII.encode(line));
        } catch (FileAlreadyExistsException e) {
            throw KeyException.unusable(
                    "key file '%s' already exists".formatted(file),
                    "a key is never overwritten: use it as it is, or name another file");
        } catch (IOException e) {
            throw KeyException.unusable(
                    "key file '%s' cannot be written: %s".formatted(file, e.getMessage()),
                    "name a file in a folder that you may write");
        }
        return new KeyFileKey(file, secret);
    }

    private static byte[] decode(Path file, String text) {
        try {
            var secret = Base64.getDecoder().decode(text.strip());
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
    public byte[] derive(byte[] salt, Argon2Settings settings) {
        return Derivation.bytes(secret, salt, INFO);
    }

    @Override
    public String hint() {
        return "check that '%s' is the key file of this repository".formatted(file);
    }
}
