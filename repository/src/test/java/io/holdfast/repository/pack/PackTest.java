package io.holdfast.repository.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.MemoryStore;
import io.holdfast.repository.SeededRandom;
import io.holdfast.repository.binary.BinaryReader;
import io.holdfast.repository.frame.DamagedObjectException;
import io.holdfast.repository.frame.FrameLocation;
import io.holdfast.repository.frame.ObjectType;
import io.holdfast.repository.frame.SealedObjects;
import io.holdfast.repository.key.TestKeys;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.StoreException;
import io.holdfast.repository.store.StoredObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackTest {

    private static final BackupId BACKUP = new BackupId("20260228-235958F");

    private final MemoryStore store = new MemoryStore();
    private final SealedObjects objects = new SealedObjects(store, () -> TestKeys.ring(1), new SeededRandom(1));
    private final AtomicInteger number = new AtomicInteger();

    private PackId name() {
        return new PackId(BACKUP, PackId.Kind.DATA, number.incrementAndGet());
    }

    @AfterEach
    void nothing_is_left_open() {
        assertThat(store.leaks()).isZero();
    }

    @Test
    void references_are_good_after_finish() {
        Map<FrameReference, byte[]> written = new HashMap<>();
        try (var writer = new PackWriter(objects, this::name, 10_000)) {
            append(writer, written, 1, 100);
            writer.finish();
        }

        assertThat(written).hasSize(100);
        assertReadable(written);
    }

    @Test
    void a_pack_is_closed_at_its_limit_and_no_frame_is_split() {
        Map<FrameReference, byte[]> written = new HashMap<>();
        try (var writer = new PackWriter(objects, this::name, 10_000)) {
            append(writer, written, 1, 100);
            writer.finish();

            assertThat(number.get()).isGreaterThan(5);
            assertThat(writer.storedBytes())
                    .isEqualTo(sizes().stream().mapToLong(Long::longValue).sum());
        }
        assertThat(sizes().subList(0, sizes().size() - 1)).allMatch(size -> size >= 10_000 && size < 10_000 + 2_200);
        assertReadable(written);
    }

    @Test
    void a_pack_of_the_product_is_closed_at_64_mebibytes() {
        var frame = new byte[1024 * 1024];
        new Random(1).nextBytes(frame);
        try (var writer = new PackWriter(objects, this::name)) {
            for (int i = 0; i < 70; i++) {
                writer.append(frame, 0, frame.length);
            }
            writer.finish();
        }

        assertThat(sizes()).hasSize(2);
        assertThat(sizes().getFirst()).isBetween(PackWriter.FULL, PackWriter.FULL + 1024 * 1024 + 100);
    }

    @Test
    void the_footer_counts_frames_and_bytes() {
        Map<FrameReference, byte[]> written = new HashMap<>();
        try (var writer = new PackWriter(objects, this::name)) {
            append(writer, written, 1, 7);
            writer.finish();
        }

        try (var reader = objects.open(new PackId(BACKUP, PackId.Kind.DATA, 1).key(), ObjectType.PACK)) {
            var footer = new BinaryReader(reader.footer());
            assertThat(footer.varint()).isEqualTo(7);
            assertThat(footer.varint())
                    .isEqualTo(written.values().stream()
                            .mapToLong(content -> content.length)
                            .sum());
            footer.requireEnd();
        }
    }

    @Test
    void an_unfinished_pack_leaves_nothing() {
        try (var writer = new PackWriter(objects, this::name)) {
            writer.append(new byte[100], 0, 100);
        }

        assertThat(sizes()).isEmpty();
    }

    @Test
    void finishing_nothing_makes_no_pack_and_a_finished_writer_goes_on_in_a_new_one() {
        Map<FrameReference, byte[]> written = new HashMap<>();
        try (var writer = new PackWriter(objects, this::name)) {
            writer.finish();
            assertThat(number.get()).isZero();
            append(writer, written, 1, 1);
            writer.finish();
            writer.finish();
            append(writer, written, 2, 1);
            writer.finish();
        }

        assertThat(sizes()).hasSize(2);
        assertReadable(written);
    }

    @Test
    void a_writer_is_closed_wherever_the_store_fails() {
        for (int n = 1; n < 20; n++) {
            store.failAt(n);
            try (var writer = new PackWriter(objects, this::name, 1_000)) {
                append(writer, new HashMap<>(), n, 4);
                writer.finish();
            } catch (StoreException _) {
                assertThat(store.leaks()).isZero();
            }
        }
        store.mend();
    }

    @Test
    void several_writers_share_names() throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            var tasks = IntStream.range(0, 4)
                    .<Callable<Map<FrameReference, byte[]>>>mapToObj(seed -> () -> {
                        Map<FrameReference, byte[]> written = new HashMap<>();
                        try (var writer = new PackWriter(objects, this::name, 10_000)) {
                            append(writer, written, seed, 100);
                            writer.finish();
                        }
                        return written;
                    })
                    .toList();
            Map<FrameReference, byte[]> all = new HashMap<>();
            for (var result : threads.invokeAll(tasks)) {
                all.putAll(result.get());
            }

            assertThat(all).hasSize(400);
            assertThat(sizes()).hasSize(number.get());
            assertReadable(all);
        }
    }

    @Test
    void a_reader_keeps_few_packs_open() {
        List<FrameReference> references = new ArrayList<>();
        try (var writer = new PackWriter(objects, this::name, 1)) {
            for (int i = 0; i < 10; i++) {
                references.add(writer.append(new byte[] {(byte) i}, 0, 1));
            }
        }

        try (var reader = new PackReader(objects)) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < 10; i++) {
                    assertThat(reader.read(references.get(i))).containsExactly(i);
                    assertThat(store.leaks()).isLessThanOrEqualTo(4);
                }
            }
        }
    }

    @Test
    void a_reference_with_lengths_that_cannot_be_allocates_nothing() {
        try (var writer = new PackWriter(objects, this::name)) {
            writer.append(new byte[10], 0, 10);
            writer.finish();
        }
        var impossible = new FrameReference(
                new PackId(BACKUP, PackId.Kind.DATA, 1),
                new FrameLocation(0, 48, Integer.MAX_VALUE, Integer.MAX_VALUE));

        try (var reader = new PackReader(objects)) {
            assertThatThrownBy(() -> reader.read(impossible))
                    .isInstanceOf(DamagedObjectException.class)
                    .hasMessageEndingWith("frame 0 at byte 48 has impossible lengths");
        }
    }

    @Test
    void names_are_those_of_the_format() {
        assertThat(new PackId(BACKUP, PackId.Kind.DATA, 1).key())
                .isEqualTo(new ObjectKey("backup/20260228-235958F/data-00000001"));
        assertThat(new PackId(BACKUP, PackId.Kind.MAP, 99_999_999).key())
                .isEqualTo(new ObjectKey("backup/20260228-235958F/map-99999999"));
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 100_000_000})
    void a_number_has_at_most_eight_digits(int number) {
        assertThatThrownBy(() -> new PackId(BACKUP, PackId.Kind.DATA, number))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void append(PackWriter writer, Map<FrameReference, byte[]> written, long seed, int frames) {
        var random = new Random(seed);
        for (int i = 0; i < frames; i++) {
            var content = new byte[1 + random.nextInt(2_000)];
            random.nextBytes(content);
            written.put(writer.append(content, 0, content.length), content);
        }
    }

    private void assertReadable(Map<FrameReference, byte[]> written) {
        try (var reader = new PackReader(objects)) {
            written.forEach(
                    (reference, content) -> assertThat(reader.read(reference)).isEqualTo(content));
        }
    }

    private List<Long> sizes() {
        try (var all = store.list()) {
            return all.map(StoredObject::size).toList();
        }
    }
}
