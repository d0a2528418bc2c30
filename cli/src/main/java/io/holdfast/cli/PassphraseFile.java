package io.holdfast.cli;

import io.holdfast.problem.Secret;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;

/** A file whose first line is a passphrase; refused if group or others can read it. */
final class PassphraseFile {

    private static final EnumSet<PosixFilePermission> PRIVATE =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private PassphraseFile() {}

    static Secret read(Path file) {
        return Secret.of(
                content("passphrase file", file).reveal().lines().findFirst().orElse(""));
    }

    /**
     * All of a file that holds a secret.
     *
     * @param what it is, for messages
     */
    static Secret content(String what, Path file) {
        try {
            var mode = Files.getPosixFilePermissions(file);
            if (!PRIVATE.containsAll(mode)) {
                throw KeyChoiceException.openToOthers(what, file, PosixFilePermissions.toString(mode));
            }
            return Secret.of(Files.readString(file));
        } catch (IOException e) {
            throw KeyChoiceException.unreadable(what, file, reason(e));
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "permission denied";
            case CharacterCodingException _ -> "it is not UTF-8";
            default -> String.valueOf(e.getMessage());
        };
    }
}
