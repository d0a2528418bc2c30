package io.holdfast.repository.aws;

import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;

/**
 * As whom a service is asked: credentials come from where the AWS tools look for them (variables, profiles, the instance's or
 * the container's role), and may be used to assume a role.
 *
 * @param role to assume, an ARN
 */
public record AwsIdentity(Optional<String> profile, Optional<String> role) {

    /** The credentials; nothing is asked for before a request needs them. */
    public AwsCredentialsProvider credentials(Region region, Duration timeout) {
        var builder = DefaultCredentialsProvider.builder();
        profile.ifPresent(builder::profileName);
        var own = builder.build();
        if (role.isEmpty()) {
            return own;
        }
        var sts = StsClient.builder()
                .httpClientBuilder(AwsConnections.of(timeout))
                .region(region)
                .credentialsProvider(own)
                .build();
        return StsAssumeRoleCredentialsProvider.builder()
                .stsClient(sts)
                .refreshRequest(request -> request.roleArn(role.get()).roleSessionName("holdfast"))
                .build();
    }

    /**
     * The region to sign for.
     *
     * @param given wherever it is known
     * @param amazon whether the server is Amazon's
     * @throws software.amazon.awssdk.core.exception.SdkClientException if nothing says which
     */
    public Region region(Optional<String> given, boolean amazon) {
        if (given.isPresent()) {
            return Region.of(given.get());
        }
        var chain = DefaultAwsRegionProviderChain.builder();
        profile.ifPresent(chain::profileName);
        if (amazon) {
            return chain.build().getRegion();
        }
        // Other servers rarely care, and asking the metadata service of a cloud that is not there takes seconds.
        return SdkSystemSetting.AWS_REGION.getStringValue().map(Region::of).orElse(Region.US_EAST_1);
    }
}
