package io.holdfast.runbook.secret;

import io.holdfast.repository.aws.AwsConnections;
import io.holdfast.repository.aws.AwsIdentity;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.arns.Arn;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * AWS Secrets Manager, as the identity that this host has by variables, profile or role. A run reads few secrets, each when
 * the step that needs it begins, so each time a client is made and closed. Thread-safe.
 *
 * @param endpoint of another server that speaks its protocol
 */
public record SecretsManager(Optional<URI> endpoint) {

    private static final Duration ALLOWED = Duration.ofSeconds(15);
    private static final Duration FOR_ONE_ATTEMPT = Duration.ofSeconds(5);
    private static final int ATTEMPTS = 3;

    /** Amazon's, or whatever {@code AWS_ENDPOINT_URL} says. */
    public static SecretsManager ofThisHost() {
        return new SecretsManager(Optional.empty());
    }

    /**
     * Reads the current version of a secret.
     *
     * @param reference as messages call it
     * @param name its name or ARN, and behind {@code #} the key of one value in it
     */
    String read(String reference, String name) {
        var parts = name.split("#", 2);
        var text = text(reference, parts[0]);
        return parts.length == 1 ? text : value(reference, text, parts[1]);
    }

    private String text(String reference, String name) {
        try (var client = open(name)) {
            var found = client.getSecretValue(request -> request.secretId(name));
            if (found.secretString() == null) {
                throw new UnreadableSecretException(
                        "secret '%s' is binary".formatted(reference), "store it as text, or as a JSON object");
            }
            return found.secretString();
        } catch (SdkException e) {
            throw problem(reference, e);
        }
    }

    private SecretsManagerClient open(String name) {
        var identity = new AwsIdentity(Optional.empty(), Optional.empty());
        var region = identity.region(regionOf(name), endpoint.isEmpty());
        var builder = SecretsManagerClient.builder()
                .httpClientBuilder(AwsConnections.of(FOR_ONE_ATTEMPT))
                .region(region)
                .credentialsProvider(identity.credentials(region, FOR_ONE_ATTEMPT))
                .overrideConfiguration(configuration -> configuration
                        .retryStrategy(StandardRetryStrategy.builder()
                                .maxAttempts(ATTEMPTS)
                                .build())
                        .apiCallAttemptTimeout(FOR_ONE_ATTEMPT)
                        .apiCallTimeout(ALLOWED));
        endpoint.ifPresent(builder::endpointOverride);
        return builder.build();
    }

    /** A disaster may be in the region of this host; an ARN says where the secret is. */
    private static Optional<String> regionOf(String name) {
        return Arn.tryFromString(name).flatMap(Arn::region);
    }

    private static UnreadableSecretException problem(String reference, SdkException e) {
        return switch (e) {
            case AwsServiceException service
            when service.awsErrorDetails() != null ->
                unreadable(
                        reference,
                        "%s (%s)"
                                .formatted(
                                        service.awsErrorDetails().errorMessage(),
                                        service.awsErrorDetails().errorCode()),
                        hint(service.awsErrorDetails().errorCode()));
            default ->
                unreadable(
                        reference,
                        String.valueOf(e.getMessage()),
                        "see that this host has a region and credentials, and reaches Secrets Manager");
        };
    }

    private static String hint(String code) {
        return switch (code) {
            case "ResourceNotFoundException" ->
                "make it, or name it by its ARN, which says the region: a secret lives in one unless it is replicated";
            case "InvalidRequestException" -> "where it is to be deleted: aws secretsmanager restore-secret";
            case "AccessDeniedException", "DecryptionFailure" ->
                "let this identity call secretsmanager:GetSecretValue for it, and kms:Decrypt with its key";
            case "UnrecognizedClientException", "ExpiredTokenException", "InvalidSignatureException" ->
                "give this host a role, a profile or keys that have not expired; see that the clock is right";
            default -> "the same step may succeed later";
        };
    }

    private static UnreadableSecretException unreadable(String reference, String words, String hint) {
        return new UnreadableSecretException("secret '%s' cannot be read: %s".formatted(reference, words), hint);
    }

    /** Neither the text nor what a parser says of it may be told: it is the secret. */
    private static String value(String reference, String text, String key) {
        try {
            var found = JsonMapper.shared().readTree(text).path(key);
            if (found.isString() || found.isNumber()) {
                return found.asString();
            }
        } catch (JacksonException _) {
            throw new UnreadableSecretException(
                    "secret '%s' is not a JSON object".formatted(reference), "leave out '#%s'".formatted(key));
        }
        throw new UnreadableSecretException(
                "secret '%s' has no value '%s'".formatted(reference, key), "see its keys in Secrets Manager");
    }
}
