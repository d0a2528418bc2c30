package io.holdfast.repository.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.s3.S3User;
import io.holdfast.embedded.s3.SignedRequests;
import io.holdfast.repository.store.LockTerms;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectLockedException;
import io.holdfast.repository.store.StoreException;
import io.holdfast.testkit.HttpFaultProxy;
import io.holdfast.testkit.StoredObjects;
import io.holdfast.testkit.programs.NeedsS3Server;
import io.holdfast.testkit.programs.S3Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The policies that are shipped, given to two identities of SeaweedFS, which evaluates them. */
@NeedsS3Server
class S3RolesIT {

    private static final String BUCKET = "roles";
    private static final ObjectKey MANIFEST = ObjectKey.of("manifest", "20260115-020000F");
    private static final ObjectKey CHECK = ObjectKey.of("check", "1");
    private static final String SUSPENDED =
            "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>";
    private static final byte[] LARGE = new byte[9_000_000];

    private final HttpFaultProxy proxy = HttpFaultProxy.before(S3Server.get().port());
    private final S3Settings settings = S3Server.get().settings(BUCKET, proxy.port());
    private final S3Settings plain = S3Server.get().settings(S3Server.BUCKET, proxy.port());
    private final SignedRequests requests = S3Server.get().requests();
    private final S3User writer = user("writer");
    private final S3User keeper = user("keeper");

