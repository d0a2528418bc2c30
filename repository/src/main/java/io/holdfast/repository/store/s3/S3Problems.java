package io.holdfast.repository.store.s3;

import io.holdfast.repository.aws.RoleException;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;

/** Says what went wrong between here and a bucket in the words of a store; nothing else translates the SDK's exceptions. */
final class S3Problems {

    private static final Set<String> BAD_CREDENTIALS = Set.of(
            "ExpiredToken",
            "ExpiredTokenException",
            "InvalidToken",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException");

    private static final Set<String> THROTTLING = Set.of(
            "SlowDown", "Throttling", "ThrottlingException", "TooManyRequests", "RequestLimitExceeded", "503 SlowDown");

    /** What a damaged request or a slow one is answered with: the next may arrive whole. */
    private static final Set<String> ON_THE_WAY = Set.of(
            "BadDigest",
            "InvalidDigest",
            "XAmzContentChecksumMismatch",
            "XAmzContentSHA256Mismatch",
            "IncompleteBody",
            "RequestTimeout",
            "OperationAborted",
            "ConditionalRequestConflict");

    /** How the SDK begins when a connection was not made or broke. */
    private static final String OF_THE_NETWORK = "Unable to execute HTTP request";

    private final S3Settings settings;

    S3Problems(S3Settings settings) {
        this.settings = settings;
    }

    /** What a failed call means; {@code what} completes "cannot ...". */
    S3StoreException explain(String what, SdkException failure) {
        return switch (failure) {
            case AwsServiceException e -> answered(what, e);
            case AbortedException e -> S3StoreException.interrupted(what, settings.location(), e);
            case RoleException e -> ofRole(what, e);
            case SdkClientException e -> unanswered(what, e);
            default ->
                problem(S3Trouble.REFUSED, what, String.valueOf(failure.getMessage()), "see the message", failure);
        };
    }

    private S3StoreException answered(String what, AwsServiceException e) {
        var trouble = trouble(e);
        return problem(trouble, what, words(e), hint(trouble, e), e);
    }

    private S3StoreException ofRole(String what, RoleException e) {
        return e.isPassing()
                ? problem(
                        S3Trouble.UNREACHABLE,
                        what,
                        String.valueOf(e.getMessage()),
                        "the same command may succeed later",
                        e)
                : problem(
                        S3Trouble.CREDENTIALS,
                        what,
                        String.valueOf(e.getMessage()),
                        "see that s3.role is right, that the role trusts this identity and lets it do sts:AssumeRole, and that its own credentials have not"
                                + " expired",
                        e);
    }

    private static S3Trouble trouble(AwsServiceException e) {
        var code = code(e);
        var status = e.statusCode();
        if (THROTTLING.contains(code) || status == 429 || status == 503) {
            return S3Trouble.THROTTLED;
        }
        if (BAD_CREDENTIALS.contains(code)) {
            return S3Trouble.CREDENTIALS;
        }
        if (code.equals("NoSuchBucket")) {
            return S3Trouble.BUCKET_MISSING;
        }
        if (status == 301 || code.equals("AuthorizationHeaderMalformed") || code.equals("IllegalLocationConstraint")) {
            return S3Trouble.WRONG_REGION;
        }
        if (ON_THE_WAY.contains(code)) {
            return S3Trouble.SERVER;
        }
        return switch (status) {
            case 401, 403 -> S3Trouble.PERMISSION;
            case 404 -> S3Trouble.MISSING;
            case 409, 412 -> S3Trouble.PRECONDITION;
            case 501 -> S3Trouble.NOT_IMPLEMENTED;
            case 408 -> S3Trouble.SERVER;
            default -> status >= 500 ? S3Trouble.SERVER : S3Trouble.REFUSED;
        };
    }

    private static String words(AwsServiceException e) {
        var details = Optional.ofNullable(e.awsErrorDetails());
        var message = details.map(found -> found.errorMessage())
                .filter(text -> !text.isBlank())
                .map(text -> ": " + text.strip())
                .orElse("");
        var code = code(e);
        return "%d%s%s%s"
                .formatted(
                        e.statusCode(),
                        code.isEmpty() ? "" : " " + code,
                        message,
                        e.requestId() == null ? "" : " (request %s)".formatted(e.requestId()));
    }

    private static String code(AwsServiceException e) {
        return Optional.ofNullable(e.awsErrorDetails())
                .map(details -> details.errorCode())
                .orElse("");
    }

    private String hint(S3Trouble trouble, AwsServiceException e) {
        return switch (trouble) {
            case PERMISSION ->
                "give this identity what docs/s3.md lists, for the bucket and for the objects beneath the prefix";
            case CREDENTIALS ->
                "renew the credentials, or name another profile with s3.profile; see that the clock is right";
            case BUCKET_MISSING ->
                "make the bucket '%s', or correct its name; Holdfast makes none".formatted(settings.bucket());
            case WRONG_REGION ->
                bucketRegion(e)
                        .map("the bucket is in %s: set s3.region to that"::formatted)
                        .orElse("set s3.region to the region of the bucket");
            case MISSING -> "somebody or something removed it: run 'holdfast info' to see what it costs";
            case PRECONDITION -> "look for a second writer with the same name";
            case THROTTLED -> "the server asks for fewer requests: the same command may succeed later";
            case NOT_IMPLEMENTED, REFUSED, DAMAGED ->
                "see whether this server can do it, and whether the s3 settings suit it";
            case SERVER, UNREACHABLE, INTERRUPTED -> "the same command may succeed later";
        };
    }

    private static Optional<String> bucketRegion(AwsServiceException e) {
        return Optional.ofNullable(e.awsErrorDetails())
                .map(details -> details.sdkHttpResponse())
                .flatMap((SdkHttpResponse response) -> response.firstMatchingHeader("x-amz-bucket-region"));
    }

    private S3StoreException unanswered(String what, SdkClientException e) {
        var text = String.valueOf(e.getMessage());
        if (text.startsWith(OF_THE_NETWORK)) {
            // What follows are words of the network, names of hosts among them, which may sound like anything below.
            return unreachable(what, e);
        }
        if (text.contains("credentials") || text.contains("Profile")) {
            return problem(
                    S3Trouble.CREDENTIALS,
                    what,
                    "there are no credentials",
                    "give this process a role, a profile (s3.profile) or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
                    e);
        }
        if (text.contains("region")) {
            return problem(S3Trouble.WRONG_REGION, what, "no region is known", "set s3.region", e);
        }
        return unreachable(what, e);
    }

    /** A connection that was not made, broke, or brought less than was announced. */
    S3StoreException unreachable(String what, Throwable e) {
        var reason = e;
        while (reason.getCause() != null) {
            reason = reason.getCause();
        }
        var detail = String.valueOf(reason.getMessage());
        return problem(
                S3Trouble.UNREACHABLE,
                what,
                "no answer from %s: %s (%s)"
                        .formatted(
                                settings.endpoint().map(Object::toString).orElse("S3"),
                                detail,
                                reason.getClass().getSimpleName()),
                "see that the network and s3.endpoint are right; the same command may succeed later",
                e);
    }

    private S3StoreException problem(S3Trouble trouble, String what, String words, String hint, Throwable cause) {
        return new S3StoreException(
                trouble, "cannot %s in %s: %s".formatted(what, settings.location(), words), hint, cause);
    }
}
