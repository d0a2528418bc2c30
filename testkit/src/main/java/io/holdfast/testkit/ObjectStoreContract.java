package io.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.repository.store.Capability;
import io.holdfast.repository.store.ObjectExistsException;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoreException;
import io.holdfast.repository.store.StoredObject;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ObjectStore} does. A store's test extends this and says how an empty store is opened; where the store
 * differs, it overrides the test and gives the reason.
 */
public abstract class ObjectStoreContract {

    /** File times are those of the kernel's last tick, which is a little behind the clock. */
    private static final Duration TICK = Duration.ofMillis(100);

    private static final int RACERS = 16;

    private ObjectStore store;

    /** Opens an empty store for writing. */
    protected abstract ObjectStore openEmptyStore();

    protected final ObjectStore store() {
        return store;
    }

    @BeforeEach
    protected void openStore() {
        store = openEmptyStore();
    }

    @AfterEach
    protected void closeStore() {
        store.close();
    }

    @Test
    protected void an_object_is_not_visible_before_its_commit() {
        var key = ObjectKey.of("wal", "000000010000000000000001");

        try (var writer = store.create(key)) {
            writer.write(ByteBuffer.wrap(new byte[70_000]));

            assertThat(store.find(key)).isEmpty();
            assertThat(keys()).isEmpty();
            assertThatThrownBy(() -> store.open(key)).isInstanceOf(ObjectMissingException.class);
        }
    }

    @Test
    protected void a_committed_object_is_visible_before_its_writer_is_closed() {
        var key = ObjectKey.of("manifest", "20260115-020000F");

        try (var writer = store.create(key)) {
            writer.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            writer.commit();

            assertThat(StoredObjects.content(store, key)).containsExactly(1, 2, 3);
            assertThat(keys()).containsExactly(key.text());
        }
        assertThat(StoredObjects.content(store, key)).containsExactly(1, 2, 3);
    }

    @Test
    protected void a_committed_object_has_its_size_and_time() {
        var key = ObjectKey.of("manifest", "20260115-020000F");
        var before = store.now();

        StoredObjects.put(store, key, new byte[1234]);

        var found = store.find(key).orElseThrow();
        assertThat(found.key()).isEqualTo(key);
        assertThat(found.size()).isEqualTo(1234);
        assertThat(found.stored()).isBetween(before.minus(TICK), store.now().plus(TICK));
        try (var listed = store.list()) {
            assertThat(listed).containsExactly(found);
        }
    }

    @Test
    protected void closing_without_commit_leaves_nothing_behind() {
        var key = ObjectKey.of("pack", "p1");

        try (var writer = store.create(key)) {
            writer.write(ByteBuffer.wrap(new byte[100]));
        }

        assertThat(store.find(key)).isEmpty();
        assertThat(keys()).isEmpty();
        StoredObjects.put(store, key, new byte[] {7});
        assertThat(StoredObjects.content(store, key)).containsExactly(7);
    }

    @Test
    protected void a_writer_that_has_committed_takes_nothing_more() {
        try (var writer = store.create(ObjectKey.of("pack", "p1"))) {
            writer.commit();

            assertThatIllegalStateException().isThrownBy(() -> writer.write(ByteBuffer.allocate(1)));
            assertThatIllegalStateException().isThrownBy(writer::commit);
        }
    }

    @Test
    protected void a_closed_writer_takes_nothing_more() {
        var writer = store.create(ObjectKey.of("pack", "p1"));
        writer.close();

        assertThatIllegalStateException().isThrownBy(() -> writer.write(ByteBuffer.allocate(1)));
        assertThatIllegalStateException().isThrownBy(writer::commit);
        writer.close();
    }

    @Test
    protected void an_existing_object_is_never_overwritten() {
        var key = ObjectKey.of("claim", "primary", "1");
        StoredObjects.put(store, key, new byte[] {1});

        var refusal = catchThrowableOfType(
                ObjectExistsException.class, () -> StoredObjects.put(store, key, new byte[] {2, 2}));

        assertThat(refusal).hasMessage("object 'claim/primary/1' already exists in " + store.location());
        assertThat(refusal.code()).isEqualTo("store.object-exists");
        assertThat(StoredObjects.content(store, key)).containsExactly(1);
    }

    @Test
    protected void an_object_that_appears_while_another_is_written_is_not_overwritten() {
        var key = ObjectKey.of("claim", "primary", "1");

        try (var late = store.create(key)) {
            late.write(ByteBuffer.wrap(new byte[] {2, 2}));
            StoredObjects.put(store, key, new byte[] {1});

            assertThatThrownBy(late::commit).isInstanceOf(ObjectExistsException.class);
        }
        assertThat(StoredObjects.content(store, key)).containsExactly(1);
    }

