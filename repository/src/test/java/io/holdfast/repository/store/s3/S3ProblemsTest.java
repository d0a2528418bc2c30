package io.holdfast.repository.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;

class S3ProblemsTest {

    private static final S3Settings SETTINGS = new S3Settings(
            "backups",
            "shop/",
            Optional.of(URI.create("https://s3.region1.example")),
            Optional.of("us-east-1"),
            Optional.empty(),
            Optional.empty(),
            true,
            Optional.empty(),
            S3Encryption.NONE,
            Optional.empty(),
            Duration.ofSeconds(10),
            Optional.empty());

    @Test
    void a_host_whose_name_sounds_like_a_setting_is_tried_again_like_any_other() {
        for (var host : new String[] {"s3.region1.example", "credentials.example", "Profile.example"}) {
            var words = "Connect to https://%s:443 failed: Connection refused".formatted(host);

            var problem = explain("Unable to execute HTTP request: " + words, new ConnectException(words));

            assertThat(problem.is(S3Trouble.UNREACHABLE))
                    .as(problem.getMessage())
                    .isTrue();
            assertThat(problem.retryable()).isTrue();
            assertThat(problem.getMessage())
                    .startsWith("cannot list in s3://backups/shop: no answer from https://s3.region1.example: ");
        }
    }

    @Test
    void what_is_not_set_is_named_and_not_tried_again() {
        var credentials = explain("Unable to load credentials from any of the providers in the chain", null);
        var region = explain("Unable to load region from any of the providers in the chain", null);

        assertThat(credentials.is(S3Trouble.CREDENTIALS)).isTrue();
        assertThat(region.is(S3Trouble.WRONG_REGION)).isTrue();
        assertThat(credentials.retryable() || region.retryable()).isFalse();
    }

    private static S3StoreException explain(String message, @Nullable Throwable cause) {
        return new S3Problems(SETTINGS).explain("list", SdkClientException.create(message, cause));
    }
}
