package io.holdfast.repository.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class S3SettingsTest {

    @Test
    void survive_as_a_reference() {
        var sparse = new S3Settings(
                "backups",
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                S3Encryption.NONE,
                Optional.empty(),
                Duration.ofSeconds(30),
                Optional.empty());
        var full = new S3Settings(
                "backups",
                "shop/a/",
                Optional.of(URI.create("https://s3.example.org:9000")),
                Optional.of("eu-central-1"),
                Optional.of("who & where=?"),
                Optional.of("arn:aws:iam::1:role/x+y"),
                true,
                Optional.of("STANDARD_IA"),
                S3Encryption.KMS,
                Optional.of("arn:aws:kms:eu-central-1:1:key/2"),
                Duration.ofMillis(1500),
                Optional.empty());

        assertThat(S3Settings.ofReference(sparse.reference())).isEqualTo(sparse);
        assertThat(S3Settings.ofReference(full.reference())).isEqualTo(full);
        assertThat(sparse.location()).isEqualTo("s3://backups");
        assertThat(full.location()).isEqualTo("s3://backups/shop/a");
    }
}