    /** How often something is tried that is tried {@code usual} times where operations cost nothing. */
    protected int effort(int usual) {
        return usual;
    }

    @Test
    protected void of_many_racing_creators_exactly_one_wins() throws Exception {
        assertThat(store.capabilities()).contains(Capability.CONDITIONAL_CREATE);
        for (var round = 0; round < effort(10); round++) {
            var key = ObjectKey.of("claim", "primary", String.valueOf(round));

            var winners = raceFor(key).stream().filter(racer -> racer >= 0).toList();

            assertThat(winners).hasSize(1);
            assertThat(StoredObjects.content(store, key)).isEqualTo(contentOf(winners.getFirst()));
        }
    }

    @Test
    protected void many_writers_may_begin_a_folder_at_once() throws Exception {
        race(racer -> {
            StoredObjects.put(store, ObjectKey.of("pack", "new", "folder", "p" + racer), contentOf(racer));
            return racer;
        });

        for (var racer = 0; racer < RACERS; racer++) {
            assertThat(StoredObjects.content(store, ObjectKey.of("pack", "new", "folder", "p" + racer)))
                    .isEqualTo(contentOf(racer));
        }
        assertThat(keys()).hasSize(RACERS);
    }

    @Test
    protected void a_large_object_written_in_uneven_pieces_is_whole() {
        var random = new Random(20260115);
        var bytes = new byte[9 * 1024 * 1024 + 17];
        random.nextBytes(bytes);
        var key = ObjectKey.of("pack", "large");

        try (var writer = store.create(key)) {
            var rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                var piece = rest.slice().limit(Math.min(rest.remaining(), random.nextInt(300_000)));
                rest.position(rest.position() + piece.remaining());
                writer.write(direct(piece, random.nextBoolean()));
            }
            writer.commit();
        }

