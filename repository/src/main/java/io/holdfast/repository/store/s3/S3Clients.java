package io.holdfast.repository.store.s3;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;

/** Makes the SDK's client. It never repeats a request by itself: {@link S3Calls} does, and knows what a repetition means. */
final class S3Clients {

    private static final int CONNECTIONS = 64;

    private S3Clients() {}

    static S3Client open(S3Settings settings, ServerClock clock, S3Traffic traffic) {
        var region = region(settings);
        var builder = S3Client.builder()
                .httpClientBuilder(http(settings.requestTimeout()))
                .region(region)
                .credentialsProvider(credentials(settings, region))
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

    /** Not made yet: what the SDK makes of it, it also closes. */
    private static SdkHttpClient.Builder<?> http(Duration timeout) {
        var shortest = Duration.ofSeconds(10);
        return Apache5HttpClient.builder()
                .maxConnections(CONNECTIONS)
                .connectionTimeout(timeout.compareTo(shortest) < 0 ? timeout : shortest)
                .connectionAcquisitionTimeout(Duration.ofMinutes(2))
                .socketTimeout(timeout);
    }

    private static Region region(S3Settings settings) {
        if (settings.region().isPresent()) {
            return Region.of(settings.region().get());
        }
        var chain = DefaultAwsRegionProviderChain.builder();
        settings.profile().ifPresent(chain::profileName);
        if (settings.endpoint().isEmpty()) {
            return chain.build().getRegion();
        }
        // Other servers rarely care, and asking the metadata service of a cloud that is not there takes seconds.
        return SdkSystemSetting.AWS_REGION.getStringValue().map(Region::of).orElse(Region.US_EAST_1);
    }

    private static AwsCredentialsProvider credentials(S3Settings settings, Region region) {
        var builder = DefaultCredentialsProvider.builder();
        settings.profile().ifPresent(builder::profileName);
        var own = builder.build();
        if (settings.role().isEmpty()) {
            return own;
        }
        var sts = StsClient.builder()
                .httpClientBuilder(http(settings.requestTimeout()))
                .region(region)
                .credentialsProvider(own)
                .build();
        return StsAssumeRoleCredentialsProvider.builder()
                .stsClient(sts)
                .refreshRequest(
                        request -> request.roleArn(settings.role().get()).roleSessionName("holdfast"))
                .build();
    }

    /** Whether opening failed because of the surroundings rather than of the bucket. */
    static S3StoreException cannotOpen(S3Settings settings, SdkClientException e) {
        return new S3Problems(settings).explain("prepare requests", e);
    }
}
