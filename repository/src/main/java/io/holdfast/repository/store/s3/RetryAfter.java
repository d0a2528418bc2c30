package io.holdfast.repository.store.s3;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.SdkHttpResponse;

/** How long a server that refuses a request asks to be left alone ({@code Retry-After}, RFC 9110 section 10.2.3). */
final class RetryAfter {

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    private RetryAfter() {}

    /** Zero where it does not say, or nothing that can be understood. */
    static Duration of(RuntimeException failure) {
        return failure instanceof AwsServiceException e
                ? Optional.ofNullable(e.awsErrorDetails())
                        .map(AwsErrorDetails::sdkHttpResponse)
                        .flatMap(RetryAfter::of)
                        .orElse(Duration.ZERO)
                : Duration.ZERO;
    }

    private static Optional<Duration> of(SdkHttpResponse response) {
        return response.firstMatchingHeader("Retry-After")
                .map(String::strip)
                .flatMap(text -> SECONDS.matcher(text).matches()
                        ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
                        // By the server's own clock: ours may be another.
                        : time(text)
                                .flatMap(until -> response.firstMatchingHeader("Date")
                                        .flatMap(RetryAfter::time)
                                        .map(now -> Duration.between(now, until))
                                        .filter(Duration::isPositive)));
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
