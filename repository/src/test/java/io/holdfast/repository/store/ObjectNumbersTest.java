package io.holdfast.repository.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectNumbersTest {

    @Test
    void the_next_is_the_first_free_one_after_the_newest_genuine_one() {
        assertThat(ObjectNumbers.next(0, Set.of())).isEqualTo(1);
        assertThat(ObjectNumbers.next(3, Set.of(1, 2, 3, 99_999_999))).isEqualTo(4);
        assertThat(ObjectNumbers.next(3, Set.of(3, 4, 5, 7))).isEqualTo(6);
    }

    @Test
    void have_eight_digits() {
        assertThat(ObjectNumbers.text(17)).isEqualTo("00000017");
        assertThat(ObjectNumbers.parse("00000017")).hasValue(17);
        assertThatThrownBy(() -> ObjectNumbers.text(ObjectNumbers.LAST + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "17", "000000017", "0000001x", "-0000001", "\u0661\u0661\u0661\u0661\u0661\u0661\u0661\u0661"
            })
    void other_names_are_none(String name) {
        assertThat(ObjectNumbers.parse(name)).isEmpty();
    }
}
