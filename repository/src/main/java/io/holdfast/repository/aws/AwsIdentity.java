package io.holdfast.repository.aws;

import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * As whom a service is asked: credentials come from where the AWS tools look for them (variables, profiles, the instance's or
 * the container's role), and may be used to assume a role.
 *
 * @param role to assume, an ARN
 */
public record AwsIdentity(Optional<String> profile, Optional<String> role) {

    /**
     * The credentials, which the client closes that they are given to; nothing is asked for before a request needs them.
     *
     * @param timeout of one attempt to assume the role
     */
    public AwsCredentialsProvider credentials(Region region, Duration timeout) {
        var builder = DefaultCredentialsProvider.builder();
        profile.ifPresent(builder::profileName);
        var own = builder.build();
        return role.<AwsCredentialsProvider>map(assumed -> new RoleCredentials(assumed, own, region, timeout))
                .orElse(own);
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
