package io.holdfast.postgres.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.problem.HoldfastException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotNameTest {

    @Test
    void letters_digits_and_underscores_are_a_name() {
        assertThat(new SlotName("holdfast_1")).hasToString("holdfast_1");
        assertThat(new SlotName("x".repeat(63)).text()).hasSize(63);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Upper", "has-dash", "a b", "a;drop", "ä"})
    void anything_else_is_refused(String text) {
        assertThatThrownBy(() -> new SlotName(text))
                .isInstanceOf(HoldfastException.class)
                .hasMessage("not a name of a replication slot: '%s'", text);
    }
}
