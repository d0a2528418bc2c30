package io.holdfast.cli;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.nio.file.Path;

/** It is not clear which key is meant, or what was named cannot be one. Nothing was opened. */
final class KeyChoiceException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final String code;
    private final ProblemKind kind;

    private KeyChoiceException(String code, ProblemKind kind, String message, String hint) {
        super(message, hint);
        this.code = code;
        this.kind = kind;
    }

    static KeyChoiceException none() {
        return new KeyChoiceException(
                "key.missing",
                ProblemKind.KEY,
                "no key for the repository is configured, and there is no terminal to ask at",
                "give --key-file FILE, --passphrase-file FILE or --kms-key KEY, or set HOLDFAST_PASSPHRASE");
    }

    static KeyChoiceException notForRecovery() {
        return new KeyChoiceException(
                "key.not-for-recovery",
                ProblemKind.KEY,
                "a recovering server must open the repository by itself, and this key is in no file",
                "put the passphrase in a file of mode 600 that the server's user may read, and give --passphrase-file");
    }

    static KeyChoiceException two() {
        return new KeyChoiceException(
                "key.ambiguous",
                ProblemKind.USAGE,
                "more than one key for the repository is configured",
                "keep one of key-file, passphrase-file, kms-key and HOLDFAST_PASSPHRASE; 'holdfast config' shows who says what");
    }

    static KeyChoiceException noFileToGenerate() {
        return new KeyChoiceException(
                "key.missing",
                ProblemKind.USAGE,
                "--generate-key does not know where the key file shall be",
                "give --key-file FILE too");
    }

    static KeyChoiceException different() {
        return new KeyChoiceException(
                "key.typed-differently", ProblemKind.USAGE, "the two passphrases are not the same", "type it again");
    }

    static KeyChoiceException noNewKey() {
        return new KeyChoiceException(
                "key.missing",
                ProblemKind.USAGE,
                "it is not said which key shall open the repository from now on",
                "give one of --new-key-file FILE, --new-passphrase-file FILE, --new-passphrase and --new-kms-key KEY");
    }

    static KeyChoiceException notAKmsKey(String text) {
        return new KeyChoiceException(
                "key.missing",
                ProblemKind.USAGE,
                "not a key of AWS KMS: '%s'".formatted(text),
                "give the ARN of a key or an alias, alias/NAME, or the id of a key");
    }

    static KeyChoiceException noTerminal() {
        return new KeyChoiceException(
                "key.missing",
                ProblemKind.KEY,
                "there is no terminal to ask at",
                "put what would be typed into a file of mode 600 and name that");
    }

    static KeyChoiceException sheetExists(Path file) {
        return new KeyChoiceException(
                "key.unusable",
                ProblemKind.REFUSED,
                "'%s' already exists".formatted(file),
                "nothing is overwritten: name another file for the sheet");
    }

    static KeyChoiceException sheetNotWritten(Path file, String reason) {
        return new KeyChoiceException(
                "key.unusable",
                ProblemKind.ENVIRONMENT,
                "the recovery sheet '%s' cannot be written: %s".formatted(file, reason),
                "name a file in a folder that you may write; a key that was added for it shows in 'holdfast key list', unconfirmed");
    }

    static KeyChoiceException openToOthers(String what, Path file, String mode) {
        return new KeyChoiceException(
                "key.unusable",
                ProblemKind.KEY,
                "%s '%s' is open to others (mode %s)".formatted(what, file, mode),
                "make it private: chmod 600 '%s'; if others may have read it, replace the key".formatted(file));
    }

    static KeyChoiceException unreadable(String what, Path file, String reason) {
        return new KeyChoiceException(
                "key.unusable",
                ProblemKind.KEY,
                "%s '%s' cannot be read: %s".formatted(what, file, reason),
                "name a file that this user may read");
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public ProblemKind kind() {
        return kind;
    }
}
