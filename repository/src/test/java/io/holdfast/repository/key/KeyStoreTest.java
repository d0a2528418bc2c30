package io.holdfast.repository.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.Secret;
import io.holdfast.repository.MemoryStore;
import io.holdfast.repository.SeededRandom;
import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.document.PlainDocuments;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoredObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class KeyStoreTest {

    private static final Instant NOW = Instant.parse("2026-02-28T23:59:58Z");
    private static final RepositoryId REPOSITORY = TestKeys.REPOSITORY;

    private final MemoryStore store = new MemoryStore();
    private final SecureRandom random = new SeededRandom(4);

    @TempDir
    private Path folder;

    private KeyFileKey keyFile;
    private KeyRing keys;

    @BeforeEach
    void make_the_first_key() {
        keyFile = KeyFileKey.generate(folder.resolve("key"), random);
        keys = KeyStore.create(store, REPOSITORY, keyFile, NOW, random);
    }

    @AfterEach
    void nothing_is_left_open() {
        assertThat(store.leaks()).isZero();
    }

    @Test
    void a_key_file_opens_what_it_wrapped() {
        var opened = KeyStore.open(store, REPOSITORY, keyFile);

        assertThat(opened.first().secret()).isEqualTo(keys.first().secret());
        assertThat(opened.current().epoch()).isEqualTo(1);
    }

    @Test
    void another_key_file_does_not() {
        var another = KeyFileKey.generate(folder.resolve("another"), random);

        var refusal = catchThrowableOfType(KeyException.class, () -> KeyStore.open(store, REPOSITORY, another));

        assertThat(refusal).hasMessage("wrong key-file for the repository in memory");
        assertThat(refusal.hint())
                .isEqualTo("check that '%s' is the key file of this repository", folder.resolve("another"));
        assertThat(refusal.code()).isEqualTo("key.wrong");
    }

    @Test
    void a_passphrase_does_not_open_what_only_a_key_file_opens() {
        var refusal = catchThrowableOfType(
                KeyException.class, () -> KeyStore.open(store, REPOSITORY, passphrase("correct horse")));

        assertThat(refusal).hasMessage("repository in memory is not opened by a passphrase");
        assertThat(refusal.hint()).isEqualTo("it is opened by a key-file");
    }

    @Test
    void opening_never_writes() {
        var before = names();

        KeyStore.open(store, REPOSITORY, keyFile);
        var _ = catchThrowableOfType(
                KeyException.class, () -> KeyStore.open(store, REPOSITORY, passphrase("correct horse")));

        assertThat(names()).isEqualTo(before);
    }

    @Test
    void a_repository_without_wraps_says_so() {
        var refusal =
                catchThrowableOfType(KeyException.class, () -> KeyStore.open(new MemoryStore(), REPOSITORY, keyFile));

        assertThat(refusal).hasMessage("no key wrap in memory belongs to repository " + REPOSITORY);
        assertThat(refusal.code()).isEqualTo("key.damaged");
    }

    @Test
    void the_wrap_of_another_repository_is_ignored() {
        KeyStore.create(store, new RepositoryId(new UUID(1, 2)), passphrase("stray"), NOW, random);

        assertThat(KeyStore.open(store, REPOSITORY, keyFile).first().secret())
                .isEqualTo(keys.first().secret());
        assertThat(catchThrowableOfType(
                        KeyException.class, () -> KeyStore.open(store, REPOSITORY, passphrase("stray"))))
                .hasMessage("repository in memory is not opened by a passphrase");
    }

    @Test
    void a_later_epoch_is_opened_with_the_first_and_used_for_new_objects() {
        var second = DataKey.draw(REPOSITORY, 2, random);
        add(wrap(second, keyFile), "key/00000002/a");
        PlainDocuments.create(store, EpochStart.name(2), EpochStart.of(second, keys.first(), NOW));

        var opened = KeyStore.open(store, REPOSITORY, keyFile);

        assertThat(opened.first().secret()).isEqualTo(keys.first().secret());
        assertThat(opened.current().secret()).isEqualTo(second.secret());
        assertThat(opened.ofEpoch(1).epoch()).isEqualTo(1);
    }

    @Test
    void a_key_that_opens_only_a_later_epoch_is_refused() {
        var later = KeyFileKey.generate(folder.resolve("later"), random);
        add(wrap(DataKey.draw(REPOSITORY, 2, random), later), "key/00000002/a");

        assertThat(catchThrowableOfType(KeyException.class, () -> KeyStore.open(store, REPOSITORY, later)))
                .hasMessage("wrong key-file for the repository in memory");
    }

    @Test
    void an_epoch_that_was_not_opened_is_named() {
        var refusal = catchThrowableOfType(KeyException.class, () -> keys.ofEpoch(3));

        assertThat(refusal).hasMessage("no key for epoch 3 was opened");
        assertThat(refusal.hint()).isEqualTo("this key opens epochs [1] only; give one that opens all");
    }

    @Test
    void a_second_wrap_of_the_same_epoch_opens_it_too() {
        add(wrap(keys.first(), passphrase("caf\u00e9")), "key/00000001/second");

        assertThat(KeyStore.open(store, REPOSITORY, passphrase("caf\u00e9"))
                        .first()
                        .secret())
                .isEqualTo(keys.first().secret());
    }

    @Nested
    class With_a_passphrase {

        private final MemoryStore store = new MemoryStore();

        @BeforeEach
        void make_the_first_key() {
            keys = KeyStore.create(store, REPOSITORY, passphrase("caf\u00e9 au lait"), NOW, random);
        }

        @Test
        void it_opens_in_whichever_form_unicode_allows() {
            var opened = KeyStore.open(store, REPOSITORY, passphrase("cafe\u0301 au lait"));

            assertThat(opened.first().secret()).isEqualTo(keys.first().secret());
        }

        @ParameterizedTest
        @ValueSource(strings = {"cafe au lait", "caf\u00e9 au lait ", "CAF\u00c9 AU LAIT"})
        void it_does_not_open_with_another(String wrong) {
            var refusal =
                    catchThrowableOfType(KeyException.class, () -> KeyStore.open(store, REPOSITORY, passphrase(wrong)));

            assertThat(refusal).hasMessage("wrong passphrase for the repository in memory");
            assertThat(refusal.hint())
                    .isEqualTo("check the passphrase; it is the one that was given to 'holdfast init'");
        }

        @ParameterizedTest
        @CsvSource({"65535,3,1", "65536,2,1", "65536,3,0", "0,0,0", "8,1,1", "2000000,3,1", "65536,101,1", "65536,3,65"
        })
        void settings_that_are_weaker_or_beyond_reason_are_refused(int memory, int passes, int lanes) {
            doctor(
                    store,
                    wrap -> wrap.putObject("argon2id")
                            .put("memoryKib", memory)
                            .put("passes", passes)
                            .put("lanes", lanes));

            var refusal = catchThrowableOfType(
                    KeyException.class, () -> KeyStore.open(store, REPOSITORY, passphrase("caf\u00e9 au lait")));

            assertThat(refusal)
                    .hasMessage(
                            "a key wrap of kind passphrase asks for %d KiB, %d passes, %d lanes: weaker than the minimum or beyond reason",
                            memory, passes, lanes);
            assertThat(refusal.code()).isEqualTo("key.damaged");
        }

        @Test
        void settings_cannot_be_left_out() {
            doctor(store, wrap -> wrap.remove("argon2id"));

            assertThat(catchThrowableOfType(
                            KeyException.class,
                            () -> KeyStore.open(store, REPOSITORY, passphrase("caf\u00e9 au lait"))))
                    .hasMessageStartingWith("a key wrap of kind passphrase asks for 0 KiB, 0 passes, 0 lanes");
        }

        @Test
        void stronger_settings_than_those_it_was_wrapped_with_do_not_open_it() {
            doctor(
                    store,
                    wrap -> wrap.putObject("argon2id")
                            .put("memoryKib", 65536)
                            .put("passes", 4)
                            .put("lanes", 1));

            assertThat(catchThrowableOfType(
                            KeyException.class,
                            () -> KeyStore.open(store, REPOSITORY, passphrase("caf\u00e9 au lait"))))
                    .hasMessage("wrong passphrase for the repository in memory");
        }

        @Test
        void the_wrap_is_written_as_the_format_says() {
            var wrap = (ObjectNode) Json.mapper().readTree(store.content(onlyKey(store)));

            assertThat(onlyKey(store).text()).matches("key/00000001/[0-9a-f]{16}");
            assertThat(wrap.propertyNames())
                    .containsExactlyInAnyOrder(
                            "version",
                            "repository",
                            "epoch",
                            "key",
                            "created",
                            "kind",
                            "label",
                            "argon2id",
                            "salt",
                            "nonce",
                            "wrapped");
            assertThat(wrap.get("argon2id").toString()).isEqualTo("{\"memoryKib\":65536,\"passes\":3,\"lanes\":1}");
            assertThat(wrap.get("created").asString()).isEqualTo("2026-02-28T23:59:58Z");
            assertThat(wrap.get("kind").asString()).isEqualTo("passphrase");
        }
    }

    @Nested
    class A_doctored_wrap {

        @Test
        void of_another_epoch_does_not_open() {
            doctor(store, wrap -> wrap.put("epoch", 2));

            assertThat(refusal().code()).isEqualTo("key.wrong");
        }

        @Test
        void of_another_repository_does_not_open_for_that_one() {
            var other = new RepositoryId(new UUID(8, 9));
            doctor(store, wrap -> wrap.put("repository", other.toString()));

            assertThat(catchThrowableOfType(KeyException.class, () -> KeyStore.open(store, other, keyFile)))
                    .hasMessage("wrong key-file for the repository in memory");
        }

        @ParameterizedTest
        @CsvSource({"key,0123456789abcdef", "created,2026-02-28T23:59:59Z", "label,the one in the safe"})
        void that_says_something_else_of_the_key_does_not_open(String member, String text) {
            doctor(store, wrap -> wrap.put(member, text));

            assertThat(refusal().code()).isEqualTo("key.wrong");
        }

        @Test
        void of_a_newer_version_is_named() {
            doctor(store, wrap -> wrap.put("version", 1).remove("salt"));

            assertThat(refusal())
                    .hasMessage(
                            "'%s' was written in version 1, which this version of holdfast does not know",
                            onlyKey(store));
            assertThat(refusal().code()).isEqualTo("key.newer-version");
        }

        @Test
        void does_not_keep_a_good_one_from_opening() {
            for (var content : List.of("", "{", "{\"version\": 7}")) {
                store.tamper(new ObjectKey("key/00000001/0"), content.getBytes(StandardCharsets.UTF_8));

                assertThat(KeyStore.open(store, REPOSITORY, keyFile).first().secret())
                        .isEqualTo(keys.first().secret());
            }
        }

        @Test
        void may_be_why_a_key_is_wrong_and_is_named_then() {
            store.tamper(new ObjectKey("key/00000001/0"), new byte[0]);
            keyFile = KeyFileKey.generate(folder.resolve("another"), random);

            assertThat(refusal()).hasMessage("wrong key-file for the repository in memory");
            assertThat(refusal().hint())
                    .endsWith("; stored metadata cannot be read: 'key/00000001/0' does not hold what its name says");
        }

        @ParameterizedTest
        @CsvSource({"salt,16", "nonce,12", "wrapped,48"})
        void with_other_bytes_does_not_open(String member, int length) {
            doctor(store, wrap -> wrap.put(member, new byte[length]));

            assertThat(refusal().code()).isEqualTo("key.wrong");
        }

        @ParameterizedTest
        @CsvSource({"salt,0", "salt,15", "nonce,0", "nonce,13", "wrapped,0", "wrapped,32", "wrapped,64"})
        void with_bytes_of_another_length_is_malformed(String member, int length) {
            doctor(store, wrap -> wrap.put(member, new byte[length]));

            assertThat(refusal()).isInstanceOf(MalformedEncodingException.class);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "version",
                    "repository",
                    "epoch",
                    "key",
                    "created",
                    "kind",
                    "label",
                    "salt",
                    "nonce",
                    "wrapped"
                })
        void without_a_member_or_with_none_in_it_is_malformed(String member) {
            doctor(store, wrap -> wrap.putNull(member));
            assertThat(refusal()).isInstanceOf(MalformedEncodingException.class);

            doctor(store, wrap -> wrap.remove(member));
            assertThat(refusal()).isInstanceOf(MalformedEncodingException.class);
        }

        @Test
        void with_settings_for_a_key_file_is_refused() {
            doctor(
                    store,
                    wrap -> wrap.putObject("argon2id")
                            .put("memoryKib", 65536)
                            .put("passes", 3)
                            .put("lanes", 1));

            assertThat(refusal().code()).isEqualTo("key.damaged");
        }

        @Test
        void of_an_unknown_kind_is_not_tried() {
            doctor(store, wrap -> wrap.put("kind", "future-kms"));

            assertThat(refusal()).hasMessage("repository in memory is not opened by a key-file");
            assertThat(refusal().hint()).isEqualTo("it is opened by a future-kms");
        }

        @Test
        void with_a_member_of_a_newer_version_still_opens() {
            doctor(store, wrap -> wrap.put("colour", "red"));

            assertThat(KeyStore.open(store, REPOSITORY, keyFile).first().secret())
                    .isEqualTo(keys.first().secret());
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "null", "{", "[]", "{}", "\"key\"", "\u0000\u0001", "{\"epoch\": \"one\"}"})
        void that_is_no_wrap_at_all_is_malformed(String content) {
            store.tamper(onlyKey(store), content.getBytes(StandardCharsets.UTF_8));

            assertThat(refusal())
                    .isInstanceOf(MalformedEncodingException.class)
                    .hasMessage(
                            "stored metadata cannot be read: '%s' does not hold what its name says", onlyKey(store));
        }

        @Test
        void that_is_huge_is_not_loaded() {
            store.tamper(onlyKey(store), new byte[64 * 1024 + 1]);

            assertThat(refusal()).hasMessageEndingWith("has 65537 bytes");
        }

        private HoldfastException refusal() {
            return catchThrowableOfType(HoldfastException.class, () -> KeyStore.open(store, REPOSITORY, keyFile));
        }
    }

    @Test
    void no_secret_is_printed() {
        var wrap = wrap(keys.first(), keyFile);
        var secret = HexFormat.of().formatHex(keys.first().secret());

        assertThat(keys.first().toString()).isEqualTo("DataKey[epoch=1]");
        assertThat(keys.toString()).doesNotContain(secret);
        assertThat(wrap.toString()).contains("wrapped=Bytes[48]").doesNotContain(secret);
        assertThat(passphrase("swordfish").toString()).doesNotContain("swordfish");
        assertThat(keys.first().forSameness().toString()).doesNotContain(secret);
    }

    @Test
    void an_empty_passphrase_is_refused() {
        var refusal = catchThrowableOfType(KeyException.class, () -> passphrase(""));

        assertThat(refusal).hasMessage("the passphrase is empty");
        assertThat(refusal.hint()).isEqualTo("give the passphrase of the repository");
    }

    private static PassphraseKey passphrase(String text) {
        return new PassphraseKey(Secret.of(text));
    }

    private KeyWrap wrap(DataKey key, KeyEncryptionKey by) {
        try (var derived = new DerivedKey(by)) {
            return KeyWrap.of(key, KeyWrap.Holder.draw(by, "a \u201clabel\u201d", NOW, random), derived, random);
        }
    }

    private void add(KeyWrap wrap, String key) {
        PlainDocuments.create(store, new ObjectKey(key), wrap);
    }

    private List<ObjectKey> names() {
        try (var objects = store.list()) {
            return objects.map(StoredObject::key).toList();
        }
    }

    private static ObjectKey onlyKey(MemoryStore store) {
        try (var objects = store.list()) {
            return objects.findFirst().orElseThrow().key();
        }
    }

    private static void doctor(MemoryStore store, Consumer<ObjectNode> change) {
        var key = onlyKey(store);
        var wrap = (ObjectNode) Json.mapper().readTree(store.content(key));
        change.accept(wrap);
        store.tamper(key, Json.mapper().writeValueAsBytes(wrap));
    }
}
