package io.holdfast.plan.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {

    @Test
    void the_known_name_with_the_fewest_edits_is_meant() {
        assertThat(NearestName.of("objektives", List.of("objectives", "obj"))).hasValue("objectives");
        assertThat(NearestName.of("wiht", List.of("with", "wait"))).hasValue("with");
        assertThat(NearestName.of("nothing", List.of("with", "wait"))).isEmpty();
    }

    @Test
    void a_name_that_is_a_book_is_near_to_none_and_nobody_waits_for_that() {
        var book = "x".repeat(2_000_000);

        var nearest =
                assertTimeout(Duration.ofSeconds(1), () -> NearestName.of(book, List.of("command", "command.check")));

        assertThat(nearest).isEmpty();
    }
}
