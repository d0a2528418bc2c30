package io.holdfast.runbook.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.repository.aws.AwsConnections;
import io.holdfast.testkit.programs.KmsServer;
import io.holdfast.testkit.programs.NeedsKmsServer;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Against moto. */
@NeedsKmsServer
class SecretsManagerIT {

    private static SecretsManagerClient home;
    private static SecretsManagerClient away;
    private static SecretReferences references;

    @BeforeAll
    static void makeSecrets() {
        var server = KmsServer.get().otherServices();
        home = client(server, "us-east-1");
        away = client(server, "eu-west-1");
        references = new SecretReferences(Map.of(), new SecretsManager(Optional.of(server)));
        home.createSecret(request -> request.name("app/token").secretString("swordfish"));
        home.createSecret(request -> request.name("app/db")
                .secretString("{\"username\": \"app\", \"password\": \"opensesame\", \"port\": 5432, \"tags\": {}}"));
    }

    @AfterAll
    static void close() {
        home.close();
        away.close();
    }

    private static SecretsManagerClient client(URI server, String region) {
        return SecretsManagerClient.builder()
                .httpClientBuilder(AwsConnections.of(Duration.ofSeconds(30)))
                .endpointOverride(server)
                .region(Region.of(region))
                .build();
    }

    @Test
    void a_secret_is_read_by_its_name_whole_or_one_value_of_it() {
        assertThat(read("aws-secret:app/token")).isEqualTo("swordfish");
        assertThat(read("aws-secret:app/db#password")).isEqualTo("opensesame");
        assertThat(read("aws-secret:app/db#port")).isEqualTo("5432");
    }

    @Test
    void the_newest_version_counts() {
        home.createSecret(request -> request.name("rotated").secretString("old"));
        home.putSecretValue(request -> request.secretId("rotated").secretString("new"));

        assertThat(read("aws-secret:rotated")).isEqualTo("new");
    }

    @Test
    void an_arn_says_in_which_region_it_is() {
        var arn = away.createSecret(request -> request.name("far").secretString("away"))
                .arn();

        assertThat(read("aws-secret:" + arn)).isEqualTo("away");
        assertThat(refusal("aws-secret:far"))
                .hasMessageContaining("ResourceNotFoundException")
                .extracting(UnreadableSecretException::hint)
                .asString()
                .contains("by its ARN");
    }

    @Test
    void what_cannot_be_read_is_said_without_the_secret() {
        home.createSecret(request -> request.name("binary").secretBinary(SdkBytes.fromUtf8String("x")));
        home.createSecret(request -> request.name("gone").secretString("swordfish"));
        home.deleteSecret(request -> request.secretId("gone"));

        assertThat(refusal("aws-secret:app/token#password"))
                .hasMessage("secret 'aws-secret:app/token#password' is not a JSON object")
                .hasNoCause();
        assertThat(refusal("aws-secret:app/db#pasword"))
                .hasMessage("secret 'aws-secret:app/db#pasword' has no value 'pasword'");
        assertThat(refusal("aws-secret:app/db#tags")).hasMessageContaining("has no value 'tags'");
        assertThat(refusal("aws-secret:binary")).hasMessageContaining("is binary");
        assertThat(refusal("aws-secret:gone").hint()).contains("restore-secret");
    }

    @Test
    void a_server_that_is_not_there_is_said() {
        var nobody = new SecretReferences(Map.of(), new SecretsManager(Optional.of(URI.create("http://127.0.0.1:1"))));

        assertThat(catchThrowableOfType(UnreadableSecretException.class, () -> nobody.read("aws-secret:app/token")))
                .hasMessageStartingWith("secret 'aws-secret:app/token' cannot be read: ")
                .extracting(UnreadableSecretException::hint)
                .asString()
                .contains("reaches Secrets Manager");
    }

    private static String read(String reference) {
        return references.read(reference).reveal();
    }

    private static UnreadableSecretException refusal(String reference) {
        return catchThrowableOfType(UnreadableSecretException.class, () -> references.read(reference));
    }
}
