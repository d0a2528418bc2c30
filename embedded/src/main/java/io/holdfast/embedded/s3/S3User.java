package io.holdfast.embedded.s3;

import java.util.Map;

/** Credentials for an {@link EmbeddedS3}. */
public record S3User(String accessKey, String secretKey) {

    /** May do everything. */
    public static final S3User OWNER = new S3User("holdfast", "holdfast-secret");

    /** For programs that look for credentials where the AWS tools do. */
    public Map<String, String> environment() {
        return Map.of("AWS_ACCESS_KEY_ID", accessKey, "AWS_SECRET_ACCESS_KEY", secretKey);
    }
}
