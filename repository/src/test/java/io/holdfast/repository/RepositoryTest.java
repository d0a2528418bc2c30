package io.holdfast.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.document.Json;
import io.holdfast.repository.frame.NewerFormatException;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.key.KeyException;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoreException;
import io.holdfast.repository.store.StoredObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class RepositoryTest {

    private static final ObjectKey ROOT = new ObjectKey("repository");
    private static final InstantSource TIME = InstantSource.fixed(Instant.parse("2026-02-28T23:59:58.123456789Z"));

    private final MemoryStore store = new MemoryStore();
    private final SeededRandom random = new SeededRandom(9);

    @TempDir
    private Path folder;

    private KeyFileKey key;

    @BeforeEach
    void make_a_key_file() {
        key = KeyFileKey.generate(folder.resolve("key"), random);
    }

    @AfterEach
    void nothing_is_left_open() {
        assertThat(store.leaks()).isZero();
    }

    @Nested
    class Initialising {

        @Test
        void makes_a_repository_that_opens() {
            assertThat(Repository.existsIn(store)).isFalse();

            var made = initialise("optimal-build");

            assertThat(Repository.existsIn(store)).isTrue();
            var opened = Repository.open(store, key);
            assertThat(opened.name()).isEqualTo("optimal-build");
            assertThat(opened.id()).isEqualTo(made.id());
            assertThat(opened.manifests().ids()).isEmpty();
            assertThat(opened.sameness(1).of(new byte[9], 0, 9))
                    .isEqualTo(made.sameness(1).of(new byte[9], 0, 9));
        }

        @Test
        void writes_the_wrap_and_then_the_root_as_the_format_says() {
            var made = initialise("optimal-build");

            assertThat(names()).hasSize(2).element(0).matches(name -> name.matches("key/00000001/[0-9a-f]{16}"));
            assertThat(names()).element(1).isEqualTo("repository");
            var root = Json.mapper().readTree(store.content(ROOT));
            assertThat(root.propertyNames()).containsExactly("format", "id", "name", "created", "mac");
            assertThat(root.get("format").asInt()).isZero();
            assertThat(root.get("id").asString()).isEqualTo(made.id().toString());
            assertThat(root.get("created").asString()).isEqualTo("2026-02-28T23:59:58.123Z");
            assertThat(root.get("mac").binaryValue()).hasSize(32);
        }

        @Test
        void again_is_refused_and_changes_nothing() {
            initialise("optimal-build");
            var before = names();

            var refusal = catchThrowableOfType(RepositoryException.class, () -> initialise("another"));

            assertThat(refusal).hasMessage("there is already a repository in memory");
            assertThat(refusal.hint())
                    .isEqualTo("use it as it is, or name an empty place: a repository is never overwritten");
            assertThat(refusal.code()).isEqualTo("repository.exists");
            assertThat(refusal.kind()).isEqualTo(ProblemKind.REFUSED);
            assertThat(names()).isEqualTo(before);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", ".hidden", "-x", "a b", "a/b", "caf\u00e9", "a\n", "a'b"})
        void under_a_bad_name_is_refused(String name) {
            var refusal = catchThrowableOfType(RepositoryException.class, () -> initialise(name));

            assertThat(refusal).hasMessage("not a name for a repository: '%s'", name);
            assertThat(refusal.hint())
                    .isEqualTo("use letters, digits, '.', '_' and '-', at most 63, beginning with a letter or digit");
            assertThat(refusal.kind()).isEqualTo(ProblemKind.USAGE);
            assertThat(names()).isEmpty();
        }

        @Test
        void interrupted_anywhere_can_be_done_again() {
            int interruptions = 0;
            while (!initialised(interruptions + 1)) {
                interruptions++;
                store.mend();
                if (Repository.existsIn(store)) {
                    Repository.open(store, key);
                } else {
                    assertThatThrownBy(() -> Repository.open(store, key))
                            .hasMessage("there is no repository in memory");
                    initialise("second");
                    assertThat(Repository.open(store, key).name()).isEqualTo("second");
                }
                names().forEach(name -> store.remove(new ObjectKey(name)));
            }

            assertThat(interruptions).isEqualTo(7);
        }

        @Test
        void leaves_a_wrap_without_a_root_never_a_root_without_a_wrap() {
            for (int n = 1; !initialised(n); n++) {
                store.mend();
                var names = names();
                assertThat(names.size() == 2 || !names.contains("repository")).isTrue();
                names.forEach(name -> store.remove(new ObjectKey(name)));
            }
        }

        @Test
        void again_after_an_interruption_ignores_the_stray_wrap() {
            assertThat(initialised(5)).isFalse();
            store.mend();
            assertThat(names()).singleElement().matches(name -> name.startsWith("key/"));

            var made = initialise("second");

            assertThat(names()).hasSize(3);
            assertThat(Repository.open(store, key).id()).isEqualTo(made.id());
        }

        @Test
        void twice_at_once_makes_one_repository() throws Exception {
            for (int round = 0; round < 50; round++) {
                var store = new MemoryStore();
                var barrier = new CyclicBarrier(2);
                var winners = new ArrayList<Repository>();
                try (var threads = Executors.newFixedThreadPool(2)) {
                    Callable<Repository> task = () -> {
                        barrier.await();
                        return Repository.initialise(store, "twin", key, TIME, random);
                    };
                    for (var result : threads.invokeAll(List.of(task, task))) {
                        try {
                            winners.add(result.get());
                        } catch (ExecutionException e) {
                            assertThat(e.getCause()).hasMessage("there is already a repository in memory");
                        }
                    }
                }
                assertThat(winners)
                        .singleElement()
                        .satisfies(winner -> assertThat(winner.id())
                                .isEqualTo(Repository.open(store, key).id()));
                assertThat(store.leaks()).isZero();
            }
        }

        private boolean initialised(int failAt) {
            try {
                Repository.initialise(store.failAt(failAt), "first", key, TIME, random);
                return true;
            } catch (StoreException _) {
                return false;
            } finally {
                store.mend();
            }
        }
    }

    @Nested
    class Opening {

        @Test
        void nothing_says_so() {
            var refusal = catchThrowableOfType(RepositoryException.class, () -> Repository.open(store, key));

            assertThat(refusal).hasMessage("there is no repository in memory");
            assertThat(refusal.hint()).isEqualTo("check the path, or make one with 'holdfast init'");
            assertThat(refusal.code()).isEqualTo("repository.missing");
        }

        @Test
        void does_not_write() {
            initialise("optimal-build");
            var before = names();

            Repository.open(store, key);

            assertThat(names()).isEqualTo(before);
        }

        @Test
        void with_another_key_is_refused() {
            initialise("optimal-build");
            var another = KeyFileKey.generate(folder.resolve("another"), random);

            assertThatThrownBy(() -> Repository.open(store, another))
                    .isInstanceOf(KeyException.class)
                    .hasMessage("wrong key-file for the repository in memory");
        }

        @Test
        void reads_what_was_written_before_it_was_closed() {
            var document = new ObjectKey("generation/00000001");
            try (var made = initialise("optimal-build")) {
                made.objects().createDocument(document, List.of("one", "two"));
            }

            try (var opened = Repository.open(store, key)) {
                assertThat(opened.objects().readDocument(document, String[].class))
                        .containsExactly("one", "two");
            }
        }

        @Test
        void does_not_read_what_another_repository_wrote_with_the_same_key_file() {
            var document = new ObjectKey("generation/00000001");
            initialise("optimal-build").objects().createDocument(document, List.of());
            var elsewhere = new MemoryStore();
            var other = Repository.initialise(elsewhere, "optimal-build", key, TIME, random);
            elsewhere.tamper(document, store.content(document));

            assertThatThrownBy(() ->
                            other.objects().open(document, ObjectType.DOCUMENT).footer())
                    .hasMessageStartingWith("object 'generation/00000001' is damaged: frame 1");
        }
    }

    @Nested
    class A_root_that_was_changed {

        @BeforeEach
        void initialise_it() {
            initialise("optimal-build");
        }

        @Test
        void in_its_name_is_noticed() {
            change(root -> root.put("name", "evil-build"));

            rootChanged();
        }

        @Test
        void in_its_time_is_noticed() {
            change(root -> root.put("created", "2026-02-28T23:59:58.124Z"));

            rootChanged();
        }

        @Test
        void in_its_mac_is_noticed() {
            change(root -> root.put("mac", new byte[32]));
            rootChanged();

            change(root -> root.put("mac", new byte[0]));
            rootChanged();
        }

        @Test
        void to_another_id_has_no_wraps() {
            change(root -> root.put("id", "00000000-0000-0007-0000-000000000007"));

            var refusal = refusal();

            assertThat(refusal)
                    .hasMessage("no key wrap in memory belongs to repository 00000000-0000-0007-0000-000000000007");
            assertThat(refusal.hint())
                    .isEqualTo(
                            "restore 'repository' and what is beneath 'key/' from a copy of the repository; without them nothing can be read");
            assertThat(refusal.code()).isEqualTo("key.damaged");
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 2, -1, Integer.MAX_VALUE, 1L << 32})
        void to_another_format_is_not_read(long format) {
            change(root -> root.put("format", format).remove("mac"));

            var refusal = refusal();

            assertThat(refusal)
                    .isInstanceOf(NewerFormatException.class)
                    .hasMessage("the repository in memory has format %d, this holdfast reads up to 0", format);
            assertThat(refusal.code()).isEqualTo("repository.newer-format");
        }

        @ParameterizedTest
        @ValueSource(strings = {"format", "id", "name", "created", "mac"})
        void by_taking_a_member_is_malformed(String member) {
            change(root -> root.remove(member));
            malformed();

            change(root -> root.putNull(member));
            malformed();
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "null", "[]", "{", "\"root\"", "{\"format\":\"zero\"}", "\u0000"})
        void to_something_else_is_malformed(String content) {
            store.tamper(ROOT, content.getBytes(StandardCharsets.UTF_8));

            malformed();
        }

        @Test
        void by_adding_a_member_still_opens() {
            change(root -> root.put("colour", "red"));

            assertThat(Repository.open(store, key).name()).isEqualTo("optimal-build");
        }

        private void rootChanged() {
            var refusal = refusal();
            assertThat(refusal).hasMessage("the root of the repository in memory was changed after it was made");
            assertThat(refusal.hint())
                    .isEqualTo(
                            "somebody altered the object 'repository': restore it from a copy, and find out who may write there");
            assertThat(refusal.code()).isEqualTo("repository.root-changed");
            assertThat(refusal.kind()).isEqualTo(ProblemKind.DAMAGED);
        }

        private void malformed() {
            assertThat(refusal())
                    .isInstanceOf(MalformedEncodingException.class)
                    .hasMessage("stored metadata cannot be read: 'repository' does not hold what its name says");
        }

        private HoldfastException refusal() {
            return catchThrowableOfType(HoldfastException.class, () -> Repository.open(store, key));
        }

        private void change(Consumer<ObjectNode> change) {
            var root = (ObjectNode) Json.mapper().readTree(store.content(ROOT));
            change.accept(root);
            store.tamper(ROOT, Json.mapper().writeValueAsBytes(root));
        }
    }

    private Repository initialise(String name) {
        return Repository.initialise(store, name, key, TIME, random);
    }

    private List<String> names() {
        try (var objects = store.list()) {
            return objects.map(StoredObject::key).map(ObjectKey::text).toList();
        }
    }
}