        assertThat(StoredObjects.content(store, key)).isEqualTo(bytes);
    }

    @Test
    protected void writing_takes_all_that_remains_of_a_buffer_and_no_more() {
        var key = ObjectKey.of("pack", "p1");
        var buffer = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}).position(1).limit(4);

        try (var writer = store.create(key)) {
            writer.write(buffer);
            writer.commit();
        }

        assertThat(buffer.hasRemaining()).isFalse();
        assertThat(StoredObjects.content(store, key)).containsExactly(2, 3, 4);
    }

    @Test
    protected void an_object_may_be_empty() {
        var key = ObjectKey.of("marker", "empty");

        StoredObjects.put(store, key, new byte[0]);

        assertThat(store.find(key).orElseThrow().size()).isZero();
        try (var reader = store.open(key)) {
            assertThat(reader.key()).isEqualTo(key);
            assertThat(reader.size()).isZero();
            reader.read(0, ByteBuffer.allocate(0));
        }
    }

    @Test
    protected void many_threads_read_one_object_at_any_position() throws Exception {
        var bytes = new byte[1_000_003];
        new Random(4711).nextBytes(bytes);
        var key = ObjectKey.of("pack", "p1");
        StoredObjects.put(store, key, bytes);

        try (var reader = store.open(key)) {
            race(racer -> {
                var random = new Random(racer);
                for (var i = 0; i < 100; i++) {
                    var offset = random.nextInt(bytes.length);
                    var target = ByteBuffer.allocate(random.nextInt(bytes.length - offset + 1));
                    reader.read(offset, target);
                    assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(bytes, offset, target.limit()));
                }
                return racer;
            });
        }
    }

    @Test
    protected void reading_past_the_end_fails() {
        var key = ObjectKey.of("pack", "p1");
        StoredObjects.put(store, key, new byte[10]);

        try (var reader = store.open(key)) {
            reader.read(4, ByteBuffer.allocate(6));

            assertThatThrownBy(() -> reader.read(4, ByteBuffer.allocate(7)))
                    .isInstanceOf(StoreException.class)
                    .hasMessage("object 'pack/p1' has 10 bytes, 11 are needed");
            assertThatThrownBy(() -> reader.read(1000, ByteBuffer.allocate(1))).isInstanceOf(StoreException.class);
        }
    }

    @Test
    protected void a_missing_object_is_a_value_when_looked_for_and_an_error_when_opened() {
        var key = ObjectKey.of("pack", "none");
        StoredObjects.put(store, ObjectKey.of("pack", "none-such"), new byte[1]);

        var error = catchThrowableOfType(ObjectMissingException.class, () -> store.open(key));

        assertThat(error).hasMessage("object 'pack/none' is missing in " + store.location());
        assertThat(error.key()).isEqualTo(key);
        assertThat(store.find(key)).isEmpty();
    }

    @Test
    protected void a_prefix_of_a_key_and_what_would_lie_beneath_an_object_are_no_objects() {
        StoredObjects.put(store, ObjectKey.of("a", "b", "c"), new byte[1]);

        assertThat(store.find(ObjectKey.of("a"))).isEmpty();
        assertThat(store.find(ObjectKey.of("a", "b"))).isEmpty();
        assertThat(store.find(ObjectKey.of("a", "b", "c", "d"))).isEmpty();
        assertThatThrownBy(() -> store.open(ObjectKey.of("a", "b"))).isInstanceOf(ObjectMissingException.class);
        assertThatThrownBy(() -> store.open(ObjectKey.of("a", "b", "c", "d")))
                .isInstanceOf(ObjectMissingException.class);
    }

    @Test
    protected void a_listing_is_in_the_order_of_whole_keys() {
        var texts = List.of(
                "a/b", "a-b", "a.b", "a0", "a_b", "aB/x", "aB-/x", "aB.x", "a/b-c/d", "a/b0", "B", "b/9/z", "b/10", "-",
                "_x/y", "a/z/z/z", "b-/x", "Z/-", "Z/--/x", "Z/0/x", "Z/00");
        texts.forEach(text -> StoredObjects.put(store, new ObjectKey(text), new byte[1]));

        assertThat(keys()).isEqualTo(texts.stream().sorted().toList());
    }

    @Test
    protected void a_listing_of_random_keys_is_complete_and_ordered() {
        var random = new Random(90125);
        var expected = IntStream.range(0, 120)
                .mapToObj(_ -> randomText(random) + "/" + randomText(random) + "/f" + randomText(random))
                .distinct()
                .sorted()
                .toList();

        expected.forEach(text -> StoredObjects.put(store, new ObjectKey(text), new byte[0]));

        assertThat(keys()).isEqualTo(expected);
    }

    @Test
    protected void a_listing_after_a_key_is_the_rest_of_the_whole_listing() {
        var random = new Random(7919);
        var all = IntStream.range(0, effort(60))
                .mapToObj(_ -> "a/" + randomText(random) + "/f" + randomText(random))
                .distinct()
                .sorted()
                .toList();
        all.forEach(text -> StoredObjects.put(store, new ObjectKey(text), new byte[0]));
        StoredObjects.put(store, ObjectKey.of("b"), new byte[0]);
        var folder = ObjectKey.of("a");

        var places = new ArrayList<>(all);
        places.addAll(List.of("-", "a", "a/-", "a/f", "a/z", "a/0/f", "a-/z", "b"));
        all.stream().map(text -> text.substring(0, text.lastIndexOf('/'))).forEach(places::add);
        all.stream().map(text -> text + "/z").forEach(places::add);
        for (var place : places) {
            try (var listing = store.list(folder, new ObjectKey(place))) {
                assertThat(listing.map(object -> object.key().text()))
                        .describedAs("after %s", place)
                        .isEqualTo(all.stream()
                                .filter(text -> text.compareTo(place) > 0)
                                .toList());
            }
        }
    }

    @Test
    protected void a_listing_of_a_folder_holds_all_depths_of_it_and_no_neighbour() {
        for (var text : List.of("a/1", "a/2/3/4", "a-/1", "ab/1", "a0", "A/1", "b/a/1")) {
            StoredObjects.put(store, new ObjectKey(text), new byte[1]);
        }

        assertThat(keys(ObjectKey.of("a"))).containsExactly("a/1", "a/2/3/4");
        assertThat(keys(ObjectKey.of("a", "2"))).containsExactly("a/2/3/4");
        assertThat(keys(ObjectKey.of("ab"))).containsExactly("ab/1");
        assertThat(keys(ObjectKey.of("a0"))).isEmpty();
        assertThat(keys(ObjectKey.of("none", "such"))).isEmpty();
        assertThat(keys(ObjectKey.of("a0", "such"))).isEmpty();
    }

    @Test
    protected void a_listing_bears_objects_that_are_created_while_it_is_read() {
        IntStream.range(0, 50)
                .forEach(i -> StoredObjects.put(store, ObjectKey.of("wal", "f" + i % 7, "w" + i), new byte[1]));
        var before = keys();

        var seen = new ArrayList<String>();
        try (var listing = store.list()) {
            var objects = listing.iterator();
            while (objects.hasNext()) {
                seen.add(objects.next().key().text());
                StoredObjects.put(store, ObjectKey.of("new", "n" + seen.size()), new byte[1]);
                StoredObjects.put(store, ObjectKey.of("wal", "f9", "n" + seen.size()), new byte[1]);
                if (seen.size() > 500) {
                    break;
                }
            }
        }

        assertThat(seen).containsAll(before).isSorted().doesNotHaveDuplicates();
    }

    @Test
    protected void every_character_of_a_key_and_long_segments_survive() {
        var key = ObjectKey.of(
                "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                "abcdefghijklmnopqrstuvwxyz",
                "_0123456789.-_",
                "-",
                "x".repeat(128),
                "a..b.");

        StoredObjects.put(store, key, new byte[] {42});

        assertThat(StoredObjects.content(store, key)).containsExactly(42);
        assertThat(keys()).containsExactly(key.text());
    }

    @Test
    protected void keys_that_differ_in_case_only_are_different() {
        StoredObjects.put(store, ObjectKey.of("pack", "p"), new byte[] {1});
        StoredObjects.put(store, ObjectKey.of("pack", "P"), new byte[] {2});

        assertThat(StoredObjects.content(store, ObjectKey.of("pack", "p"))).containsExactly(1);
        assertThat(StoredObjects.content(store, ObjectKey.of("pack", "P"))).containsExactly(2);
    }

    @Test
    protected void a_removed_object_is_gone_and_its_neighbours_are_not() {
        for (var text : List.of("a/b", "a/b-c", "a/bc", "a-b")) {
            StoredObjects.put(store, new ObjectKey(text), new byte[1]);
        }

        store.remove(ObjectKey.of("a", "b"));

        assertThat(store.find(ObjectKey.of("a", "b"))).isEmpty();
        assertThatThrownBy(() -> store.open(ObjectKey.of("a", "b"))).isInstanceOf(ObjectMissingException.class);
        assertThat(keys()).containsExactly("a-b", "a/b-c", "a/bc");
    }

    @Test
    protected void a_removal_may_be_repeated_and_what_is_no_object_stays() {
        StoredObjects.put(store, ObjectKey.of("a", "b", "c"), new byte[1]);

        store.remove(ObjectKey.of("a", "none"));
        store.remove(ObjectKey.of("none", "such"));
        store.remove(ObjectKey.of("a", "b"));
        store.remove(ObjectKey.of("a", "b", "c", "d"));
        assertThat(keys()).containsExactly("a/b/c");

        store.remove(ObjectKey.of("a", "b", "c"));
        store.remove(ObjectKey.of("a", "b", "c"));
        assertThat(keys()).isEmpty();
    }

    @Test
    protected void the_name_of_a_removed_object_may_be_given_again() {
        var key = ObjectKey.of("check", "1");
        StoredObjects.put(store, key, new byte[] {1});

        store.remove(key);
        StoredObjects.put(store, key, new byte[] {2});

        assertThat(StoredObjects.content(store, key)).containsExactly(2);
    }

    /** The texts of all keys, in the order of the listing. */
    protected final List<String> keys() {
        try (var listing = store.list()) {
            return listing.map(StoredObject::key).map(ObjectKey::text).toList();
        }
    }

    private List<String> keys(ObjectKey folder) {
        try (var listing = store.list(folder)) {
            return listing.map(StoredObject::key).map(ObjectKey::text).toList();
        }
    }

    /** Each racer's number if it won, else -1. */
    private List<Integer> raceFor(ObjectKey key) throws Exception {
        return race(racer -> {
            try {
                StoredObjects.put(store, key, contentOf(racer));
                return racer;
            } catch (ObjectExistsException e) {
                return -1;
            }
        });
    }

    private interface Racer {
        int run(int number) throws Exception;
    }

    private static List<Integer> race(Racer racer) throws InterruptedException, ExecutionException {
        var start = new CyclicBarrier(RACERS);
        var results = new ArrayList<Integer>();
        try (var threads = Executors.newFixedThreadPool(RACERS)) {
            var racers = IntStream.range(0, RACERS)
                    .mapToObj(number -> (Callable<Integer>) () -> {
                        start.await();
                        return racer.run(number);
                    })
                    .toList();
            for (var result : threads.invokeAll(racers)) {
                results.add(result.get());
            }
        }
        return results;
    }

    private static byte[] contentOf(int racer) {
        var bytes = new byte[10_000 + racer];
        new Random(racer).nextBytes(bytes);
        return bytes;
    }

    private static ByteBuffer direct(ByteBuffer bytes, boolean yes) {
        return yes ? ByteBuffer.allocateDirect(bytes.remaining()).put(bytes).flip() : bytes;
    }

    private static String randomText(Random random) {
        var alphabet = "-._aA0z9";
        var text = new StringBuilder();
        do {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        } while (random.nextInt(3) > 0);
        return text.charAt(0) == '.' ? "d" + text : text.toString();
    }
}
