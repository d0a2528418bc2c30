package io.holdfast.repository.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.MemoryStore;
import io.holdfast.repository.Repository;
import io.holdfast.repository.SeededRandom;
import io.holdfast.repository.binary.Bytes;
import io.holdfast.repository.key.KeyChanges.NewKey;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A key that a service keeps, one in memory here; the testkit has the same with a server. */
class KmsKeyTest {

    private static final InstantSource TIME = InstantSource.fixed(Instant.parse("2026-02-28T23:59:58.123Z"));
    private static final String ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    private MemoryStore store = new MemoryStore();
    private final SecureRandom random = new SeededRandom(21);
    private final MemoryService service = new MemoryService();
    private final KmsKey key = new KmsKey(service);

    /** Remembers what each ciphertext stands for, and every secret that it handed out. */
    private static final class MemoryService implements KeyService {

        private record Entry(Map<String, String> context, Bytes secret) {}

        private final Map<Bytes, Entry> entries = new HashMap<>();
        private final List<byte[]> handedOut = new ArrayList<>();
        private final List<Map<String, String>> asked = new ArrayList<>();
        private int failAfter = Integer.MAX_VALUE;
        private boolean encryptsOnly;

        @Override
        public KmsSecret issue(Map<String, String> context) {
            var secret = new byte[32];
            new SecureRandom().nextBytes(secret);
            var ciphertext =
                    Bytes.of(ByteBuffer.allocate(4).putInt(entries.size()).array());
            entries.put(ciphertext, new Entry(context, Bytes.of(secret)));
            return new KmsSecret(ARN, ciphertext);
        }

        @Override
        public Optional<byte[]> recover(Bytes ciphertext, Map<String, String> context) {
            if (asked.size() >= failAfter) {
                throw new StoreException("the service is away", "try again", ProblemKind.UNAVAILABLE, null);
            }
            asked.add(context);
            var found = Optional.ofNullable(entries.get(ciphertext))
                    .filter(entry -> entry.context().equals(context) && !encryptsOnly)
                    .map(entry -> entry.secret().toArray());
            found.ifPresent(handedOut::add);
            return found;
        }

        @Override
        public String name() {
            return "alias/shop";
        }
    }

    private Repository make() {
        return Repository.initialise(store, "shop", key, TIME, random);
    }

    private KeyChanges changes() {
        return Repository.open(store, key).keyChanges(TIME, random);
    }

    @Test
    void is_bound_to_the_repository_the_epoch_and_the_version_of_the_wrap() {
        var id = make().id();
        changes().replace(List.of(new NewKey(key, "")));

        assertThat(service.entries.values())
                .extracting(MemoryService.Entry::context)
                .containsExactlyInAnyOrder(
                        Map.of("holdfast-repository", id.toString(), "holdfast-epoch", "1", "holdfast-wrap", "0"),
                        Map.of("holdfast-repository", id.toString(), "holdfast-epoch", "2", "holdfast-wrap", "0"));
        assertThat(Repository.open(store, key).writeObstacle()).isEmpty();
    }

    @Test
    void leaves_none_of_the_secrets_in_memory_that_it_was_given() {
        make();
        changes().replace(List.of(new NewKey(key, "")));
        Repository.open(store, key);

        assertThat(service.handedOut)
                .hasSizeGreaterThan(3)
                .allSatisfy(secret -> assertThat(secret).containsOnly(0));
    }

    @Test
    void asks_once_for_each_epoch_that_is_opened() {
        make();
        changes().replace(List.of(new NewKey(key, "")));
        changes().add(new NewKey(RecoveryKey.draw(random), "safe"));
        service.asked.clear();

        Repository.open(store, key);

        assertThat(service.asked).hasSize(2);
    }

    /** Otherwise a key that opens everything would look like one that was replaced. */
    @Test
    void opens_nothing_if_the_service_fails_at_any_epoch() {
        make();
        changes().replace(List.of(new NewKey(key, "")));
        for (var answers = 0; answers < 2; answers++) {
            service.asked.clear();
            service.failAfter = answers;

            assertThatThrownBy(() -> Repository.open(store, key)).hasMessage("the service is away");
        }
        service.failAfter = Integer.MAX_VALUE;
        assertThat(Repository.open(store, key).writeObstacle()).isEmpty();
    }

    @Test
    void makes_no_repository_that_it_cannot_open_again() {
        service.encryptsOnly = true;

        assertThatThrownBy(this::make).hasMessage("the new aws-kms does not open what it was just added to");
        assertThat(store.list(ObjectKey.of("key"))).isEmpty();
    }

