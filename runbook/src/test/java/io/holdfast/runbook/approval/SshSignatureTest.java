package io.holdfast.runbook.approval;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.plan.SshPublicKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fixtures were made by OpenSSH: {@code ssh-keygen -t ed25519}, {@code ssh-keygen -Y sign}. */
class SshSignatureTest {

    static final String TEXT = "holdfast approval 1\nrun: 1\n";

    @TempDir
    Path folder;

    Path keyFile;
    SshPrivateKey key;

    @BeforeEach
    void readKey() throws IOException {
        keyFile = Files.writeString(folder.resolve("key"), resource("key"));
        key = SshPrivateKey.read(keyFile);
    }

    @Test
    void a_signature_of_openssh_is_verified() throws IOException {
        var signature = SshSignature.verify(resource("signature"), TEXT);

        assertThat(signature.signer())
                .isEqualTo(SshPublicKey.parse(resource("key.pub")).orElseThrow());
    }

    @Test
    void a_key_file_makes_the_signature_that_openssh_makes() throws IOException {
        assertThat(key.publicKey())
                .isEqualTo(SshPublicKey.parse(resource("key.pub")).orElseThrow());
        assertThat(SshSignature.sign(key, TEXT).armoured()).isEqualTo(resource("signature"));
    }

    @Test
    void a_signature_over_another_text_is_refused() {
        var signature = SshSignature.sign(key, TEXT).armoured();

        assertThatThrownBy(() -> SshSignature.verify(signature, TEXT + " "))
                .isInstanceOf(ApprovalException.class)
                .hasMessage("the signature does not do: it is over another text");
    }

    @Test
    void a_signature_for_another_purpose_is_refused() {
        assertThatThrownBy(() -> SshSignature.verify(resource("signature-for-git"), TEXT))
                .hasMessage("the signature does not do: it was made for another purpose than 'holdfast'");
    }

    @Test
    void every_cut_and_changed_signature_is_refused() {
        var signature = SshSignature.sign(key, TEXT).armoured();
        var middle = signature.indexOf('\n') + 1;

        for (var i = middle; i < signature.lastIndexOf("\n-----"); i++) {
            var old = signature.charAt(i);
            if (old != '\n') {
                var changed = signature.substring(0, i) + (old == 'A' ? 'B' : 'A') + signature.substring(i + 1);
                var cut = signature.substring(0, middle) + signature.substring(i);
                assertThat(accepted(changed)).as(changed).isFalse();
                assertThat(i > middle && accepted(cut)).as(cut).isFalse();
            }
        }
    }

    @Test
    void a_key_with_a_passphrase_is_left_to_openssh() throws IOException {
        var file = Files.writeString(folder.resolve("locked"), resource("locked-key"));

        assertThatThrownBy(() -> SshPrivateKey.read(file))
                .isInstanceOf(ApprovalException.class)
                .hasMessage("key '%s' is protected by a passphrase".formatted(file));
    }

    @Test
    void what_is_no_key_is_refused() throws IOException {
        var file = Files.writeString(folder.resolve("none"), "hello");

        assertThatThrownBy(() -> SshPrivateKey.read(file)).hasMessageStartingWith("cannot read '%s'".formatted(file));
    }

    /** A change that leaves every bit as it was, in the unused bits before the padding, is no change. */
    private boolean accepted(String signature) {
        try {
            var signer = SshSignature.verify(signature, TEXT).signer();
            return !Arrays.equals(
                            Armour.SIGNATURE.open(signature),
                            Armour.SIGNATURE.open(SshSignature.sign(key, TEXT).armoured()))
                    || !signer.equals(key.publicKey());
        } catch (ApprovalException _) {
            return false;
        }
    }

    private static String resource(String name) throws IOException {
        try (var stream = SshSignatureTest.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(stream, name).readAllBytes(), UTF_8);
        }
    }
}
