package io.holdfast.repository.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.problem.ProblemKind;
import io.holdfast.repository.key.KeyException;
import io.holdfast.repository.key.TestKeys;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import io.holdfast.repository.store.StoreException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedObjectTest {

    private static final int MOST = 4 * 1024 * 1024;
    private static final ObjectKey KEY = Sealed.KEY;

    private final Sealed sealed = new Sealed();

    @AfterEach
    void nothing_is_left_open() {
        assertThat(sealed.store.leaks()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 64 * 1024, 1024 * 1024, MOST})
    void a_frame_that_compresses_comes_back(int length) {
        var content = new byte[length];

        var stored = sealed.write(KEY, "end", content);

        assertThat(stored.length).isLessThan(1000);
        assertThat(sealed.read(KEY)).containsExactly(content, Sealed.ascii("end"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 64 * 1024, 1024 * 1024, MOST})
    void a_frame_that_does_not_compress_is_stored_as_it_is(int length) {
        var content = Sealed.noise(length, 5);

        var stored = sealed.write(KEY, "end", content);

        assertThat(stored).hasSize(48 + 8 + length + 16 + 8 + 3 + 16 + 8);
        assertThat(sealed.read(KEY)).containsExactly(content, Sealed.ascii("end"));
    }

    @Test
    void a_frame_above_four_mebibytes_is_refused() {
        try (var writer = sealed.objects.create(KEY, ObjectType.PACK)) {
            assertThatThrownBy(() -> writer.append(new byte[MOST + 1], 0, MOST + 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a frame of 4194305 bytes is too large");
        }
    }

    @Test
    void frames_are_read_in_any_order_by_their_locations() {
        var frames =
                IntStream.range(0, 20).mapToObj(i -> Sealed.noise(i * 100, i)).toArray(byte[][]::new);
        sealed.write(KEY, "", frames);
        var locations = sealed.locations(KEY);

        try (var reader = sealed.objects.open(KEY, ObjectType.PACK)) {
            for (int i = frames.length - 1; i >= 0; i--) {
                assertThat(reader.read(locations.get(i))).isEqualTo(frames[i]);
            }
        }
    }

    @Test
    void a_part_of_an_array_is_appended_and_larger_arrays_are_read_into() {
        var source = Sealed.ascii("before-content-after");
        FrameLocation location;
        try (var writer = sealed.objects.create(KEY, ObjectType.PACK)) {
            location = writer.append(source, 7, 7);
            writer.finish(new byte[0]);
        }

        var target = new byte[10];
        try (var reader = sealed.objects.open(KEY, ObjectType.PACK)) {
            reader.read(location, target);
            assertThatThrownBy(() -> reader.read(location, new byte[6]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("7 bytes do not fit into 6");
        }

        assertThat(Arrays.copyOf(target, 7)).isEqualTo(Sealed.ascii("content"));
    }

    @Test
    void an_object_of_a_footer_alone_is_whole() {
        sealed.write(KEY, "only the end");

        assertThat(sealed.read(KEY)).containsExactly(Sealed.ascii("only the end"));
    }

    @Test
    void sizes_and_counts_are_those_of_the_object() {
        try (var writer = sealed.objects.create(KEY, ObjectType.PACK)) {
            assertThat(writer.size()).isEqualTo(48);
            var location = writer.append(Sealed.noise(100, 1), 0, 100);
            assertThat(location).isEqualTo(new FrameLocation(0, 48, 124, 100));
            assertThat(writer.size()).isEqualTo(location.end());
            assertThat(writer.frames()).isEqualTo(1);
            assertThat(writer.plainBytes()).isEqualTo(100);

            var size = writer.finish(new byte[0]);

            assertThat(size).isEqualTo(sealed.store.content(KEY).length);
        }
    }

    @Test
    void the_same_content_under_the_same_name_never_has_the_same_ciphertext() {
        var content = Sealed.noise(64, 3);
        var first = sealed.write(KEY, "end", content, content);
        sealed.store.remove(KEY);
        var second = sealed.write(KEY, "end", content, content);

        assertThat(salt(first)).isNotEqualTo(salt(second));
        assertThat(blocks(first)).doesNotContainAnyElementsOf(blocks(second));
        assertThat(blocks(first)).doesNotHaveDuplicates();
    }

    @Test
    void new_objects_are_written_with_the_newest_key_and_old_ones_still_read() {
        sealed.write(KEY, "old");
        var both = sealed.with(TestKeys.ringOfTwoEpochs(1));
        var newer = new ObjectKey("backup/20260301-000000F/data-00000001");
        try (var writer = both.create(newer, ObjectType.PACK)) {
            writer.finish(Sealed.ascii("new"));
        }

        assertThat(Sealed.read(both, KEY)).containsExactly(Sealed.ascii("old"));
        assertThat(Sealed.read(both, newer)).containsExactly(Sealed.ascii("new"));
        var refusal = catchThrowableOfType(KeyException.class, () -> sealed.read(newer));
        assertThat(refusal).hasMessage("no key for epoch 2 was opened");
    }

    @Test
    void several_threads_write_and_read_objects_of_one_repository() throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            var tasks = IntStream.range(0, 40)
                    .<Callable<Boolean>>mapToObj(i -> () -> {
                        var key = new ObjectKey("x/%d".formatted(i));
                        var content = Sealed.noise(10_000, i);
                        sealed.write(key, "end", content);
                        return Arrays.equals(sealed.read(key).getFirst(), content);
                    })
                    .toList();
            for (var result : threads.invokeAll(tasks)) {
                assertThat(result.get()).isTrue();
            }
        }
    }

    @Nested
    class An_object_that_is_not_finished {

        @Test
        void leaves_nothing() {
            try (var writer = sealed.objects.create(KEY, ObjectType.PACK)) {
                writer.append(new byte[10], 0, 10);
            }

            assertThat(sealed.store.find(KEY)).isEmpty();
        }

        @Test
        void is_closed_wherever_the_store_fails() {
            for (int n = 1; n <= 7; n++) {
                sealed.store.failAt(n);
                if (n == 7) {
                    sealed.write(KEY, "end", new byte[10]);
                } else {
                    assertThatThrownBy(() -> sealed.write(KEY, "end", new byte[10]))
                            .isInstanceOf(StoreException.class);
                    assertThat(sealed.store.mend().find(KEY)).isEmpty();
                }
                assertThat(sealed.store.leaks()).isZero();
            }
        }

        @Test
        void takes_no_frame_after_one_failed_so_that_no_number_is_used_twice() {
            try (var writer = sealed.objects.create(KEY, ObjectType.PACK)) {
                sealed.store.failAt(1);
                assertThatThrownBy(() -> writer.append(new byte[10], 0, 10)).isInstanceOf(StoreException.class);
                sealed.store.mend();

                assertThatThrownBy(() -> writer.append(new byte[11], 0, 11))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("object '%s' is finished, or failed before", KEY);
                assertThatThrownBy(() -> writer.finish(new byte[0])).isInstanceOf(IllegalStateException.class);
            }
        }

        @Test
        void takes_no_frame_after_its_end() {
            try (var writer = sealed.objects.create(KEY, ObjectType.PACK)) {
                writer.finish(new byte[0]);

                assertThatThrownBy(() -> writer.append(new byte[1], 0, 1)).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> writer.finish(new byte[0])).isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Nested
    class A_reader {

        @Test
        void is_closed_wherever_the_store_fails() {
            sealed.write(KEY, "end", new byte[10]);

            for (int n = 1; n <= 3; n++) {
                sealed.store.failAt(n);
                assertThatThrownBy(() -> sealed.read(KEY)).isInstanceOf(StoreException.class);
                assertThat(sealed.store.leaks()).isZero();
            }
        }

        @Test
        void of_a_missing_object_says_which() {
            assertThatThrownBy(() -> sealed.read(KEY))
                    .isInstanceOf(ObjectMissingException.class)
                    .hasMessage("object '%s' is missing in memory", KEY);
        }

        @Test
        void of_a_newer_version_says_so() {
            var stored = sealed.write(KEY, "end");
            stored[4] = 7;
            sealed.store.tamper(KEY, stored);

            var refusal = catchThrowableOfType(NewerFormatException.class, () -> sealed.read(KEY));

            assertThat(refusal).hasMessage("object '%s' has format 7, this holdfast reads up to 0", KEY);
            assertThat(refusal.hint()).isEqualTo("use the version of holdfast that wrote it, or a newer one");
            assertThat(refusal.code()).isEqualTo("repository.newer-format");
            assertThat(refusal.kind()).isEqualTo(ProblemKind.REFUSED);
        }

        @Test
        void goes_on_after_a_frame_that_does_not_authenticate() {
            var first = Sealed.noise(100, 1);
            var stored = sealed.write(KEY, "end", first, Sealed.noise(100, 2));
            var locations = sealed.locations(KEY);
            stored[(int) locations.get(1).offset() + 20] ^= 1;
            sealed.store.tamper(KEY, stored);

            try (var reader = sealed.objects.open(KEY, ObjectType.PACK)) {
                var damage = catchThrowableOfType(
                        DamagedObjectException.class, () -> reader.read(locations.get(1), new byte[100]));

                assertThat(damage).hasMessage("object '%s' is damaged: frame 1 at byte 172 does not authenticate", KEY);
                assertThat(damage.hint())
                        .isEqualTo(
                                "nothing of it was used; restore it from a copy of the repository, or take another backup");
                assertThat(damage.code()).isEqualTo("repository.damaged");
                assertThat(damage.kind()).isEqualTo(ProblemKind.DAMAGED);
                assertThat(reader.read(locations.get(0))).isEqualTo(first);
            }
        }

        @Test
        void allocates_nothing_for_a_location_that_cannot_be() {
            sealed.write(KEY, "end", new byte[10]);

            try (var reader = sealed.objects.open(KEY, ObjectType.PACK)) {
                for (var impossible : new FrameLocation[] {
                    new FrameLocation(0, 48, Integer.MAX_VALUE, Integer.MAX_VALUE),
                    new FrameLocation(0, 48, 100, MOST + 1),
                    new FrameLocation(0, 48, MOST + 25, MOST),
                    new FrameLocation(0, 48, Integer.MIN_VALUE, 10),
                    new FrameLocation(0, 48, 23, 0),
                    new FrameLocation(0, 48, 34, -1),
                    new FrameLocation(0, 47, 34, 10),
                    new FrameLocation(0, Long.MAX_VALUE, 34, 10),
                    new FrameLocation(0, -1, 34, 10),
                    new FrameLocation(-1, 48, 34, 10)
                }) {
                    assertThatThrownBy(() -> reader.read(impossible)).isInstanceOf(DamagedObjectException.class);
                    assertThatThrownBy(() -> reader.read(impossible, new byte[10]))
                            .isInstanceOf(DamagedObjectException.class);
                }
            }
        }
    }

    private static byte[] salt(byte[] object) {
        return Arrays.copyOfRange(object, 16, 48);
    }

    /** Every run of eight bytes of the two frames' ciphertext. */
    private static java.util.List<Long> blocks(byte[] object) {
        return IntStream.concat(IntStream.range(56, 56 + 72), IntStream.range(144, 144 + 72))
                .mapToObj(at -> ByteBuffer.wrap(object).getLong(at))
                .toList();
    }
}
