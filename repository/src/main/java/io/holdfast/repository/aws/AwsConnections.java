package io.holdfast.repository.aws;

import java.time.Duration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;

/** How services of AWS are connected to. */
public final class AwsConnections {

    private static final int CONNECTIONS = 64;

    private AwsConnections() {}

    /** Not made yet: what the SDK makes of it, it also closes. */
    public static SdkHttpClient.Builder<?> of(Duration timeout) {
        var shortest = Duration.ofSeconds(10);
        return Apache5HttpClient.builder()
                .maxConnections(CONNECTIONS)
                .connectionTimeout(timeout.compareTo(shortest) < 0 ? timeout : shortest)
                .connectionAcquisitionTimeout(Duration.ofMinutes(2))
                .socketTimeout(timeout);
    }
}
