package io.holdfast.repository.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.key.TestKeys;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class SamenessHashTest {

    /** RFC 4231, test case 2. */
    @Test
    void is_the_first_half_of_hmac_sha_256() {
        var hash = new SamenessHash(new SecretKeySpec("Jefe".getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
        var content = "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII);

        assertThat(hash.of(content, 0, content.length)).hasToString("5bdcc146bf60754e6a042426089575c7");
    }

    @Test
    void is_of_the_part_that_was_named_and_can_be_taken_again() {
        var hash = new SamenessHash(TestKeys.ring(1).current().forSameness());
        var content = new byte[] {1, 2, 3, 4, 5};

        var part = hash.of(content, 1, 3);

        assertThat(hash.of(Arrays.copyOfRange(content, 1, 4), 0, 3)).isEqualTo(part);
        assertThat(hash.of(content, 0, 5)).isNotEqualTo(part);
        assertThat(ContentHash.of(part.bytes())).isEqualTo(part);
    }

    @Test
    void differs_from_key_to_key() {
        var one = new SamenessHash(TestKeys.ring(1).current().forSameness());
        var other = new SamenessHash(TestKeys.ring(2).current().forSameness());

        assertThat(one.of(new byte[9], 0, 9)).isNotEqualTo(other.of(new byte[9], 0, 9));
    }
}
