package io.holdfast.testkit.programs;

import io.holdfast.embedded.FreePort;
import io.holdfast.repository.store.s3.S3Encryption;
import io.holdfast.repository.store.s3.S3Settings;
import io.holdfast.testkit.programs.TestTools.Absent;
import io.holdfast.testkit.programs.TestTools.Present;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real server that speaks S3: SeaweedFS on 127.0.0.1, started at first use, stopped and removed when the JVM ends. One
 * for all tests of a JVM; each takes a prefix of its own. For tests marked {@link NeedsS3Server}. Thread-safe.
 */
public final class S3Server {

    public static final String BUCKET = "holdfast-tests";
    public static final String ACCESS_KEY = "holdfast";
    public static final String SECRET_KEY = "holdfast-secret";

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

    private static @Nullable S3Server running;

    private final int port;
    private final AtomicInteger prefixes = new AtomicInteger();

    private S3Server(int port) {
        this.port = port;
    }

    /** The server of this JVM. */
    public static synchronized S3Server get() {
        if (running == null) {
            running = start();
        }
        return running;
    }

    public int port() {
        return port;
    }

    public URI endpoint() {
        return endpoint(port);
    }

    private static URI endpoint(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** How a store beneath a prefix that nobody else has is reached. */
    public S3Settings settings() {
        return settings(BUCKET, port);
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
                Optional.of(endpoint(at)),
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
        var requests = new SignedRequests(endpoint(), S3User.OWNER);
        requests.put("/" + bucket, "", "");
        requests.put(
                "/" + bucket,
                "versioning=",
                "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
    }

    /** Makes a bucket with Object Lock, and thereby with versions. */
    public void makeLockedBucket(String bucket) {
        new SignedRequests(endpoint(), S3User.OWNER)
                .send("PUT", "/" + bucket, "", "", Map.of("x-amz-bucket-object-lock-enabled", "true"))
                .requireSuccess();
    }

    /** Makes somebody who may do what a policy says, and nothing else. */
    public S3User makeUser(String name, String policy) {
        var requests = requests();
        requests.administer("Action=CreateUser&UserName=" + name).requireSuccess();
        var made = requests.administer("Action=CreateAccessKey&UserName=" + name);
        made.requireSuccess();
        requests.administer("Action=PutUserPolicy&UserName=%s&PolicyName=own&PolicyDocument=%s"
                        .formatted(name, URLEncoder.encode(policy, StandardCharsets.UTF_8)))
                .requireSuccess();
        return new S3User(made.text("AccessKeyId"), made.text("SecretAccessKey"));
    }

    /** Does something with the credentials of somebody else, in this whole JVM. */
    public static <T> T as(S3User user, Supplier<T> action) {
        user.become();
        try {
            return action.get();
        } finally {
            S3User.OWNER.become();
        }
    }

    /** Requests as somebody else with the same credentials would make them. */
    public SignedRequests requests() {
        return new SignedRequests(endpoint(), S3User.OWNER);
    }

    private static S3Server start() {
        S3User.OWNER.become();
        try {
            for (var attempt = 1; ; attempt++) {
                var port = launchAndAwait(attempt == ATTEMPTS);
                if (port.isPresent()) {
                    return new S3Server(port.getAsInt());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The port of a server that has stored something, or empty if it ended, as it does when somebody took one of its
     * ports before it could.
     *
     * @throws IllegalStateException if it ended and this is the last attempt, or if it is not ready in time
     */
    private static OptionalInt launchAndAwait(boolean last) throws IOException {
        var folder = Files.createTempDirectory("holdfast-s3-");
        var ports = IntStream.rangeClosed(0, OTHER_PORTS.size())
                .map(_ -> FreePort.choose())
                .boxed()
                .toList();
        var process = launch(folder, ports);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process, folder)));
        if (awaitReady(process, ports.getLast())) {
            return OptionalInt.of(ports.getLast());
        }
        if (last || process.isAlive()) {
            process.destroyForcibly();
            var log = Files.readString(folder.resolve("log")).strip();
            throw new IllegalStateException("SeaweedFS did not start: "
                    + log.lines().reduce((_, line) -> line).orElse("it says nothing") + "\n" + log);
        }
        return OptionalInt.empty();
    }

    private static Process launch(Path folder, List<Integer> ports) throws IOException {
        var words = new ArrayList<>(List.of(
                program().toString(),
                "mini",
                "-dir=" + Files.createDirectory(folder.resolve("data")),
                "-ip=127.0.0.1",
                "-ip.bind=127.0.0.1",
                "-bucket=" + BUCKET,
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
        builder.environment().put("AWS_ACCESS_KEY_ID", ACCESS_KEY);
        builder.environment().put("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
        return builder.start();
    }

    private static Path program() {
        return switch (TestTools.findSeaweedfs(System.getenv(), Path.of(""))) {
            case Present present -> present.folder().resolve("seaweedfs/bin/weed");
            case Absent absent ->
                throw new IllegalStateException("a test without @NeedsS3Server needs it: " + absent.reason());
        };
    }

    /** It answers long before it can store: only a bucket that can be asked about proves that. */
    private static boolean awaitReady(Process process, int port) {
        var deadline = System.nanoTime() + ALLOWED.toNanos();
        var requests = new SignedRequests(endpoint(port), S3User.OWNER);
        while (process.isAlive() && System.nanoTime() < deadline) {
            try {
                requests.put("/" + BUCKET + "/.ready", "", "ready");
                return true;
            } catch (UncheckedIOException | IllegalStateException e) {
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
        return false;
    }

    private static void stop(Process process, Path folder) {
        try {
            process.destroy();
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            try (Stream<Path> files = Files.walk(folder)) {
                for (var file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException | InterruptedException e) {
            // The JVM ends; what is left lies in the folder for temporary files.
        }
    }
}
