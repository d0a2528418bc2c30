package io.holdfast.repository.key.kms;

import io.holdfast.repository.aws.AwsConnections;
import io.holdfast.repository.aws.AwsIdentity;
import io.holdfast.repository.binary.Bytes;
import io.holdfast.repository.key.KeyService;
import io.holdfast.repository.key.KmsSecret;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.IncorrectKeyException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.MultiRegionKey;

/**
 * One key of AWS KMS. It is asked a few times in the life of a process, so each time a client is made and closed. Every
 * request names the key, so that the service never opens a ciphertext with another that this identity may use. Thread-safe.
 */
public final class AwsKms implements KeyService {

    private static final Duration FOR_ONE_ATTEMPT = Duration.ofSeconds(5);
    private static final int ATTEMPTS = 3;

    private final KmsSettings settings;
    private final Duration forOneAttempt;

    public AwsKms(KmsSettings settings) {
        this(settings, FOR_ONE_ATTEMPT);
    }

    /** @param forOneAttempt a request is repeated twice, and all of them take no longer than three times this */
    AwsKms(KmsSettings settings, Duration forOneAttempt) {
        this.settings = settings;
        this.forOneAttempt = forOneAttempt;
    }

    @Override
    public KmsSecret issue(Map<String, String> context) {
        return ask("make a secret with", client -> {
            var made = client.generateDataKeyWithoutPlaintext(request ->
                    request.keyId(settings.key()).keySpec(DataKeySpec.AES_256).encryptionContext(context));
            return new KmsSecret(made.keyId(), Bytes.of(made.ciphertextBlob().asByteArray()));
        });
    }

    @Override
    public Optional<byte[]> recover(Bytes ciphertext, Map<String, String> context) {
        return ask("open a secret with", client -> {
            try {
                return Optional.of(client.decrypt(request -> request.keyId(settings.key())
                                .ciphertextBlob(SdkBytes.fromByteArray(ciphertext.toArray()))
                                .encryptionContext(context))
                        .plaintext()
                        .asByteArray());
            } catch (InvalidCiphertextException _) {
                return Optional.empty();
            } catch (IncorrectKeyException _) {
                return Optional.empty();
            }
        });
    }

    /** The regions in which the key lives: several for a multi-Region key with replicas. */
    public Set<String> regions() {
        return ask("look at", client -> {
            var key =
                    client.describeKey(request -> request.keyId(settings.key())).keyMetadata();
            var regions = new TreeSet<String>();
            KmsSettings.regionOf(key.arn()).ifPresent(regions::add);
            if (Boolean.TRUE.equals(key.multiRegion())) {
                addRegions(key, regions);
            }
            return regions;
        });
    }

    private static void addRegions(KeyMetadata key, Set<String> regions) {
        regions.add(key.multiRegionConfiguration().primaryKey().region());
        key.multiRegionConfiguration().replicaKeys().stream()
                .map(MultiRegionKey::region)
                .forEach(regions::add);
    }

    @Override
    public String name() {
        return settings.key();
    }

    private <T> T ask(String what, Function<KmsClient, T> request) {
        try (var client = open()) {
            return request.apply(client);
        } catch (SdkException e) {
            throw new KmsProblems(settings).explain(what, e);
        }
    }

    private KmsClient open() {
        var identity = new AwsIdentity(settings.profile(), settings.role());
        var region = identity.region(settings.regionOfKey(), settings.endpoint().isEmpty());
        var builder = KmsClient.builder()
                .httpClientBuilder(AwsConnections.of(forOneAttempt))
                .region(region)
                .credentialsProvider(identity.credentials(region, forOneAttempt))
                .overrideConfiguration(configuration -> configuration
                        .retryStrategy(StandardRetryStrategy.builder()
                                .maxAttempts(ATTEMPTS)
                                .build())
                        .apiCallAttemptTimeout(forOneAttempt)
                        .apiCallTimeout(forOneAttempt.multipliedBy(ATTEMPTS)));
        settings.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }
}
