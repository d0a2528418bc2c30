package io.holdfast.repository.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.key.TestKeys;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectMissingException;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What somebody without the data key has put under a name, or damaged. */
class UnreadableObjectTest {

    private static final ObjectKey HOLD = ObjectKey.of("hold", "00000001");
    private static final ObjectKey OTHER = ObjectKey.of("hold", "00000002");

    record Held(String why) {}

    private final Sealed sealed = new Sealed();

    @AfterEach
    void nothing_is_left_open() {
        assertThat(sealed.store.leaks()).isZero();
    }

    private void put(ObjectKey key, byte[] content) {
        sealed.store.tamper(key, content);
    }

    @Test
    void what_authenticates_is_read_and_nothing_is_remembered() {
        sealed.objects.createDocument(HOLD, new Held("audit"));

        assertThat(sealed.objects.readAuthentic(HOLD, Held.class)).contains(new Held("audit"));
        assertThat(sealed.objects.unreadable().all()).isEmpty();
    }

    @Test
    void what_does_not_is_told_once_and_remembered_by_its_name() {
        var told = new ArrayList<Unreadable>();
        sealed.objects.unreadable().onEach(told::add);
        put(OTHER, Sealed.noise(300, 1));
        put(HOLD, new byte[0]);

        for (int i = 0; i < 2; i++) {
            assertThat(sealed.objects.readAuthentic(OTHER, Held.class)).isEmpty();
            assertThat(sealed.objects.readAuthentic(HOLD, Held.class)).isEmpty();
        }

        assertThat(told).extracting(Unreadable::object).containsExactly(OTHER, HOLD);
        assertThat(sealed.objects.unreadable().all())
                .extracting(Unreadable::object)
                .containsExactly(HOLD, OTHER);
        assertThat(told.getFirst().explain()).startsWith("'hold/00000002' is not used: ");
    }

    @Test
    void a_genuine_object_under_another_name_is_none() {
        sealed.objects.createDocument(HOLD, new Held("audit"));
        put(OTHER, sealed.store.content(HOLD));

        var reading = sealed.objects.attempt(OTHER, () -> sealed.objects.readDocument(OTHER, Held.class));

        assertThat(reading.content()).isEmpty();
        assertThat(reading.unreadable()).map(Unreadable::object).contains(OTHER);
    }

    /** Documents are opened with the same cipher one after another. */
    @Test
    void what_does_not_authenticate_spoils_neither_the_next_nor_is_read_with_the_key_of_the_last() {
        sealed.objects.createDocument(HOLD, new Held("audit"));
        var genuine = sealed.store.content(HOLD);
        put(OTHER, damagedAt(genuine, genuine.length - 20));

        for (int i = 0; i < 3; i++) {
            assertThat(sealed.objects.readAuthentic(HOLD, Held.class)).contains(new Held("audit"));
            assertThat(sealed.objects.readAuthentic(OTHER, Held.class)).isEmpty();
        }
    }

    @Test
    void what_another_key_has_written_is_none() {
        sealed.with(TestKeys.ring(2)).createDocument(HOLD, new Held("theirs"));

        assertThat(sealed.objects.readAuthentic(HOLD, Held.class)).isEmpty();
    }

    @Test
    void what_is_missing_is_missing() {
        assertThatThrownBy(() -> sealed.objects.readAuthentic(HOLD, Held.class))
                .isInstanceOf(ObjectMissingException.class);
        assertThat(sealed.objects.unreadable().all()).isEmpty();
    }

    @Test
    void a_part_that_authenticates_tells_damage_from_what_a_stranger_put_there() {
        var genuine = sealed.write(Sealed.KEY, "end", Sealed.noise(1000, 2), Sealed.noise(1000, 3));

        assertThat(isPartlySound(damagedAt(genuine, genuine.length - 20))).isTrue();
        assertThat(isPartlySound(damagedAt(genuine, 100))).isTrue();
        assertThat(isPartlySound(damagedAt(damagedAt(genuine, 100), genuine.length - 20)))
                .isFalse();
    }

    private static byte[] damagedAt(byte[] content, int position) {
        var damaged = content.clone();
        damaged[position] ^= 1;
        return damaged;
    }

    private boolean isPartlySound(byte[] content) {
        sealed.store.remove(Sealed.KEY);
        put(Sealed.KEY, content);
        try (var reader = sealed.objects.open(Sealed.KEY, ObjectType.PACK)) {
            return reader.isPartlySound();
        }
    }
}
