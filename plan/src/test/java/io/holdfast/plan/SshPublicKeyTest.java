package io.holdfast.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SshPublicKeyTest {

    // Made with 'ssh-keygen -t ed25519'; the fingerprint is what 'ssh-keygen -l' shows of it.
    private static final String LINE =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIZRqN8h05m0716DSBFV1hKsvn2uMqLtdjxy0LSPtV08";
    private static final String FINGERPRINT = "SHA256:upJT9HlKjlZx1JJdpl+qHunwTXe7lkXt9WptTlf9MVs";

    @Test
    void a_key_of_openssh_is_read_and_has_its_fingerprint() {
        var key = SshPublicKey.parse(LINE + " someone@somewhere").orElseThrow();

        assertThat(key.fingerprint()).isEqualTo(FINGERPRINT);
        assertThat(key).hasToString(LINE);
        assertThat(key.bytes()).hasSize(32);
    }

    @Test
    void keys_are_the_same_whatever_the_comments_say() {
        assertThat(SshPublicKey.parse(LINE + " a")).isEqualTo(SshPublicKey.parse("  " + LINE + "  b c "));
    }

    @Test
    void what_is_no_key_is_none() {
        assertThat(SshPublicKey.parse("")).isEmpty();
        assertThat(SshPublicKey.parse("ssh-ed25519")).isEmpty();
        assertThat(SshPublicKey.parse("ssh-ed25519 AAAA")).isEmpty();
        assertThat(SshPublicKey.parse("ssh-ed25519 !!!")).isEmpty();
        assertThat(SshPublicKey.parse(LINE.substring(0, LINE.length() - 4))).isEmpty();
        assertThat(SshPublicKey.parse(LINE + "AAAA")).isEmpty();
        assertThat(SshPublicKey.parse(LINE.replace("ssh-ed25519 ", "ssh-rsa "))).isEmpty();
        assertThat(SshPublicKey.parse("ssh-ed25519 f////w==")).isEmpty();
    }
}
