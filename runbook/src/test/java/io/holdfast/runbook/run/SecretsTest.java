package io.holdfast.runbook.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {

    @TempDir
    private Path folder;

    @Test
    void of_a_secret_that_begins_with_another_nothing_stays() throws Exception {
        var secrets = new Secrets(Map.of("SHORT", "swordfish", "LONG", "swordfish-and-more"));
        secrets.read("env:SHORT");
        secrets.read("env:LONG");

        assertThat(secrets.redact("swordfish-and-more, swordfish")).isEqualTo("[REDACTED], [REDACTED]");
    }

    @Test
    void each_line_of_a_secret_is_blotted_out_by_itself() throws Exception {
        var file = Files.writeString(folder.resolve("key"), "-- BEGIN --\nMC4CAQAwBQYDK2Vw\n=\n");
        var secrets = new Secrets(Map.of());

        assertThat(secrets.read("file:" + file).reveal()).endsWith("\n=");

        assertThat(secrets.redact("it says MC4CAQAwBQYDK2Vw")).isEqualTo("it says [REDACTED]");
        assertThat(secrets.redact("a = b")).isEqualTo("a = b");
    }

    @Test
    void what_is_not_there_is_said_with_what_to_do() {
        var secrets = new Secrets(Map.of("EMPTY", ""));

        assertThatThrownBy(() -> secrets.read("env:NONE")).hasMessage("secret 'env:NONE' is not in the environment");
        assertThatThrownBy(() -> secrets.read("env:EMPTY")).hasMessage("secret 'env:EMPTY' is empty");
        assertThatThrownBy(() -> secrets.read("file:a\0b")).hasMessageStartingWith("secret 'file:a\0b' cannot be read");
        assertThatThrownBy(() -> secrets.read("vault:x")).hasMessage("secret reference 'vault:x' has no reader here");
    }
}
