package io.holdfast.repository.key.kms;

import io.holdfast.repository.aws.RoleException;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/** Says what went wrong between here and KMS in the words of Holdfast; nothing else translates the SDK's exceptions. */
final class KmsProblems {

    private static final Set<String> BAD_CREDENTIALS = Set.of(
            "ExpiredToken",
            "ExpiredTokenException",
            "IncompleteSignature",
            "IncompleteSignatureException",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException");

    private static final Set<String> THROTTLING =
            Set.of("Throttling", "ThrottlingException", "LimitExceededException", "TooManyRequestsException");

    private final KmsSettings settings;

    KmsProblems(KmsSettings settings) {
        this.settings = settings;
    }

    /** What a failed call means; {@code what} completes "cannot ...". */
    KmsException explain(String what, SdkException failure) {
        return switch (failure) {
            case AwsServiceException e -> problem(trouble(e), what, words(e), e);
            case RoleException e -> ofRole(what, e);
            // The SDK also interrupts what takes longer than it may.
            case AbortedException e
            when Thread.currentThread().isInterrupted() -> problem(KmsTrouble.INTERRUPTED, what, "interrupted", e);
            default -> unanswered(what, failure);
        };
    }

    private KmsException ofRole(String what, RoleException e) {
        return e.isPassing()
                ? problem(KmsTrouble.UNREACHABLE, what, String.valueOf(e.getMessage()), e)
                : problem(
                        KmsTrouble.CREDENTIALS,
                        what,
                        String.valueOf(e.getMessage()),
                        "see that kms.role is right, that the role trusts this identity and lets it do sts:AssumeRole, and that its own credentials have not"
                                + " expired",
                        e);
    }

    private static KmsTrouble trouble(AwsServiceException e) {
        var code = code(e);
        if (THROTTLING.contains(code) || e.statusCode() == 429) {
            return KmsTrouble.THROTTLED;
        }
        if (BAD_CREDENTIALS.contains(code)) {
            return KmsTrouble.CREDENTIALS;
        }
        return switch (code) {
            case "NotFoundException", "InvalidArnException" -> KmsTrouble.MISSING;
            case "DisabledException" -> KmsTrouble.DISABLED;
            case "KMSInvalidStateException" -> KmsTrouble.STATE;
            case "InvalidKeyUsageException", "UnsupportedOperationException" -> KmsTrouble.USAGE;
            case "AccessDeniedException", "AccessDenied" -> KmsTrouble.PERMISSION;
            case "KeyUnavailableException", "DependencyTimeoutException", "KMSInternalException" -> KmsTrouble.SERVER;
            default -> ofStatus(e.statusCode());
        };
    }

    private static KmsTrouble ofStatus(int status) {
        if (status == 401 || status == 403) {
            return KmsTrouble.PERMISSION;
        }
        return status >= 500 ? KmsTrouble.SERVER : KmsTrouble.REFUSED;
    }

    private static String words(AwsServiceException e) {
        var message = Optional.ofNullable(e.awsErrorDetails())
                .map(details -> details.errorMessage())
                .filter(text -> !text.isBlank())
                // What follows a line about a wrong signature is the request, and a token of the session in it.
                .map(text -> ": " + text.strip().lines().findFirst().orElse(""))
                .orElse("");
        return "%s%s%s"
                .formatted(
                        code(e).isEmpty() ? e.statusCode() : code(e),
                        message,
                        e.requestId() == null ? "" : " (request %s)".formatted(e.requestId()));
    }

    private static String code(AwsServiceException e) {
        return Optional.ofNullable(e.awsErrorDetails())
                .map(details -> details.errorCode())
                .orElse("");
    }

    private KmsException unanswered(String what, SdkException e) {
        var text = String.valueOf(e.getMessage());
        if (text.contains("credentials") || text.contains("Profile")) {
            return problem(KmsTrouble.CREDENTIALS, what, "there are no credentials", e);
        }
        if (text.contains("Unable to load region")) {
            return problem(KmsTrouble.REGION, what, "no region is known", e);
        }
        Throwable reason = e;
        while (reason.getCause() != null) {
            reason = reason.getCause();
        }
        return problem(
                KmsTrouble.UNREACHABLE,
                what,
                "no answer from %s: %s (%s)"
                        .formatted(
                                server(), reason.getMessage(), reason.getClass().getSimpleName()),
                e);
    }

    private String server() {
        return settings.endpoint()
                .map(Object::toString)
                .orElseGet(
                        () -> settings.regionOfKey().map("KMS in %s"::formatted).orElse("KMS"));
    }

    private static String hint(KmsTrouble trouble) {
        return switch (trouble) {
            case PERMISSION ->
                "let the policy of the key and this identity's allow what docs/keys.md lists: kms:Decrypt to open, kms:GenerateDataKeyWithoutPlaintext too to add a"
                        + " key; see whether the policy asks for another encryption context";
            case CREDENTIALS ->
                "give this process a role, a profile (kms.profile) or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, not expired; see that the clock is"
                        + " right";
            case REGION -> "name the key by its ARN, or set kms.region";
            case MISSING ->
                "correct repository.kms-key, or its region and account; a key that was deleted cannot be brought back: open the repository with"
                        + " another key, --key-file FILE or --recovery-sheet FILE; no key is made in its place";
            case DISABLED ->
                "enable the key again: 'aws kms enable-key'; or open the repository with another key, --key-file FILE or --recovery-sheet FILE";
            case STATE ->
                "where the key is to be deleted, stop that at once: 'aws kms cancel-key-deletion', then 'aws kms enable-key'; where its material was"
                        + " imported, import it again";
            case USAGE -> "name a symmetric key for encryption and decryption, which the account manages itself";
            case REFUSED -> "see the message, and whether repository.kms-key and the kms settings are right";
            case THROTTLED, SERVER, INTERRUPTED -> "the same command may succeed later";
            case UNREACHABLE ->
                "see that the network, the region and kms.endpoint are right; the same command may succeed later, and another key,"
                        + " --key-file FILE or --recovery-sheet FILE, opens the repository without KMS";
        };
    }

    private KmsException problem(KmsTrouble trouble, String what, String words, Throwable cause) {
        return problem(trouble, what, words, hint(trouble), cause);
    }

    private KmsException problem(KmsTrouble trouble, String what, String words, String hint, Throwable cause) {
        return new KmsException(
                trouble, "cannot %s the KMS key %s: %s".formatted(what, settings.key(), words), hint, cause);
    }
}
