package io.holdfast.repository.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.key.TestKeys;
import io.holdfast.repository.store.ObjectKey;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What somebody who may write to a store can do to a sealed object: have it refused, and nothing else. */
class TamperingTest {

    private static final ObjectKey KEY = Sealed.KEY;
    private static final int LAST = 1 << 31;

    private final Sealed sealed = new Sealed();
    private byte[] stored = new byte[0];
    private FrameLocation[] frames = new FrameLocation[0];
    private int footerAt;

    @BeforeEach
    void write_three_frames_of_equal_length_and_one_that_compresses() {
        stored = sealed.write(
                KEY, "the end", Sealed.noise(40, 1), Sealed.noise(40, 2), new byte[300], Sealed.noise(40, 3));
        frames = sealed.locations(KEY).toArray(FrameLocation[]::new);
        footerAt = (int) frames[3].end();
    }

    @AfterEach
    void nothing_is_left_open() {
        assertThat(sealed.store.leaks()).isZero();
    }

    @Test
    void every_changed_bit_is_noticed() {
        for (int at = 0; at < stored.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                var changed = stored.clone();
                changed[at] ^= (byte) (1 << bit);
                refused(changed, "bit %d of byte %d".formatted(bit, at));
            }
        }
    }

    @Test
    void every_byte_set_to_zero_or_all_ones_is_noticed() {
        for (int at = 0; at < stored.length; at++) {
            for (int value : new int[] {0, 0xFF}) {
                var changed = stored.clone();
                changed[at] = (byte) value;
                if (!Arrays.equals(changed, stored)) {
                    refused(changed, "byte %d set to %d".formatted(at, value));
                }
            }
        }
    }

    @Test
    void every_truncation_is_noticed() {
        for (int length = 0; length < stored.length; length++) {
            refused(Arrays.copyOf(stored, length), "cut to %d".formatted(length));
        }
    }

    @Test
    void appended_bytes_are_noticed() {
        for (int more : new int[] {1, 8, 24, 100}) {
            refused(Arrays.copyOf(stored, stored.length + more), more + " zero bytes more");
        }
        refused(Sealed.joined(stored, stored), "twice");
        refused(Sealed.joined(stored, part(stored.length - 8, stored.length)), "two tails");
        refused(Sealed.joined(stored, part(footerAt, stored.length)), "two footers");
    }

    @Test
    void swapped_frames_are_noticed() {
        refused(
                Sealed.joined(part(0, 48), frame(1), frame(0), part((int) frames[1].end(), stored.length)),
                "0 and 1 swapped");
    }

    @Test
    void a_frame_under_another_number_is_noticed() {
        refused(
                Sealed.joined(part(0, 48), frame(0), frame(0), part((int) frames[1].end(), stored.length)),
                "frame 0 in place of 1");

        sealed.store.tamper(KEY, stored);
        try (var reader = sealed.objects.open(KEY, ObjectType.PACK)) {
            var first = frames[0];
            var renumbered = new FrameLocation(1, first.offset(), first.storedLength(), first.plainLength());
            assertThatThrownBy(() -> reader.read(renumbered))
                    .isInstanceOf(DamagedObjectException.class)
                    .hasMessageEndingWith("frame 1 at byte 48 does not authenticate");
        }
    }

    @Test
    void a_dropped_frame_is_noticed() {
        refused(Sealed.joined(part(0, 48), part((int) frames[1].offset(), stored.length)), "without frame 0");
        refused(
                Sealed.joined(part(0, (int) frames[3].offset()), part(footerAt, stored.length)),
                "without the frame before the footer");
        refused(Sealed.joined(part(0, 48), part(footerAt, stored.length)), "the footer alone");
    }

    @Test
    void a_frame_made_the_last_is_noticed() {
        for (var frame : frames) {
            var cut = Sealed.joined(part(0, (int) frame.end()), tail(frame.number(), frame.storedLength()));
            refused(cut, "cut after frame %d".formatted(frame.number()));

            refused(markedLast(cut, frame), "cut after frame %d, which says it is the last".formatted(frame.number()));
        }
    }

    @Test
    void a_frame_that_says_it_is_the_last_does_not_hide_those_behind_it() {
        for (var frame : frames) {
            refused(markedLast(stored, frame), "frame %d says it is the last".formatted(frame.number()));
        }
    }

    @Test
    void a_footer_that_says_it_is_not_the_last_is_noticed() {
        var changed = stored.clone();
        ByteBuffer.wrap(changed).putInt(footerAt, ByteBuffer.wrap(stored).getInt(footerAt) & ~LAST);

        refused(changed, "no last frame");
    }

    @Test
    void a_footer_is_not_read_as_a_frame_and_a_frame_not_as_a_footer() {
        var footer = new FrameLocation(4, footerAt, stored.length - 8 - footerAt, 7);

        try (var reader = sealed.objects.open(KEY, ObjectType.PACK)) {
            assertThatThrownBy(() -> reader.read(footer))
                    .hasMessageEndingWith("frame 4 at byte %d is not where it should be", footerAt);
        }
    }

    @Test
    void a_tail_that_leads_elsewhere_is_noticed() {
        for (int number : new int[] {-1, 0, 3, 5, Integer.MAX_VALUE}) {
            refused(retailed(number, stored.length - 8 - footerAt), "tail says number %d".formatted(number));
        }
        for (int length : new int[] {
            Integer.MIN_VALUE, -1, 0, 8, 23, 24, 30, 32, stored.length - 8, stored.length, Integer.MAX_VALUE
        }) {
            refused(retailed(4, length), "tail says length %d".formatted(length));
        }
    }

    @Test
    void lengths_of_the_other_extreme_are_refused_before_anything_is_allocated() {
        for (var frame : frames) {
            for (int length : new int[] {0x7FFF_FFFF, 0x7FFF_FFF7, 4 * 1024 * 1024 + 17, 15, 0}) {
                for (int at : new int[] {0, 4}) {
                    var changed = stored.clone();
                    ByteBuffer.wrap(changed).putInt((int) frame.offset() + at, length);
                    refused(changed, "frame %d says %d bytes".formatted(frame.number(), length));
                }
            }
        }
    }

    @Test
    void an_object_under_the_name_of_another_is_noticed() {
        var other = new ObjectKey("backup/20260228-235958F/data-00000002");
        sealed.store.tamper(other, stored);

        assertThatThrownBy(() -> sealed.read(other))
                .isInstanceOf(DamagedObjectException.class)
                .hasMessageStartingWith("object '%s' is damaged: frame 4", other);
    }

    @Test
    void an_object_of_another_repository_is_noticed_even_with_the_same_secret() {
        var elsewhere = sealed.with(TestKeys.ringOfAnotherRepository(1));

        assertThatThrownBy(() -> Sealed.read(elsewhere, KEY)).isInstanceOf(DamagedObjectException.class);
    }

    @Test
    void an_object_of_another_key_is_noticed() {
        var elsewhere = sealed.with(TestKeys.ring(2));

        assertThatThrownBy(() -> Sealed.read(elsewhere, KEY)).isInstanceOf(DamagedObjectException.class);
    }

    @Test
    void a_pack_is_not_opened_as_a_document_whatever_its_header_says() {
        assertThatThrownBy(() -> sealed.objects.open(KEY, ObjectType.DOCUMENT))
                .isInstanceOf(DamagedObjectException.class)
                .hasMessage("object '%s' is damaged: it is not a document", KEY);

        var relabelled = stored.clone();
        relabelled[5] = 2;
        sealed.store.tamper(KEY, relabelled);
        assertThatThrownBy(() -> sealed.objects.readDocument(KEY, Object.class))
                .isInstanceOf(DamagedObjectException.class);
    }

    @Test
    void parts_of_two_attempts_at_one_object_do_not_fit_together() {
        sealed.store.remove(KEY);
        var again = sealed.write(
                KEY, "the end", Sealed.noise(40, 1), Sealed.noise(40, 2), new byte[300], Sealed.noise(40, 3));

        assertThat(again).hasSameSizeAs(stored);
        for (int cut = 48; cut < stored.length - 8; cut += 7) {
            refused(Sealed.joined(part(0, cut), Arrays.copyOfRange(again, cut, again.length)), "spliced at " + cut);
        }
    }

    @Test
    void noise_is_refused() {
        for (int length = 0; length < 200; length++) {
            refused(Sealed.noise(length, length), "noise of %d bytes".formatted(length));
            refused(Sealed.joined(part(0, 48), Sealed.noise(length, length)), "a header and noise");
        }
    }

    private void refused(byte[] changed, String what) {
        sealed.store.tamper(KEY, changed);
        var refusal = catchThrowableOfType(HoldfastException.class, () -> sealed.read(KEY));
        assertThat(refusal).as(what).isNotNull();
        assertThat(refusal.hint()).as(what).isNotEmpty();
    }

    private byte[] part(int from, int to) {
        return Arrays.copyOfRange(stored, from, to);
    }

    private byte[] frame(int number) {
        return part((int) frames[number].offset(), (int) frames[number].end());
    }

    private byte[] retailed(int number, int length) {
        return Sealed.joined(part(0, stored.length - 8), tail(number, length));
    }

    private static byte[] markedLast(byte[] object, FrameLocation frame) {
        var changed = object.clone();
        int at = (int) frame.offset();
        ByteBuffer.wrap(changed).putInt(at, ByteBuffer.wrap(object).getInt(at) | LAST);
        return changed;
    }

    private static byte[] tail(int number, int length) {
        return ByteBuffer.allocate(8).putInt(number).putInt(length).array();
    }
}