    @Test
    void goes_over_to_a_new_epoch_in_a_process_that_runs() {
        try (var running = make()) {
            changes().replace(List.of(new NewKey(key, "")));

            running.refreshKeys();

            assertThat(running.samenessEpoch()).isEqualTo(2);
        }
    }

    @Test
    void is_not_given_a_place_that_it_has() {
        make();

        assertThatThrownBy(() -> changes().rotate(new NewKey(key, ""), false))
                .hasMessage("the new key is the one that opens the repository now");
        assertThat(changes().inventory().working())
                .singleElement()
                .satisfies(entry -> assertThat(entry.kmsKey()).contains(ARN));
    }

    @Test
    void of_another_name_says_which_one_the_wraps_name() {
        make();
        service.entries.clear();

        var refusal = catchThrowableOfType(HoldfastException.class, () -> Repository.open(store, key));

        assertThat(refusal).hasMessage("wrong aws-kms for the repository in memory");
        assertThat(refusal.hint())
                .isEqualTo(
                        "check that 'alias/shop' is the KMS key of this repository, and that its wraps are not copied"
                                + " from another: they name " + ARN);
        assertThat(key).hasToString("KmsKey[alias/shop]");
    }

    @Test
    void is_named_in_a_wrap_by_nobody_without_it() {
        make();
        var name = StoredKeys.names(store).iterator().next();
        var wrap = new String(store.content(name), StandardCharsets.UTF_8);
        store.tamper(name, wrap.replace("eu-central-1", "eu-central-2").getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> Repository.open(store, key)).hasMessageStartingWith("wrong aws-kms for");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "arn\n"})
    void is_named_in_a_wrap_by_something_that_can_be_shown(String name) {
        assertThatThrownBy(() -> new KmsSecret(name, Bytes.of(new byte[1])))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void has_a_ciphertext_of_a_size_that_the_service_takes() {
        assertThat(new KmsSecret(ARN, Bytes.of(new byte[6144])).ciphertext().length())
                .isEqualTo(6144);
        assertThatThrownBy(() -> new KmsSecret(ARN, Bytes.of(new byte[6145])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new KmsSecret(ARN, Bytes.of(new byte[0])))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Killed between any two operations on the store, or left by the service at any question. */
    @ParameterizedTest
    @EnumSource
    void a_change_that_is_cut_off_anywhere_shuts_nobody_out_and_can_be_made_again(Change change) {
        var sheet = RecoveryKey.draw(random);
        make();
        changes().replace(List.of(new NewKey(key, "")));
        var by = change == Change.SHEET_TO_SERVICE ? sheet : key;
        var successor = change == Change.SERVICE_TO_SHEET ? sheet : key;
        if (by == sheet) {
            changes().rotate(new NewKey(sheet, ""), true);
        }
        var initial = new HashMap<ObjectKey, byte[]>();
        try (var objects = store.list()) {
            objects.forEach(object -> initial.put(object.key(), store.content(object.key())));
        }
        int cutOff = 0;
        for (int n = 1; cutOff == n - 1; n++) {
            for (boolean byService : new boolean[] {false, true}) {
                store = new MemoryStore();
                initial.forEach(store::tamper);
                var changes = Repository.open(store, by).keyChanges(TIME, random);
                service.asked.clear();
                service.failAfter = byService ? n - 1 : Integer.MAX_VALUE;
                store.failAt(byService ? Integer.MAX_VALUE : n);
                try {
                    change.make(changes, successor);
                } catch (StoreException _) {
                    cutOff = n;
                }
                service.failAfter = Integer.MAX_VALUE;
                store.mend();
                assertThat(opens(by) || opens(successor))
                        .as("after %d".formatted(n))
                        .isTrue();
                try {
                    change.make(Repository.open(store, by).keyChanges(TIME, random), successor);
                } catch (KeyException _) {
                    // It was made, but for its answer.
                }
                assertThat(opens(successor)).as("again after %d".formatted(n)).isTrue();
            }
        }
        assertThat(cutOff).isGreaterThan(8);
    }

    enum Change {
        SERVICE_TO_SHEET,
        SHEET_TO_SERVICE,
        SERVICE_BY_ITSELF;

        void make(KeyChanges changes, KeyEncryptionKey successor) {
            switch (this) {
                case SERVICE_TO_SHEET, SHEET_TO_SERVICE -> changes.rotate(new NewKey(successor, ""), true);
                case SERVICE_BY_ITSELF -> changes.replace(List.of(new NewKey(successor, "")));
            }
        }
    }

    /** All of it, for writing. */
    private boolean opens(KeyEncryptionKey by) {
        try (var opened = Repository.open(store, by)) {
            return opened.writeObstacle().isEmpty();
        } catch (KeyException _) {
            return false;
        }
    }
}
