package io.holdfast.repository.store.s3;

import io.holdfast.repository.aws.AwsConnections;
import io.holdfast.repository.aws.AwsIdentity;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.S3Client;

/** Makes the SDK's client. It never repeats a request by itself: {@link S3Calls} does, and knows what a repetition means. */
final class S3Clients {

    private S3Clients() {}

    static S3Client open(S3Settings settings, ServerClock clock, S3Traffic traffic) {
        var identity = new AwsIdentity(settings.profile(), settings.role());
        var region = identity.region(settings.region(), settings.endpoint().isEmpty());
        var builder = S3Client.builder()
                .httpClientBuilder(AwsConnections.of(settings.requestTimeout()))
                .region(region)
                .credentialsProvider(identity.credentials(region, settings.requestTimeout()))
                .forcePathStyle(settings.pathStyle())
                // Checksums are computed and given explicitly.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(configuration -> configuration
                        .retryStrategy(retries -> retries.maxAttempts(1))
                        .addExecutionInterceptor(clock)
                        .addExecutionInterceptor(new TrafficCounter(traffic)));
        settings.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    /** Whether opening failed because of the surroundings rather than of the bucket. */
    static S3StoreException cannotOpen(S3Settings settings, SdkClientException e) {
        return new S3Problems(settings).explain("prepare requests", e);
    }
}
