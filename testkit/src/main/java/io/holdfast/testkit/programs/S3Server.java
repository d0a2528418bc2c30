package io.holdfast.testkit.programs;

import io.holdfast.embedded.FetchedPrograms;
import io.holdfast.embedded.FetchedPrograms.Absent;
import io.holdfast.embedded.FetchedPrograms.Present;
import io.holdfast.embedded.s3.EmbeddedS3;
import io.holdfast.embedded.s3.S3User;
import io.holdfast.embedded.s3.SignedRequests;
import io.holdfast.repository.store.s3.S3Encryption;
import io.holdfast.repository.store.s3.S3Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A real server that speaks S3, started at first use. One for all tests of a JVM; each takes a prefix of its own. For tests
 * marked {@link NeedsS3Server}. Thread-safe.
 */
public final class S3Server {

    public static final String BUCKET = "holdfast-tests";
    public static final String ACCESS_KEY = S3User.OWNER.accessKey();
    public static final String SECRET_KEY = S3User.OWNER.secretKey();

    private static @Nullable S3Server running;

    private final EmbeddedS3 server;
    private final AtomicInteger prefixes = new AtomicInteger();

    private S3Server(EmbeddedS3 server) {
        this.server = server;
    }

    /** The server of this JVM. */
    public static synchronized S3Server get() {
        if (running == null) {
            become(S3User.OWNER);
            running = new S3Server(EmbeddedS3.start(program()));
            running.server.makeBucket(BUCKET);
        }
        return running;
    }

    private static Path program() {
        return switch (FetchedPrograms.findSeaweedfs(System.getenv(), Path.of(""))) {
            case Present present -> present.folder().resolve("seaweedfs/bin/weed");
            case Absent absent ->
                throw new IllegalStateException("a test without @NeedsS3Server needs it: " + absent.reason());
        };
    }

    public int port() {
        return server.port();
    }

    public URI endpoint() {
        return server.endpoint();
    }

    /** How a store beneath a prefix that nobody else has is reached. */
    public S3Settings settings() {
        return settings(BUCKET, port());
    }

    /**
     * The same through a proxy.
     *
     * @param at the port that is connected to
     */
    public S3Settings settings(String bucket, int at) {
        return new S3Settings(
                bucket,
                "test-%d/here/".formatted(prefixes.incrementAndGet()),
                Optional.of(URI.create("http://127.0.0.1:" + at)),
                Optional.of("us-east-1"),
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.empty(),
                S3Encryption.NONE,
                Optional.empty(),
                Duration.ofSeconds(10),
                Optional.empty());
    }

    /** Makes a bucket that keeps versions. */
    public void makeVersionedBucket(String bucket) {
        server.makeVersionedBucket(bucket);
    }

    /** Makes a bucket with Object Lock, and thereby with versions. */
    public void makeLockedBucket(String bucket) {
        server.makeLockedBucket(bucket);
    }

    /** Makes somebody who may do what a policy says, and nothing else. */
    public S3User makeUser(String name, String policy) {
        return server.makeUser(name, policy);
    }

    /** Does something with the credentials of somebody else, in this whole JVM. */
    public static <T> T as(S3User user, Supplier<T> action) {
        become(user);
        try {
            return action.get();
        } finally {
            become(S3User.OWNER);
        }
    }

    /** The SDK's default chain reads these. */
    private static void become(S3User user) {
        System.setProperty("aws.accessKeyId", user.accessKey());
        System.setProperty("aws.secretAccessKey", user.secretKey());
    }

    /** Requests of somebody. */
    public SignedRequests requestsOf(S3User user) {
        return server.requestsOf(user);
    }

    /** Requests as somebody else with the same credentials would make them. */
    public SignedRequests requests() {
        return server.requests();
    }
}
