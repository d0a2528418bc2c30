package io.holdfast.repository.key.kms;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.services.kms.model.KmsException;

class KmsProblemsTest {

    private final KmsProblems problems = new KmsProblems(new KmsSettings(
            "alias/shop", Optional.empty(), Optional.of("eu-central-1"), Optional.empty(), Optional.empty()));

    @AfterEach
    void go_on() {
        Thread.interrupted();
    }

    /** The service says what it would have signed: the headers, a token of the session among them. */
    @Test
    void a_wrong_signature_is_said_in_one_line_without_the_request() {
        var failure = KmsException.builder()
                .statusCode(400)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode("InvalidSignatureException")
                        .errorMessage(
                                "The signature does not match.\n\nThe Canonical String should have been\n'POST\n/\n"
                                        + "x-amz-security-token:IQoJb3'")
                        .build())
                .build();

        var problem = problems.explain("open a secret with", failure);

        assertThat(problem)
                .hasMessage(
                        "cannot open a secret with the KMS key alias/shop: InvalidSignatureException: The signature does not match.");
        assertThat(problem.code()).isEqualTo("kms.no-credentials");
    }

    @Test
    void who_was_interrupted_is_told_from_what_took_too_long() {
        var failure = AbortedException.create("Thread was interrupted");

        assertThat(problems.explain("open a secret with", failure).code()).isEqualTo("kms.unreachable");
        Thread.currentThread().interrupt();
        assertThat(problems.explain("open a secret with", failure).code()).isEqualTo("kms.interrupted");
    }
}
