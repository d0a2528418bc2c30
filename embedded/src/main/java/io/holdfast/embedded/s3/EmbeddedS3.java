package io.holdfast.embedded.s3;

import io.holdfast.embedded.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * A real server that speaks S3: SeaweedFS on 127.0.0.1, with its objects in a temporary folder. It is stopped and removed by {@link #close}, and
 * when the JVM ends. Thread-safe.
 */
public final class EmbeddedS3 implements AutoCloseable {

    /** The bucket that is there from the start; it keeps no versions. */
    private static final String FIRST_BUCKET = "holdfast-first";

    /** All ports that it would open at fixed numbers otherwise. */
    private static final List<String> OTHER_PORTS = List.of(
            "-s3.port.grpc",
            "-s3.port.iceberg",
            "-s3.port.lance",
            "-admin.port",
            "-admin.port.grpc",
            "-filer.port",
            "-filer.port.grpc",
            "-master.port",
            "-master.port.grpc",
            "-volume.port",
            "-volume.port.grpc");

    private static final Duration ALLOWED = Duration.ofMinutes(3);
    private static final int ATTEMPTS = 5;

    private final Path folder;
    private final int port;
    private final Process process;

    private EmbeddedS3(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::close));
    }

    /**
     * Starts one and waits until it has stored something.
     *
     * @param program {@code weed}
     * @throws IllegalStateException with the end of its log, if it does not start
     */
    public static EmbeddedS3 start(Path program) {
        try {
            for (var attempt = 1; ; attempt++) {
                var started = launchAndAwait(program, attempt == ATTEMPTS);
                if (started.isPresent()) {
                    return started.get();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * One that has stored something, or empty if it ended, as it does when somebody took one of its ports before it could.
     *
     * @throws IllegalStateException if it ended and this is the last attempt, or if it is not ready in time
     */
    private static Optional<EmbeddedS3> launchAndAwait(Path program, boolean last) throws IOException {
        var folder = Files.createTempDirectory("holdfast-s3-");
        var ports = IntStream.rangeClosed(0, OTHER_PORTS.size())
                .map(_ -> FreePort.choose())
                .boxed()
                .toList();
        var server = new EmbeddedS3(folder, ports.getLast(), launch(program, folder, ports));
        if (server.awaitReady()) {
            return Optional.of(server);
        }
        var wasAlive = server.process.isAlive();
        var log = Files.readString(folder.resolve("log")).strip();
        server.close();
        if (last || wasAlive) {
            throw new IllegalStateException("SeaweedFS did not start: "
                    + log.lines().reduce((_, line) -> line).orElse("it says nothing") + "\n" + log);
        }
        return Optional.empty();
    }

    private static Process launch(Path program, Path folder, List<Integer> ports) throws IOException {
        var words = new ArrayList<>(List.of(
                program.toString(),
                "mini",
                "-dir=" + Files.createDirectory(folder.resolve("data")),
                "-ip=127.0.0.1",
                "-ip.bind=127.0.0.1",
                "-bucket=" + FIRST_BUCKET,
                "-s3.port=" + ports.getLast(),
                "-webdav=false",
                "-admin.ui=false",
                "-s3.iam.readOnly=false",
                "-master.telemetry=false"));
        for (var i = 0; i < OTHER_PORTS.size(); i++) {
            words.add(OTHER_PORTS.get(i) + "=" + ports.get(i));
        }
        var builder = new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment().putAll(S3User.OWNER.environment());
        return builder.start();
    }

    /** It answers long before it can store: only a bucket that can be asked about proves that. */
    private boolean awaitReady() {
        var deadline = System.nanoTime() + ALLOWED.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            try {
                requests().put("/" + FIRST_BUCKET + "/.ready", "", "ready");
                return true;
            } catch (UncheckedIOException | IllegalStateException e) {
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
        return false;
    }

    public int port() {
        return port;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Requests of whoever may do everything. */
    public SignedRequests requests() {
        return requestsOf(S3User.OWNER);
    }

    public SignedRequests requestsOf(S3User user) {
        return new SignedRequests(endpoint(), user, InstantSource.system());
    }

    /** Makes a bucket that keeps no versions. */
    public void makeBucket(String bucket) {
        requests().put("/" + bucket, "", "");
    }

    /** Makes a bucket that keeps versions. */
    public void makeVersionedBucket(String bucket) {
        makeBucket(bucket);
        requests()
                .put(
                        "/" + bucket,
                        "versioning=",
                        "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
    }

    /** Makes a bucket with Object Lock, and thereby with versions. */
    public void makeLockedBucket(String bucket) {
        requests()
                .send("PUT", "/" + bucket, "", "", Map.of("x-amz-bucket-object-lock-enabled", "true"))
                .requireSuccess();
    }

    /**
     * Makes somebody who may do what a policy says, and nothing else. New credentials reach the server's memory a moment after this.
     *
     * @param policy in the JSON of IAM
     */
    public S3User makeUser(String name, String policy) {
        requests().administer("Action=CreateUser&UserName=" + name).requireSuccess();
        var made = requests().administer("Action=CreateAccessKey&UserName=" + name);
        made.requireSuccess();
        requests()
                .administer("Action=PutUserPolicy&UserName=%s&PolicyName=own&PolicyDocument=%s"
                        .formatted(name, URLEncoder.encode(understood(policy), StandardCharsets.UTF_8)))
                .requireSuccess();
        return new S3User(made.text("AccessKeyId"), made.text("SecretAccessKey"));
    }

    /** It denies what depends on a condition that it does not know, and grants one action by a wildcard only. */
    private static String understood(String policy) {
        return policy.replaceAll(",\\s*\"Condition\": \\{\\s*\"Numeric[^}]*}\\s*}", "")
                .replace("s3:ListBucketMultipartUploads", "s3:List*");
    }

    @Override
    public synchronized void close() {
        try {
            process.destroy();
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            if (Files.exists(folder)) {
                removeFolder();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void removeFolder() throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
