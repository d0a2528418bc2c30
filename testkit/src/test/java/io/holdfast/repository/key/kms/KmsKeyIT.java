package io.holdfast.repository.key.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.Repository;
import io.holdfast.repository.binary.Bytes;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyChanges;
import io.holdfast.repository.key.KeyChanges.NewKey;
import io.holdfast.repository.key.KeyEncryptionKey;
import io.holdfast.repository.key.KeyException;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.key.KmsKey;
import io.holdfast.repository.key.RecoveryKey;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.testkit.SettableTime;
import io.holdfast.testkit.programs.KmsServer;
import io.holdfast.testkit.programs.NeedsKmsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Repositories that a key of KMS opens, asked over HTTP. */
@NeedsKmsServer
class KmsKeyIT {

    private static final String REGION = "eu-central-1";
    private static final ObjectKey OLD = new ObjectKey("check/old");
    private static final ObjectKey NEW = new ObjectKey("check/new");

    private record Note(String text) {}

    private final KmsServer server = KmsServer.get();
    private final SettableTime time = SettableTime.nearMidnight();
    private final SecureRandom random = new SecureRandom();
    private final String arn = server.makeKey(REGION);
    private final KmsKey key = key(arn);

    @TempDir
    private Path folder;

    @AfterEach
    void serve_again() {
        server.serve();
    }

    private KmsKey key(String name) {
        return key(name, server.endpoint());
    }

    private static KmsKey key(String name, URI endpoint) {
        return new KmsKey(service(name, endpoint));
    }

    private static AwsKms service(String name, URI endpoint) {
        return new AwsKms(
                new KmsSettings(name, Optional.of(endpoint), Optional.of(REGION), Optional.empty(), Optional.empty()));
    }

    private FilesystemStore store(String name) {
        return FilesystemStore.create(new LocalDisk(), folder.resolve(name), time);
    }

    private void make(String name, KeyEncryptionKey by) {
        try (var made = Repository.initialise(store(name), "shop", by, time, random)) {
            made.objects().createDocument(OLD, new Note("old"));
        }
    }

    private void opens(String name, KeyEncryptionKey by) {
        try (var opened = Repository.open(store(name), by)) {
            assertThat(opened.writeObstacle()).isEmpty();
            assertThat(opened.objects().readDocument(OLD, Note.class)).isEqualTo(new Note("old"));
        }
    }

    private HoldfastException refusal(String name, KeyEncryptionKey by) {
        try (var store = store(name)) {
            return catchThrowableOfType(HoldfastException.class, () -> Repository.open(store, by));
        }
    }

    private <T> T change(String name, KeyEncryptionKey by, Function<KeyChanges, T> change) {
        try (var opened = Repository.open(store(name), by)) {
            return change.apply(opened.keyChanges(time, random));
        }
    }

    private KeyFileKey keyFile(String name) {
        return KeyFileKey.generate(folder.resolve(name), random);
    }

    private static NewKey named(KeyEncryptionKey key) {
        return new NewKey(key, "");
    }