    @BeforeAll
    static void makeBucket() {
        S3Server.get().makeLockedBucket(BUCKET);
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    private static String policy(String role) {
        try {
            return Files.readString(Path.of("../infra/iam/%s-policy.json".formatted(role)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private S3User user(String role) {
        var prefix = settings.prefix().replaceAll("/$", "");
        return S3Server.get()
                .makeUser(
                        "%s-%s".formatted(role, prefix.replace('/', '-')),
                        policy(role).replace("BUCKET", BUCKET).replace("PREFIX", prefix));
    }

    private S3Store open(S3Settings how) {
        return S3Store.openForWriting(how, Thread::sleep, new Random());
    }

    private S3Settings locking() {
        return settings.withLock(
                new S3Lock(S3LockMode.GOVERNANCE, new LockTerms(Duration.ofMinutes(10), Duration.ofMinutes(10))));
    }

    @Test
    void each_identity_can_do_its_work_and_has_no_permission_that_this_does_not_take() {
        // New credentials reach the server's memory a moment after they were made.
        await().ignoreExceptionsInstanceOf(StoreException.class)
                .untilAsserted(() -> S3Server.as(writer, () -> open(settings)).close());
        await().ignoreExceptionsInstanceOf(StoreException.class)
                .untilAsserted(() -> S3Server.as(keeper, () -> open(settings)).close());

        assertThat(actions(() -> {
                    S3Server.as(writer, () -> write(locking()));
                    write(plain);
                }))
                .isEqualTo(allowed("writer"));
        requests.send(
                "POST", path(ObjectKey.of("backup", "20260115-020000F", "data-00000009")), "uploads=", "", Map.of());
        // Of somebody else, who has the same bucket.
        requests.send("POST", path(ObjectKey.of("left")), "uploads=", "", Map.of());
        requests.put(path(CHECK), "legal-hold=", "<LegalHold><Status>ON</Status></LegalHold>");
        assertThat(actions(() -> {
                    S3Server.as(keeper, () -> keep(settings));
                    keep(plain);
                }))
                .isEqualTo(allowed("keeper"));
    }

    private boolean write(S3Settings how) {
        try (var store = open(how)) {
            StoredObjects.put(store, MANIFEST, new byte[] {1});
            StoredObjects.put(store, CHECK, LARGE);
            assertThatThrownBy(() -> StoredObjects.put(store, MANIFEST, new byte[] {2}))
                    .isInstanceOf(ObjectExistsException.class);
            try (var given = store.create(ObjectKey.of("check", "2"))) {
                given.write(ByteBuffer.wrap(LARGE));
            }
            assertThat(StoredObjects.content(store, MANIFEST)).containsExactly(1);
            store.locks().ifPresent(locks -> locks.extend(MANIFEST, store.now().plus(Duration.ofMinutes(30))));
            assertThat(store.list()).hasSize(2);
            return true;
        }
    }

    private boolean keep(S3Settings how) {
        try (var store = open(how)) {
            StoredObjects.put(store, ObjectKey.of("condemn", "00000001", "list"), LARGE);
            try (var given = store.create(ObjectKey.of("condemn", "00000002", "list"))) {
                given.write(ByteBuffer.wrap(LARGE));
            }
            assertThatThrownBy(() -> StoredObjects.put(store, MANIFEST, new byte[] {2}))
                    .isInstanceOf(ObjectExistsException.class);
            assertThat(StoredObjects.content(store, MANIFEST)).containsExactly(1);
            if (how.equals(plain)) {
                store.remove(CHECK);
            } else {
                assertThatThrownBy(() -> store.remove(CHECK)).isInstanceOf(ObjectLockedException.class);
                requests.put(path(CHECK), "legal-hold=", "<LegalHold><Status>OFF</Status></LegalHold>");
                store.remove(CHECK);
                assertThatThrownBy(() -> store.remove(MANIFEST)).isInstanceOf(ObjectLockedException.class);
                assertThat(store.sweepUnfinished(store.now().minusSeconds(600))).isZero();
                assertThat(store.sweepUnfinished(store.now().plusSeconds(60))).isEqualTo(1);
            }
            assertThat(store.find(CHECK)).isEmpty();
            assertThat(store.list()).isNotEmpty();
            return true;
        }
    }

    @Test
    void what_the_writer_may_not_is_denied() {
        var key = ObjectKey.of("manifest", "theirs");
        requests.put(path(key), "", "not locked");
        var thief = S3Server.get().requestsOf(writer);
        await().until(() -> thief.send("PUT", path(ObjectKey.of("check", "3")), "", "x", Map.of())
                .isSuccess());

        for (var denied : List.of(
                thief.send("DELETE", path(key), "", "", Map.of()),
                thief.send("DELETE", path(key), "versionId=" + version(key), "", Map.of()),
                thief.send("PUT", path(key), "legal-hold=", "<LegalHold><Status>ON</Status></LegalHold>", Map.of()),
                thief.send("PUT", "/" + BUCKET, "versioning=", SUSPENDED, Map.of()),
                thief.send("PUT", "/" + BUCKET + "/elsewhere", "", "x", Map.of()),
                thief.send("GET", "/" + BUCKET, "list-type=2", "", Map.of()),
                thief.send("DELETE", "/" + BUCKET, "", "", Map.of()))) {
            assertThat(denied.status()).describedAs(denied.request()).isEqualTo(403);
        }
        try (var store = S3Server.as(writer, () -> open(settings))) {
            var refusal =
                    S3Server.as(writer, () -> catchThrowableOfType(StoreException.class, () -> store.remove(key)));
            assertThat(refusal.code()).isEqualTo("store.no-permission");
            assertThat(store.find(key)).isPresent();
        }
    }

    private String version(ObjectKey key) {
        var query = "prefix=%s&versions=".formatted(settings.name(key).replace("/", "%2F"));
        var found = requests.send("GET", "/" + BUCKET, query, "", Map.of()).body();
        var id = Pattern.compile("<VersionId>(.*?)</VersionId>").matcher(found);
        assertThat(id.find()).isTrue();
        return id.group(1);
    }

    private String path(ObjectKey key) {
        return "/%s/%s".formatted(BUCKET, settings.name(key));
    }

    /** What Amazon calls the permissions for the requests that something makes. */
    private Set<String> actions(Runnable what) {
        var before = proxy.requests().size();
        what.run();
        return proxy.requests().stream()
                .skip(before)
                .flatMap(S3RolesIT::actions)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> actions(String request) {
        var words = request.split(" ", -1);
        var target = words[1].split("\\?", 2);
        var ofBucket = target[0].replaceAll("/$", "").indexOf('/', 1) < 0;
        var query = target.length == 1
                ? Set.<String>of()
                : Stream.of(target[1].split("&"))
                        .map(word -> word.split("=", 2)[0])
                        .collect(Collectors.toSet());
        return Stream.of(ofBucket ? ofBucket(request, query) : ofObject(request, words[0], query));
    }

    private static String ofBucket(String request, Set<String> query) {
        return Map.of(
                        "versioning", "s3:GetBucketVersioning",
                        "object-lock", "s3:GetBucketObjectLockConfiguration",
                        "versions", "s3:ListBucketVersions",
                        "uploads", "s3:ListBucketMultipartUploads",
                        "list-type", "s3:ListBucket")
                .entrySet()
                .stream()
                .filter(entry -> query.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no permission is known for " + request));
    }

    private static String ofObject(String request, String method, Set<String> query) {
        var sub = query.contains("retention") ? "Retention" : query.contains("legal-hold") ? "LegalHold" : "";
        return switch (method) {
            case "GET", "HEAD" ->
                sub.isEmpty()
                        ? query.contains("versionId") ? "s3:GetObjectVersion" : "s3:GetObject"
                        : "s3:GetObject" + sub;
            case "PUT", "POST" -> "s3:PutObject" + sub;
            case "DELETE" ->
                query.contains("uploadId")
                        ? "s3:AbortMultipartUpload"
                        : query.contains("versionId") ? "s3:DeleteObjectVersion" : "s3:DeleteObject";
            default -> throw new AssertionError("no permission is known for " + request);
        };
    }

    private static Set<String> allowed(String role) {
        return JsonMapper.shared()
                .readTree(policy(role))
                .get("Statement")
                .valueStream()
                .peek(statement ->
                        assertThat(statement.get("Effect").asString()).isEqualTo("Allow"))
                .flatMap(statement -> statement.get("Action").valueStream())
                .map(action -> action.asString())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
