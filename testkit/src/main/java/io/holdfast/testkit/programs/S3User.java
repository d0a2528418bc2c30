package io.holdfast.testkit.programs;

/** Credentials for the server of the tests. */
public record S3User(String accessKey, String secretKey) {

    /** May do everything. */
    static final S3User OWNER = new S3User(S3Server.ACCESS_KEY, S3Server.SECRET_KEY);

    /** The SDK's default chain reads these. */
    void become() {
        System.setProperty("aws.accessKeyId", accessKey);
        System.setProperty("aws.secretAccessKey", secretKey);
    }
}
