package io.holdfast.repository.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.MemoryStore;
import io.holdfast.repository.Repository;
import io.holdfast.repository.SeededRandom;
import io.holdfast.repository.copy.CopyProgress;
import io.holdfast.repository.copy.CopyTarget;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoreException;
import io.holdfast.repository.store.StoredObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirrorsTest {

    private static final ObjectKey PACK = ObjectKey.of("backup", "20260115-020000F", "data-00000001");
    private static final ObjectKey WAL = ObjectKey.of(
            "claim", "alpha", "00000001", "00000001", "wal", "00000001", "0000000000000000-0000000000000100");
    private static final ObjectKey MANIFEST = ObjectKey.of("manifest", "20260115-020000F");
    private static final ObjectKey HOLD = ObjectKey.of("hold", "00000001");

    private final List<MemoryStore> stores = List.of(new MemoryStore("0"), new MemoryStore("1"), new MemoryStore("2"));
    private final List<String> failures = new ArrayList<>();

    @TempDir
    private Path folder;

    private KeyFileKey key;

    @BeforeEach
    void one_repository_in_each() {
        key = KeyFileKey.generate(folder.resolve("key"), new SeededRandom(3));
        try (var first = Repository.initialise(
                stores.getFirst(), "shop", key, InstantSource.fixed(Instant.EPOCH), new SeededRandom(4))) {
            stores.stream().skip(1).forEach(store -> CopyTarget.open(first, store, CopyProgress.NONE));
        }
    }

    @AfterEach
    void nothing_is_left_open() {
        assertThat(stores).allMatch(store -> store.leaks() == 0);
    }

    private List<Member> members() {
        return IntStream.range(0, stores.size())
                .mapToObj(number -> new Member("store " + number, () -> stores.get(number)))
                .toList();
    }

    private MirrorsForWriting writing(String policy) {
        return new MirrorsForWriting(
                members(),
                CommitPolicy.of(policy).orElseThrow(),
                (location, why) -> failures.add(location + ": " + why.code()));
    }

    private MirrorsForReading reading() {
        return new MirrorsForReading(members(), (location, why) -> failures.add(location + ": " + why.code()));
    }

    private static void write(ObjectStore store, ObjectKey key, String text) {
        try (var writer = store.create(key)) {
            writer.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            writer.commit();
        }
    }

    private static String read(ObjectStore store, ObjectKey key) {
        try (var reader = store.open(key)) {
            var bytes = new byte[(int) reader.size()];
            reader.read(0, ByteBuffer.wrap(bytes));
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private List<Boolean> have(ObjectKey key) {
        return stores.stream().map(store -> store.find(key).isPresent()).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "all,      000, true",
        "all,      100, false",
        "all,      001, false",
        "primary,  000, true",
        "primary,  011, true",
        "primary,  100, false",
        "any 1,    110, true",
        "any 1,    111, false",
        "any 2,    100, true",
        "any 2,    001, true",
        "any 2,    101, false",
    })
    void an_object_is_stored_when_the_policy_says_so(String policy, String down, boolean isStored) {
        try (var store = writing(policy)) {
            for (int number = 0; number < stores.size(); number++) {
                if (down.charAt(number) == '1') {
                    stores.get(number).failAt(1);
                }
            }

            if (isStored) {
                write(store, WAL, "content");
            } else {
                assertThatThrownBy(() -> write(store, WAL, "content"))
                        .isInstanceOf(StoreException.class)
                        .hasMessage("the store is gone");
            }

            store.awaitQuiet();
            stores.forEach(MemoryStore::mend);
            if (isStored) {
                assertThat(have(WAL))
                        .containsExactlyElementsOf(
                                down.chars().mapToObj(state -> state == '0').toList());
                assertThat(store.takeLacking()).isEqualTo(numbers(down));
                assertThat(store.takeLacking()).isEqualTo(new BitSet());
            }
        }
    }

    private static BitSet numbers(String down) {
        var numbers = new BitSet();
        IntStream.range(0, down.length())
                .filter(number -> down.charAt(number) == '1')
                .forEach(numbers::set);
        return numbers;
    }

    @Test
    void a_store_that_failed_is_left_alone_while_the_policy_does_not_need_it() {
        try (var store = writing("primary")) {
            stores.get(1).failAt(1);
            write(store, PACK, "content");
            store.awaitQuiet();
            stores.get(1).mend();

            write(store, ObjectKey.of("backup", "20260115-020000F", "data-00000002"), "more");

            store.awaitQuiet();
            assertThat(stores.get(1).find(ObjectKey.of("backup", "20260115-020000F", "data-00000002")))
                    .isEmpty();
            assertThat(failures).containsExactly("store 1: store.failed");
        }
        try (var store = writing("all")) {
            stores.get(1).failAt(1);
            assertThatThrownBy(() -> write(store, ObjectKey.of("backup", "b", "data-00000001"), "content"))
                    .isInstanceOf(StoreException.class);
            stores.get(1).mend();

            write(store, ObjectKey.of("backup", "b", "data-00000002"), "content");

            assertThat(have(ObjectKey.of("backup", "b", "data-00000002"))).containsExactly(true, true, true);
        }
    }

    @Test
    void a_pack_is_in_the_leader_whatever_the_policy_says() {
        try (var store = writing("any 1")) {
            for (int number = 1; number <= 50; number++) {
                var pack = ObjectKey.of("backup", "20260115-020000F", "data-%08d".formatted(number));
                write(store, pack, "content");
                assertThat(store.find(pack)).isPresent();
            }
            stores.getFirst().failAt(1);

            assertThatThrownBy(() -> write(store, PACK, "content")).hasMessage("the store is gone");
        }
    }

    @Test
    void a_session_goes_on_with_what_another_store_knows_of_claims_and_keys() {
        var claim = ObjectKey.of("claim", "alpha", "00000001", "claim");
        try (var store = writing("any 1")) {
            write(store, claim, "mine");
            stores.getFirst().failAt(1);

            assertThat(store.find(claim)).isPresent();
            assertThat(store.find(ObjectKey.of("claim", "alpha", "00000002", "claim")))
                    .isEmpty();
            try (var keys = store.list(ObjectKey.of("key"))) {
                assertThat(keys).isNotEmpty();
            }
            assertThatThrownBy(() -> store.find(MANIFEST)).hasMessage("the store is gone");
        }
        stores.getFirst().mend();
        try (var store = writing("primary")) {
            stores.getFirst().failAt(1);
            assertThatThrownBy(() -> store.find(claim)).hasMessage("the store is gone");
        }
    }

    @Test
    void a_manifest_is_created_in_the_leader_alone() {
        try (var store = writing("all")) {
            write(store, MANIFEST, "manifest");
        }

        assertThat(have(MANIFEST)).containsExactly(true, false, false);
    }

    @Test
    void the_first_store_decides_what_others_may_write_too() {
        write(stores.getFirst(), HOLD, "of another");
        try (var store = writing("any 1")) {
            assertThatThrownBy(() -> write(store, HOLD, "mine")).isInstanceOf(ObjectExistsException.class);

            assertThat(have(HOLD)).containsExactly(true, false, false);
        }
    }

    @Test
    void what_the_first_store_has_taken_follows_in_the_others() {
        try (var store = writing("primary")) {
            stores.get(2).failAt(1);

            write(store, HOLD, "mine");

            stores.get(2).mend();
            assertThat(have(HOLD)).containsExactly(true, true, false);
            assertThat(read(stores.get(1), HOLD)).isEqualTo("mine");
            assertThat(store.takeLacking()).isEqualTo(numbers("001"));
        }
    }

    @Test
    void nothing_is_left_of_an_object_without_commit() {
        try (var store = writing("all")) {
            try (var writer = store.create(PACK)) {
                writer.write(ByteBuffer.wrap(new byte[100]));
            }
        }

        assertThat(have(PACK)).containsExactly(false, false, false);
    }

    @Test
    void without_the_first_store_only_a_policy_that_can_do_without_it_goes_on() {
        stores.getFirst().failAt(1);

        assertThatThrownBy(() -> writing("primary").close()).hasMessage("the store is gone");
        assertThatThrownBy(() -> writing("all").close()).hasMessage("the store is gone");
        try (var store = writing("any 2")) {
            assertThat(store.leaderNumber()).isEqualTo(1);
            write(store, PACK, "content");
            write(store, MANIFEST, "manifest");
            assertThatThrownBy(() -> write(store, ObjectKey.of("claim", "alpha", "00000002", "claim"), "mine"))
                    .isInstanceOf(MirrorException.class)
                    .hasMessageContaining("is decided by store 0, which does not answer");
        }

        stores.getFirst().mend();
        assertThat(have(PACK)).containsExactly(false, true, true);
        assertThat(have(MANIFEST)).containsExactly(false, true, false);
    }

    @Test
    void a_folder_that_does_not_hold_the_repository_is_not_written_to() {
        var empty = new MemoryStore();
        var other = new MemoryStore();
        Repository.initialise(other, "shop", key, InstantSource.fixed(Instant.EPOCH), new SeededRandom(5))
                .close();
        var members = List.of(
                new Member("first", () -> stores.getFirst()),
                new Member("empty", () -> empty),
                new Member("other", () -> other));
        try (var store = new MirrorsForWriting(
                members, new CommitPolicy.Primary(), (where, why) -> failures.add(where + ": " + why.code()))) {
            write(store, PACK, "content");
            write(store, HOLD, "hold");
        }

        assertThat(empty.list()).isEmpty();
        assertThat(other.find(PACK)).isEmpty();
        assertThat(other.find(HOLD)).isEmpty();
        assertThat(failures).containsExactly("empty: mirror.not-initialised", "other: mirror.other-repository");
    }

    @Test
    void removes_from_all() {
        try (var store = writing("primary")) {
            write(store, HOLD, "hold");
            store.remove(HOLD);

            assertThat(have(HOLD)).containsExactly(false, false, false);
        }
    }

    @Test
    void says_that_it_cannot_remove_from_one() {
        var keeps = new DelegatingStore(stores.get(1)) {
            @Override
            public void remove(ObjectKey key) {
                throw new StoreException("it keeps what it has", "ask it", ProblemKind.UNAVAILABLE, null);
            }
        };
        var members = List.of(new Member("first", () -> stores.getFirst()), new Member("keeps", () -> keeps));
        try (var store = new MirrorsForWriting(members, new CommitPolicy.Primary(), (_, _) -> {})) {
            write(store, HOLD, "hold");

            assertThatThrownBy(() -> store.remove(HOLD)).hasMessage("it keeps what it has");
        }
    }

    @Test
    void lists_what_is_in_any_store_in_order_and_each_object_once_as_it_was_stored_first() {
        stores.forEach(store -> store.setTime(Instant.ofEpochSecond(100)));
        write(stores.get(0), ObjectKey.of("wal", "a"), "1");
        write(stores.get(1), ObjectKey.of("wal", "b"), "2");
        stores.get(1).setTime(Instant.ofEpochSecond(50));
        write(stores.get(1), ObjectKey.of("wal", "c"), "3");
        write(stores.get(0), ObjectKey.of("wal", "c"), "3");
        write(stores.get(2), ObjectKey.of("wal", "d"), "4");

        try (var store = reading()) {
            try (var found = store.list(ObjectKey.of("wal"))) {
                assertThat(found.map(
                                object -> object.key().name() + object.stored().getEpochSecond()))
                        .containsExactly("a100", "b100", "c50", "d100");
            }
            try (var found = store.list(ObjectKey.of("wal"), ObjectKey.of("wal", "b"))) {
                assertThat(found.map(StoredObject::key))
                        .containsExactly(ObjectKey.of("wal", "c"), ObjectKey.of("wal", "d"));
            }
        }
    }

    @Test
    void a_listing_that_breaks_off_is_gone_on_with_and_never_taken_for_complete() {
        for (int number = 1; number <= 5; number++) {
            write(stores.getFirst(), ObjectKey.of("wal", "a" + number), "1");
        }
        try (var store = new MirrorsForReading(
                List.of(
                        new Member("breaks once", () -> new BreakingStore(stores.getFirst(), 1)),
                        new Member("empty", () -> stores.get(1))),
                (_, _) -> {})) {
            try (var found = store.list(ObjectKey.of("wal"))) {
                assertThat(found).hasSize(5);
            }
        }
        try (var store = new MirrorsForReading(
                List.of(new Member("breaks", () -> new BreakingStore(stores.getFirst(), 9))), (_, _) -> {})) {
            assertThatThrownBy(() -> {
                        try (var found = store.list(ObjectKey.of("wal"))) {
                            found.forEach(_ -> {});
                        }
                    })
                    .hasMessage("it breaks off");
        }
    }

    /** Lists two objects at a time, so many times. */
    private static final class BreakingStore extends DelegatingStore {

        private final AtomicInteger breaks;

        BreakingStore(ObjectStore store, int breaks) {
            super(store);
            this.breaks = new AtomicInteger(breaks);
        }

        @Override
        public Stream<StoredObject> list(ObjectKey folder) {
            return broken(super.list(folder));
        }

        @Override
        public Stream<StoredObject> list(ObjectKey folder, ObjectKey after) {
            return broken(super.list(folder, after));
        }

        private Stream<StoredObject> broken(Stream<StoredObject> objects) {
            if (breaks.getAndDecrement() <= 0) {
                return objects;
            }
            var count = new AtomicInteger();
            return objects.peek(_ -> {
                if (count.incrementAndGet() > 2) {
                    throw new StoreException("it breaks off", "", ProblemKind.UNAVAILABLE, null);
                }
            });
        }
    }

    @Test
    void what_is_in_fewer_stores_than_the_policy_asks_for_does_not_count() {
        write(stores.get(0), ObjectKey.of("wal", "in-one"), "1");
        stores.stream().limit(2).forEach(store -> write(store, ObjectKey.of("wal", "in-two"), "2"));
        stores.forEach(store -> write(store, ObjectKey.of("wal", "in-three"), "3"));
        for (var policy : Map.of(
                        "primary", List.of("in-one", "in-three", "in-two"),
                        "any 2", List.of("in-three", "in-two"),
                        "all", List.of("in-three"))
                .entrySet()) {
            try (var store = writing(policy.getKey());
                    var found = store.counted().list(ObjectKey.of("wal"))) {
                assertThat(found.map(object -> object.key().name())).isEqualTo(policy.getValue());
            }
        }
        stores.get(2).failAt(1);
        try (var store = writing("all");
                var found = store.counted().list(ObjectKey.of("wal"))) {
            assertThat(found).isEmpty();
        }
    }

    @Test
    void a_root_that_is_damaged_in_one_place_is_not_what_the_repository_is() {
        var root = stores.getFirst().content(Repository.ROOT);
        for (var damaged : List.of(new byte[0], "{\"format\":1}".getBytes(StandardCharsets.UTF_8))) {
            stores.getFirst().tamper(Repository.ROOT, damaged);
            failures.clear();
            try (var store = reading();
                    var repository = Repository.open(store, key)) {
                assertThat(repository.name()).isEqualTo("shop");
            }
            assertThat(failures).containsExactly("store 0: mirror.other-repository");
        }
        stores.getFirst().tamper(Repository.ROOT, root);
    }

    @Test
    void reads_from_whichever_answers() {
        write(stores.get(1), PACK, "content");
        write(stores.get(2), PACK, "content");
        stores.get(0).failAt(1);
        stores.get(1).failAt(1);
        try (var store = reading()) {
            assertThat(read(store, PACK)).isEqualTo("content");
            assertThat(store.find(PACK)).isPresent();
            assertThat(store.find(HOLD)).isEmpty();
            assertThatThrownBy(() -> store.open(HOLD)).isInstanceOf(ObjectMissingException.class);
            assertThat(failures).containsExactly("store 0: store.failed", "store 1: store.failed");
            stores.get(2).failAt(1);

            assertThatThrownBy(() -> store.find(PACK)).hasMessage("the store is gone");
            assertThatThrownBy(() -> store.list(PACK).close()).hasMessage("the store is gone");
        }
    }

    @Test
    void goes_on_reading_an_object_in_another_store() {
        write(stores.get(0), PACK, "content");
        write(stores.get(1), PACK, "content");
        try (var store = reading();
                var reader = store.open(PACK)) {
            stores.get(0).failAt(1);
            var bytes = new byte[3];

            reader.read(4, ByteBuffer.wrap(bytes));

            assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo("ent");
            stores.get(1).failAt(1);
            assertThatThrownBy(() -> reader.read(0, ByteBuffer.wrap(bytes))).hasMessage("the store is gone");
        }
    }

    @Test
    void what_a_reader_writes_goes_to_all_that_answer() {
        stores.get(0).failAt(1);
        try (var store = reading()) {
            write(store, HOLD, "hold");

            assertThatThrownBy(() -> write(store, HOLD, "another")).isInstanceOf(ObjectExistsException.class);
        }
        stores.get(0).mend();

        assertThat(have(HOLD)).containsExactly(false, true, true);
    }

    @Test
    void a_damaged_frame_is_read_from_another_store() {
        var pack = sealed();
        var damagedFrame = stores.getFirst().content(PACK);
        damagedFrame[60] ^= 1;
        var damagedHeader = damagedFrame.clone();
        damagedHeader[20] ^= 1;
        var cut = new byte[30];
        stores.get(0).tamper(PACK, damagedFrame);
        assertThat(contentOf(PACK)).isEqualTo(pack);
        stores.get(0).tamper(PACK, damagedHeader);
        assertThat(contentOf(PACK)).isEqualTo(pack);
        stores.get(0).tamper(PACK, cut);
        stores.get(1).tamper(PACK, damagedFrame);
        assertThat(contentOf(PACK)).isEqualTo(pack);
        stores.get(2).tamper(PACK, cut);
        assertThatThrownBy(() -> contentOf(PACK))
                .isInstanceOf(HoldfastException.class)
                .satisfies(problem ->
                        assertThat(((HoldfastException) problem).kind()).isEqualTo(ProblemKind.DAMAGED));
    }

    private String sealed() {
        var text = "the content of a pack ".repeat(200);
        try (var repository = Repository.open(writing("all"), key);
                var writer = repository.objects().create(PACK, ObjectType.PACK)) {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            writer.append(bytes, 0, bytes.length);
            writer.finish(new byte[] {7});
        }
        return text + "7";
    }

    private String contentOf(ObjectKey pack) {
        try (var repository = Repository.open(reading(), key);
                var reader = repository.objects().open(pack, ObjectType.PACK)) {
            var text = new StringBuilder();
            for (var frame : reader.frames()) {
                text.append(new String(reader.read(frame), StandardCharsets.UTF_8));
            }
            return text.append(reader.footer()[0]).toString();
        }
    }

    @Test
    void a_damaged_document_is_read_from_another_store() {
        var document = ObjectKey.of("proof", "20260115-020000F", "1");
        try (var repository = Repository.open(writing("all"), key)) {
            repository.objects().createDocument(document, List.of("a", "b"));
        }
        var damaged = stores.getFirst().content(document);
        damaged[70] ^= 1;
        stores.getFirst().tamper(document, damaged);

        try (var repository = Repository.open(reading(), key)) {
            assertThat(repository.objects().readDocument(document, String[].class))
                    .containsExactly("a", "b");
        }
    }

    @Test
    void policies_are_read_as_they_are_written() {
        assertThat(List.of("all", "primary", "any 1", "any 9"))
                .allSatisfy(
                        text -> assertThat(CommitPolicy.of(text).orElseThrow()).hasToString(text));
        assertThat(List.of("", "any", "any 0", "any 10", "none", "ALL"))
                .allMatch(text -> CommitPolicy.of(text).isEmpty());
    }
}
