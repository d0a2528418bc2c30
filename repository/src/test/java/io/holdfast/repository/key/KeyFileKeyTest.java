package io.holdfast.repository.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileKeyTest {

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name_the_file() {
        file = folder.resolve("the key's file.key");
    }

    @Test
    void is_made_private_and_read_back() throws IOException {
        var made = KeyFileKey.generate(file, new SeededRandom(1));

        var read = KeyFileKey.read(file);

        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.readString(file)).matches("[A-Za-z0-9+/]{43}=\n");
        assertThat(read.derive(new byte[16], Argon2Settings.NONE))
                .isEqualTo(made.derive(new byte[16], Argon2Settings.NONE));
    }

    @Test
    void is_never_overwritten() throws IOException {
        Files.writeString(file, "something of value");

        var refusal = catchThrowableOfType(KeyException.class, () -> KeyFileKey.generate(file, new SeededRandom(1)));

        assertThat(refusal).hasMessage("key file '%s' already exists", file);
        assertThat(refusal.hint()).isEqualTo("a key is never overwritten: use it as it is, or name another file");
        assertThat(Files.readString(file)).isEqualTo("something of value");
    }

    @Test
    void is_not_made_because_it_is_missing() {
        var refusal = catchThrowableOfType(KeyException.class, () -> KeyFileKey.read(file));

        assertThat(refusal).hasMessage("there is no key file '%s'", file);
        assertThat(refusal.hint()).isEqualTo("give the key file of this repository; a new key would not open it");
        assertThat(refusal.code()).isEqualTo("key.unusable");
        assertThat(refusal.kind()).isEqualTo(ProblemKind.KEY);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void needs_a_folder_to_be_made_in() {
        var nowhere = folder.resolve("missing").resolve("key");

        var refusal = catchThrowableOfType(KeyException.class, () -> KeyFileKey.generate(nowhere, new SeededRandom(1)));

        assertThat(refusal).hasMessage("key file '%s' cannot be written: no such folder", nowhere);
        assertThat(refusal.hint()).isEqualTo("name a file in a folder that you may write");
    }

    @Test
    void is_not_a_folder() {
        var refusal = catchThrowableOfType(KeyException.class, () -> KeyFileKey.read(privately(folder)));

        assertThat(refusal.code()).isEqualTo("key.unusable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw----r--", "rw-r-----", "rw--w----", "rwxrwxrwx"})
    void is_refused_when_it_is_open_to_others(String mode) throws IOException {
        KeyFileKey.generate(file, new SeededRandom(1));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        var refusal = catchThrowableOfType(KeyException.class, () -> KeyFileKey.read(file));

        assertThat(refusal).hasMessage("key file '%s' is open to others (mode %s)", file, mode);
        assertThat(refusal.hint())
                .isEqualTo("make it private: chmod 600 '%s'; if others may have read it, replace the key", file);
    }

    @Test
    void may_be_stricter_than_needed() throws IOException {
        KeyFileKey.generate(file, new SeededRandom(1));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));

        assertThat(KeyFileKey.read(file).kind()).isEqualTo("key-file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "not base64 at all!", "c2hvcnQ=\n", "one line\nanother line", "schl\u00fcssel"})
    void is_refused_when_it_holds_something_else(String content) throws IOException {
        Files.writeString(file, content);
        privately(file);

        var refusal = catchThrowableOfType(KeyException.class, () -> KeyFileKey.read(file));

        assertThat(refusal).hasMessage("'%s' is not a key file of holdfast", file);
        assertThat(refusal.hint()).isEqualTo("a key file holds one line: 32 bytes in base64");
    }

    @Test
    void is_refused_when_its_key_is_too_long() throws IOException {
        Files.writeString(file, Base64.getEncoder().encodeToString(new byte[33]));
        privately(file);

        assertThat(catchThrowableOfType(KeyException.class, () -> KeyFileKey.read(file)))
                .hasMessage("'%s' is not a key file of holdfast", file);
    }

    @Test
    void is_never_read_beyond_what_a_key_needs() {
        assertThat(catchThrowableOfType(KeyException.class, () -> KeyFileKey.read(Path.of("/dev/zero")))
                        .code())
                .isEqualTo("key.unusable");
    }

    @Test
    void does_not_print_its_key() throws IOException {
        var key = KeyFileKey.generate(file, new SeededRandom(1));

        assertThat(key.toString()).doesNotContain(Files.readString(file).strip());
    }

    private static Path privately(Path path) throws IOException {
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    }
}
