package io.holdfast.testkit.programs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.embedded.FetchedPrograms;
import io.holdfast.embedded.FetchedPrograms.Absent;
import io.holdfast.embedded.FetchedPrograms.Present;
import io.holdfast.embedded.FreePort;
import io.holdfast.embedded.s3.S3User;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real server that speaks KMS: moto, started at first use, and in front of it what Amazon's service does and moto does not. Moto
 * remembers that a key was disabled or is to be deleted, and goes on working with it; and it says of a ciphertext of another key than
 * the one that is named that access is denied. One for all tests of a JVM. For tests marked {@link NeedsKmsServer}. Thread-safe.
 */
public final class KmsServer {

    private static final Duration ALLOWED = Duration.ofMinutes(2);
    private static final String SERVICE = "TrentService.";
    private static final String DENIED = "AccessDeniedException";

    /** Those for which the state of the key counts. */
    private static final Set<String> WORK = Set.of("Decrypt", "Encrypt", "GenerateDataKeyWithoutPlaintext");

    private static @Nullable KmsServer running;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, Refusal> refusals = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final URI moto;
    private final HttpServer front;

    private KmsServer(URI moto) throws IOException {
        this.moto = moto;
        this.front = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        front.setExecutor(
                Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory()));
        front.createContext("/", this::handle);
        front.start();
    }

    private record Refusal(int status, String type, String message) {}

    /** The server of this JVM. */
    public static synchronized KmsServer get() {
        if (running == null) {
            // The SDK's default chain reads these.
            System.setProperty("aws.accessKeyId", S3User.OWNER.accessKey());
            System.setProperty("aws.secretAccessKey", S3User.OWNER.secretKey());
            running = start();
        }
        return running;
    }

    private static KmsServer start() {
        try {
            var port = FreePort.choose();
            var folder = Files.createTempDirectory("holdfast-kms-");
            var log = folder.resolve("log").toFile();
            var process = new ProcessBuilder(program().toString(), "-H", "127.0.0.1", "-p", String.valueOf(port))
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log)
                    .start();
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroyForcibly));
            var server = new KmsServer(URI.create("http://127.0.0.1:" + port));
            var deadline = System.nanoTime() + ALLOWED.toNanos();
            while (!server.answers()) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IllegalStateException("moto did not start: " + Files.readString(log.toPath()));
                }
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path program() {
        return switch (FetchedPrograms.findMoto(System.getenv(), Path.of(""))) {
            case Present present -> present.folder().resolve("moto/bin/moto_server");
            case Absent absent ->
                throw new IllegalStateException("a test without @NeedsKmsServer needs it: " + absent.reason());
        };
    }

    private boolean answers() {
        try {
            return call("us-east-1", "ListKeys", "{}").statusCode() == 200;
        } catch (UncheckedIOException _) {
            return false;
        }
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + front.getAddress().getPort());
    }

    /** Moto itself, which speaks what other services of AWS do, too. */
    public URI otherServices() {
        return moto;
    }

    /** Makes a key that lives in one region, and returns its ARN. */
    public String makeKey(String region) {
        return make(region, "{}");
    }

    /** Makes a multi-Region key without a replica, and returns its ARN; moto describes it and cannot work with it. */
    public String makeMultiRegionKey(String region) {
        return make(region, "{\"MultiRegion\": true}");
    }

    private String make(String region, String request) {
        return done(region, "CreateKey", request).at("/KeyMetadata/Arn").asString();
    }

    /** Brings a multi-Region key to another region, and returns its ARN there. */
    public String replicate(String key, String region) {
        return done(regionOf(key), "ReplicateKey", object("KeyId", id(key), "ReplicaRegion", region))
                .at("/ReplicaKeyMetadata/Arn")
                .asString();
    }

    /** Names a key {@code alias/NAME}. */
    public void alias(String alias, String key) {
        done(regionOf(key), "CreateAlias", object("AliasName", alias, "TargetKeyId", id(key)));
    }

    /** Gives an alias to another key. */
    public void realias(String alias, String key) {
        done(regionOf(key), "UpdateAlias", object("AliasName", alias, "TargetKeyId", id(key)));
    }

    public void disable(String key) {
        done(regionOf(key), "DisableKey", object("KeyId", id(key)));
    }

    public void enable(String key) {
        done(regionOf(key), "EnableKey", object("KeyId", id(key)));
    }

    public void scheduleDeletion(String key) {
        done(regionOf(key), "ScheduleKeyDeletion", object("KeyId", id(key)));
    }

    /** Answers an operation, such as {@code Decrypt}, with an error until {@link #serve} is called. */
    public void refuse(String operation, int status, String type, String message) {
        refusals.put(operation, new Refusal(status, type, message));
    }

    /** Answers everything again. */
    public void serve() {
        refusals.clear();
    }

    /** How often an operation was asked for. */
    public int asked(String operation) {
        return asked.computeIfAbsent(operation, _ -> new AtomicInteger()).get();
    }

    /** The operations that somebody asked for through {@link #endpoint}. */
    public Set<String> operations() {
        return Set.copyOf(asked.keySet());
    }

    private static String regionOf(String key) {
        return key.split(":", -1)[3];
    }

    private static String id(String key) {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    private static String object(String... members) {
        var object = JsonMapper.shared().createObjectNode();
        for (var i = 0; i < members.length; i += 2) {
            object.put(members[i], members[i + 1]);
        }
        return object.toString();
    }

    private JsonNode done(String region, String operation, String request) {
        var response = call(region, operation, request);
        if (response.statusCode() != 200) {
            throw new IllegalStateException("%s: %s".formatted(operation, response.body()));
        }
        return response.body().isEmpty()
                ? JsonMapper.shared().createObjectNode()
                : JsonMapper.shared().readTree(response.body());
    }

    /** Moto reads the region and no more from the signature. */
    private HttpResponse<String> call(String region, String operation, String request) {
        return send(
                SERVICE + operation,
                "AWS4-HMAC-SHA256 Credential=%s/20260101/%s/kms/aws4_request, SignedHeaders=host, Signature=0"
                        .formatted(S3User.OWNER.accessKey(), region),
                request);
    }

    private HttpResponse<String> send(String target, String authorization, String request) {
        try {
            return client.send(
                    HttpRequest.newBuilder(moto)
                            .header("Content-Type", "application/x-amz-json-1.1")
                            .header("X-Amz-Target", target)
                            .header("Authorization", authorization)
                            .POST(BodyPublishers.ofString(request))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var operation =
                    exchange.getRequestHeaders().getFirst("X-Amz-Target").substring(SERVICE.length());
            asked.computeIfAbsent(operation, _ -> new AtomicInteger()).incrementAndGet();
            var authorization = exchange.getRequestHeaders().getFirst("Authorization");
            var refusal = refusals.get(operation);
            if (refusal == null && WORK.contains(operation)) {
                refusal = ofState(authorization, request);
            }
            if (refusal != null) {
                answer(exchange, refusal.status(), object("__type", refusal.type(), "message", refusal.message()));
                return;
            }
            var response = send(SERVICE + operation, authorization, request);
            answer(
                    exchange,
                    response.statusCode(),
                    operation.equals("Decrypt")
                            ? response.body().replace(DENIED, "IncorrectKeyException")
                            : response.body());
        }
    }

    private @Nullable Refusal ofState(String authorization, String request) {
        var key = JsonMapper.shared().readTree(request).path("KeyId").asString("");
        var described = send(SERVICE + "DescribeKey", authorization, object("KeyId", key));
        if (described.statusCode() != 200) {
            return null;
        }
        var found = JsonMapper.shared().readTree(described.body()).path("KeyMetadata");
        var arn = found.path("Arn").asString();
        return switch (found.path("KeyState").asString()) {
            case "Disabled" -> new Refusal(400, "DisabledException", arn + " is disabled.");
            case "PendingDeletion" -> new Refusal(400, "KMSInvalidStateException", arn + " is pending deletion.");
            default -> null;
        };
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
