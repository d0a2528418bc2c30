package io.holdfast.repository.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.problem.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.junit.jupiter.api.Test;

class DerivationTest {

    private static final HexFormat HEX = HexFormat.of();

    @Test
    void hkdf_gives_the_answer_of_rfc_5869_appendix_a_1() {
        var key = Derivation.bytes(
                HEX.parseHex("0b".repeat(22)),
                HEX.parseHex("000102030405060708090a0b0c"),
                HEX.parseHex("f0f1f2f3f4f5f6f7f8f9"));

        assertThat(HEX.formatHex(key)).isEqualTo("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
    }

    @Test
    void argon2id_gives_the_answer_of_rfc_9106_section_5_3() {
        var generator = new Argon2BytesGenerator();
        generator.init(PassphraseKey.parameters(filled(16, 2), new Argon2Settings(32, 3, 4))
                .withSecret(filled(8, 3))
                .withAdditional(filled(12, 4))
                .build());
        var tag = new byte[32];

        generator.generateBytes(filled(32, 1), tag);

        assertThat(HEX.formatHex(tag)).isEqualTo("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
    }

    @Test
    void a_passphrase_is_stretched_as_the_reference_implementation_does() {
        var key = new PassphraseKey(Secret.of("password"))
                .derive("somesalt".getBytes(StandardCharsets.US_ASCII), new Argon2Settings(65536, 2, 1));

        assertThat(HEX.formatHex(key)).isEqualTo("09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7");
    }

    @Test
    void keys_of_different_purposes_objects_and_repositories_differ() {
        var key = TestKeys.ring(1).current();
        var elsewhere = TestKeys.ringOfAnotherRepository(1).current();

        assertThat(key.secret()).isEqualTo(elsewhere.secret());
        assertThat(Stream.of(
                                key.forRoot().getEncoded(),
                                key.forSameness().getEncoded(),
                                key.forObject(filled(32, 1)).getEncoded(),
                                key.forObject(filled(32, 2)).getEncoded(),
                                elsewhere.forRoot().getEncoded(),
                                elsewhere.forSameness().getEncoded(),
                                elsewhere.forObject(filled(32, 1)).getEncoded())
                        .map(HEX::formatHex))
                .doesNotHaveDuplicates()
                .allMatch(hex -> hex.length() == 64);
    }

    private static byte[] filled(int length, int value) {
        var bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
