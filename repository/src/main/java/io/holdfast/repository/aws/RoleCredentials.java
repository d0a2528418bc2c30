package io.holdfast.repository.aws;

import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * Credentials of a role that is assumed. The client to which they are given closes them, and so the connections over which the
 * role was asked for. Thread-safe.
 */
final class RoleCredentials implements AwsCredentialsProvider, SdkAutoCloseable {

    private final String role;
    private final StsClient sts;
    private final StsAssumeRoleCredentialsProvider assumed;

    /**
     * Nothing is asked for before a request needs it.
     *
     * @param own with which the role is asked for
     * @param timeout of one attempt; there are two
     */
    RoleCredentials(String role, AwsCredentialsProvider own, Region region, Duration timeout) {
        this.role = role;
        // It has no time limit of its own: the caller's counts, and would end what the caller does instead.
        this.sts = StsClient.builder()
                .httpClientBuilder(AwsConnections.of(timeout))
                .region(region)
                .credentialsProvider(own)
                .overrideConfiguration(configuration ->
                        configuration.apiCallAttemptTimeout(timeout).apiCallTimeout(timeout.multipliedBy(2)))
                .build();
        this.assumed = StsAssumeRoleCredentialsProvider.builder()
                .stsClient(sts)
                .refreshRequest(request -> request.roleArn(role).roleSessionName("holdfast"))
                .build();
    }

    @Override
    public AwsCredentials resolveCredentials() {
        try {
            return assumed.resolveCredentials();
        } catch (AbortedException e) {
            throw e;
        } catch (AwsServiceException e) {
            throw new RoleException(role, words(e), e.isThrottlingException() || e.statusCode() >= 500);
        } catch (SdkException e) {
            throw new RoleException(role, String.valueOf(e.getMessage()), !isOfCredentials(e));
        }
    }

    private static boolean isOfCredentials(SdkException e) {
        var text = String.valueOf(e.getMessage());
        return text.contains("credentials") || text.contains("Profile");
    }

    private static String words(AwsServiceException e) {
        return Optional.ofNullable(e.awsErrorDetails())
                .map(details -> details.errorCode() + ": " + details.errorMessage())
                .orElseGet(() -> String.valueOf(e.statusCode()));
    }

    @Override
    public void close() {
        assumed.close();
        sts.close();
    }
}