    private List<Path> wraps(String name) {
        try (var files = Files.walk(folder.resolve(name).resolve("key"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String content) {
        try {
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Nested
    class A_repository {

        @Test
        void is_written_and_read_again_and_says_which_key_opens_it() {
            make("r", key);

            opens("r", key);
            assertThat(change("r", key, KeyChanges::inventory).keys())
                    .singleElement()
                    .satisfies(entry -> {
                        assertThat(entry.kind()).isEqualTo("aws-kms");
                        assertThat(entry.kmsKey()).contains(arn);
                        assertThat(entry.inUse()).isTrue();
                    });
            assertThat(content(wraps("r").getFirst())).contains("\"kind\":\"aws-kms\"", arn);
        }

        @Test
        void is_opened_by_every_name_of_the_key() {
            make("r", key);
            var alias = "alias/by-name-" + arn.hashCode();
            server.alias(alias, arn);

            opens("r", key(alias));
            opens("r", key(arn.substring(arn.lastIndexOf('/') + 1)));
            opens("r", key(arn.replaceFirst("key/.*", alias)));
        }

        @Test
        void made_by_an_alias_is_not_opened_by_the_key_that_has_it_later() {
            var alias = "alias/moved-" + arn.hashCode();
            server.alias(alias, arn);
            make("r", key(alias));
            server.realias(alias, server.makeKey(REGION));

            var refusal = refusal("r", key(alias));

            assertThat(refusal).hasMessageStartingWith("wrong aws-kms for the repository in ");
            assertThat(refusal.hint()).contains("check that '" + alias + "'", arn);
            assertThat(refusal.kind()).isEqualTo(ProblemKind.KEY);
            opens("r", key);
        }

        @Test
        void is_not_opened_by_another_key() {
            make("r", key);
            var other = server.makeKey(REGION);

            var refusal = refusal("r", key(other));

            assertThat(refusal).isInstanceOf(KeyException.class).hasMessageStartingWith("wrong aws-kms for");
            assertThat(refusal.hint()).contains(other, "they name " + arn);
            assertThat(refusal("r", keyFile("file"))).hasMessageContaining("is not opened by a key-file");
            assertThat(refusal("r", keyFile("file2")).hint()).isEqualTo("it is opened by an aws-kms");
        }
    }

    @Nested
    class A_wrap {

        /** The service itself refuses what is not for this repository, before any check of ours. */
        @Test
        void of_another_repository_is_refused_though_the_same_key_made_it() {
            make("r", key);
            make("other", key);
            var id = change("r", key, changes -> id("r"));
            var foreign = content(wraps("other").getFirst()).replace(id("other"), id);
            write(wraps("r").getFirst(), foreign);

            assertThat(refusal("r", key)).hasMessageStartingWith("wrong aws-kms for");
            var secret = new AtomicReference<String>();
            Pattern.compile("\"ciphertext\":\"([^\"]+)\"")
                    .matcher(foreign)
                    .results()
                    .forEach(found -> secret.set(found.group(1)));
            var ciphertext = Bytes.ofBase64(secret.get());
            var service = service(arn, server.endpoint());
            assertThat(service.recover(ciphertext, context(id, 1))).isEmpty();
            assertThat(service.recover(ciphertext, context(id("other"), 2))).isEmpty();
            assertThat(service.recover(ciphertext, context(id("other"), 1)))
                    .hasValueSatisfying(bytes -> assertThat(bytes).hasSize(32));
        }

        private static Map<String, String> context(String repository, int epoch) {
            return Map.of(
                    "holdfast-repository", repository, "holdfast-epoch", String.valueOf(epoch), "holdfast-wrap", "0");
        }

        private String id(String name) {
            return content(folder.resolve(name).resolve("repository"))
                    .replaceFirst("(?s).*\"id\":\"([^\"]+)\".*", "$1");
        }

        @ParameterizedTest
        @CsvSource({
            "'\"label\":\"\"', '\"label\":\"x\"'",
            "'\"wrapped\":\"', '\"wrapped\":\"AAAA'",
            "'\"kms\":', '\"kmz\":'",
            "'key/', 'key/0'"
        })
        void that_was_changed_opens_nothing(String from, String to) {
            make("r", key);
            var file = wraps("r").getFirst();
            var whole = content(file);
            var changed = to.endsWith("AAAA") ? whole.replaceFirst(from + "....", to) : whole.replace(from, to);
            assertThat(changed).isNotEqualTo(whole);
            write(file, changed);

            assertThat(refusal("r", key).kind()).isEqualTo(ProblemKind.KEY);

            write(file, whole);
            opens("r", key);
        }

        @Test
        void that_is_garbage_to_the_service_does_not_keep_the_others_from_opening() {
            make("r", key);
            var file = wraps("r").getFirst();
            write(
                    file.resolveSibling("0123456789abcdef"),
                    content(file).replaceFirst("\"ciphertext\":\"[^\"]+\"", "\"ciphertext\":\"AAAA\""));
            write(
                    file.resolveSibling("fedcba9876543210"),
                    content(file).replaceFirst("\"ciphertext\":\"[^\"]+\"", "\"ciphertext\":\"\""));

            opens("r", key);
        }
    }

    @Nested
    class A_key_that_cannot_be_used {

        @Test
        void because_it_is_disabled_is_said_and_changes_nothing() {
            make("r", key);
            server.disable(arn);
            var before = wraps("r");

            var refusal = refusal("r", key);

            assertThat(refusal)
                    .hasMessageStartingWith(
                            "cannot open a secret with the KMS key %s: DisabledException: %s is disabled.", arn, arn);
            assertThat(refusal.hint()).startsWith("enable the key again: 'aws kms enable-key'");
            assertThat(refusal.code()).isEqualTo("kms.key-disabled");
            assertThat(refusal.kind()).isEqualTo(ProblemKind.KEY);
            assertThat(wraps("r")).isEqualTo(before);
            server.enable(arn);
            opens("r", key);
        }

        @Test
        void because_it_will_be_deleted_says_how_that_is_stopped() {
            make("r", key);
            server.scheduleDeletion(arn);

            var refusal = refusal("r", key);

            assertThat(refusal.code()).isEqualTo("kms.key-state");
            assertThat(refusal.hint()).contains("aws kms cancel-key-deletion");
        }

        @Test
        void because_there_is_none_makes_none() {
            var missing = arn.replaceFirst("key/.*", "key/00000000-0000-0000-0000-000000000000");
            make("r", key);

            assertThat(refusal("r", key(missing)).code()).isEqualTo("kms.key-missing");
            try (var store = store("none")) {
                var refusal = catchThrowableOfType(
                        HoldfastException.class,
                        () -> Repository.initialise(store, "shop", key(missing), time, random));
                assertThat(refusal.code()).isEqualTo("kms.key-missing");
                assertThat(Repository.existsIn(store)).isFalse();
            }
        }

        @ParameterizedTest
        @CsvSource({
            "400, AccessDeniedException, kms.no-permission, ENVIRONMENT",
            "400, UnrecognizedClientException, kms.no-credentials, ENVIRONMENT",
            "400, ExpiredTokenException, kms.no-credentials, ENVIRONMENT",
            "400, InvalidKeyUsageException, kms.key-usage, KEY",
            "400, ThrottlingException, kms.throttled, UNAVAILABLE",
            "500, KMSInternalException, kms.failed, UNAVAILABLE",
            "500, KeyUnavailableException, kms.failed, UNAVAILABLE",
            "400, ValidationException, kms.refused, ENVIRONMENT",
            "403, SomethingNew, kms.no-permission, ENVIRONMENT"
        })
        void is_told_from_others_by_code_and_kind(int status, String type, String code, ProblemKind kind) {
            make("r", key);
            server.refuse("Decrypt", status, type, "said the service");

            var refusal = refusal("r", key);

            assertThat(refusal.code()).isEqualTo(code);
            assertThat(refusal.kind()).isEqualTo(kind);
            assertThat(refusal.retryable()).isEqualTo(kind == ProblemKind.UNAVAILABLE);
            assertThat(refusal).hasMessageContaining(type + ": said the service");
            assertThat(refusal.hint()).isNotBlank();
        }

        @Test
        void by_whoever_may_only_encrypt_makes_no_repository() {
            server.refuse("Decrypt", 400, "AccessDeniedException", "not authorized to perform: kms:Decrypt");

            try (var store = store("r")) {
                var refusal = catchThrowableOfType(
                        HoldfastException.class, () -> Repository.initialise(store, "shop", key, time, random));

                assertThat(refusal.code()).isEqualTo("kms.no-permission");
                assertThat(Repository.existsIn(store)).isFalse();
                assertThat(folder.resolve("r/key")).doesNotExist();
            }
        }

        @Test
        void because_nobody_listens_is_said_at_once() {
            make("r", key);

            var refusal = refusal("r", key(arn, URI.create("http://127.0.0.1:1")));

            assertThat(refusal.code()).isEqualTo("kms.unreachable");
            assertThat(refusal.kind()).isEqualTo(ProblemKind.UNAVAILABLE);
            assertThat(refusal).hasMessageContaining("no answer from http://127.0.0.1:1: ");
            assertThat(refusal.hint()).contains("--recovery-sheet FILE");
        }

        @Test
        void because_nobody_answers_is_said_within_seconds() throws IOException {
            make("r", key);
            try (var deaf = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"))) {
                var begun = System.nanoTime();

                var refusal = refusal("r", key(arn, URI.create("http://127.0.0.1:" + deaf.getLocalPort())));

                assertThat(refusal.code()).isEqualTo("kms.unreachable");
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(25));
            }
        }
    }

    @Nested
    class Other_keys_beside {

        @Test
        void that_are_added_open_without_the_service() {
            make("r", key);
            var file = keyFile("file");
            var sheet = RecoveryKey.draw(random);
            change("r", key, changes -> changes.add(named(file)));
            change("r", key, changes -> changes.add(new NewKey(sheet, "safe")));
            server.disable(arn);
            var asked = server.asked("Decrypt");

            opens("r", file);
            opens("r", sheet);

            assertThat(server.asked("Decrypt")).isEqualTo(asked);
        }

        @Test
        void take_its_place_and_give_it_back() {
            make("r", key);
            var file = keyFile("file");

            change("r", key, changes -> changes.rotate(named(file), true));
            opens("r", file);
            assertThat(refusal("r", key)).hasMessageContaining("is not opened by an aws-kms");

            change("r", file, changes -> changes.rotate(named(key), true));
            opens("r", key);
            assertThat(refusal("r", file)).hasMessageContaining("is not opened by a key-file");
        }

        @Test
        void do_not_open_what_is_written_after_a_replacement_by_the_same_key_of_the_service() {
            make("r", key);
            var file = keyFile("file");
            change("r", key, changes -> changes.add(named(file)));
            try (var running = Repository.open(store("r"), key)) {
                int epoch = change("r", key, changes -> changes.replace(List.of(named(key))));
                assertThat(epoch).isEqualTo(2);
                running.refreshKeys();
                running.objects().createDocument(NEW, new Note("new"));
            }

            opens("r", key);
            try (var opened = Repository.open(store("r"), key)) {
                assertThat(opened.objects().readDocument(NEW, Note.class)).isEqualTo(new Note("new"));
            }
            try (var thief = Repository.open(store("r"), file)) {
                assertThat(catchThrowableOfType(
                                KeyException.class, () -> thief.objects().readDocument(NEW, Note.class)))
                        .hasMessage("no key for epoch 2 was opened");
            }
            assertThat(wraps("r").stream().map(KmsKeyIT::content).filter(wrap -> wrap.contains("aws-kms")))
                    .hasSize(2)
                    .extracting(wrap -> wrap.replaceFirst("(?s).*\"ciphertext\":\"([^\"]+)\".*", "$1"))
                    .doesNotHaveDuplicates();
        }

        @Test
        void may_be_a_second_key_of_the_service_which_then_opens_alone() {
            make("r", key);
            var other = server.makeKey("us-west-2");
            change("r", key, changes -> changes.add(named(key(other))));
            server.disable(arn);

            opens("r", key(other));
        }
    }

    @Test
    void the_regions_of_a_key_are_where_it_is_replicated_to() {
        var primary = server.makeMultiRegionKey(REGION);
        var alone = service(primary, server.endpoint()).regions();
        var replica = server.replicate(primary, "us-west-2");

        assertThat(service(arn, server.endpoint()).regions()).isEqualTo(Set.of(REGION));
        assertThat(alone).isEqualTo(Set.of(REGION));
        assertThat(Stream.of(primary, replica)
                        .map(one -> service(one, server.endpoint()).regions()))
                .allSatisfy(regions -> assertThat(regions).containsExactlyInAnyOrder(REGION, "us-west-2"));
    }

    /** Moto evaluates no policies; that all that is asked for is listed, and nothing else, can be seen all the same. */
    @Test
    void the_policy_that_is_shipped_allows_what_is_asked_for() throws IOException {
        make("r", key);
        opens("r", key);
        service(arn, server.endpoint()).regions();

        var policy = JsonMapper.shared().readTree(Files.readString(Path.of("../infra/iam/kms-policy.json")));
        var allowed = policy.path("Statement")
                .valueStream()
                .flatMap(statement -> statement.path("Action").valueStream())
                .map(JsonNode::asString);
        assertThat(allowed)
                .containsExactlyInAnyOrderElementsOf(server.operations().stream()
                        .map(operation -> "kms:" + operation)
                        .toList());
    }
}
