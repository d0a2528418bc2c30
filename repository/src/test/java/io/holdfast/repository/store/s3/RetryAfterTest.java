package io.holdfast.repository.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

class RetryAfterTest {

    private static Duration said(String text) {
        var response = SdkHttpResponse.builder()
                .statusCode(503)
                .putHeader("date", "Fri, 27 Nov 2026 02:00:00 GMT")
                .putHeader("retry-after", text)
                .build();
        return RetryAfter.of(S3Exception.builder()
                .statusCode(503)
                .awsErrorDetails(
                        AwsErrorDetails.builder().sdkHttpResponse(response).build())
                .build());
    }

    @ParameterizedTest
    @CsvSource({
        "3, 3",
        "' 120 ', 120",
        "'Fri, 27 Nov 2026 02:00:45 GMT', 45",
        "'Fri, 27 Nov 2026 01:00:00 GMT', 0",
        "-1, 0",
        "1.5, 0",
        "99999999999, 0",
        "soon, 0",
        "'', 0"
    })
    void is_seconds_or_a_time_of_the_server(String text, long seconds) {
        assertThat(said(text)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void is_not_said_by_what_is_no_answer() {
        assertThat(RetryAfter.of(SdkClientException.create("no route"))).isZero();
        assertThat(RetryAfter.of(S3Exception.builder().statusCode(503).build())).isZero();
    }
}
