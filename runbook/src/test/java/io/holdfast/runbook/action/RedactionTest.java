package io.holdfast.runbook.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.problem.Secret;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RedactionTest {

    @Test
    void of_secrets_that_begin_with_or_lie_across_one_another_nothing_stays() {
        var redaction = redaction("swordfish", "swordfish-and-more", "fish-and-chips");

        assertThat(redaction.of("swordfish-and-more, swordfish")).isEqualTo("[REDACTED], [REDACTED]");
        assertThat(redaction.of("a swordfish-and-chips b")).isEqualTo("a [REDACTED] b");
    }

    @Test
    void what_repeats_itself_is_found_at_every_place() {
        assertThat(redaction("abab").of("xababab!")).isEqualTo("x[REDACTED]!");
    }

    @Test
    void a_cut_text_loses_the_beginning_of_a_secret_at_its_end_only() {
        var redaction = redaction("swordfish", "swordfish-and-more", "pässword");

        assertThat(redaction.ofCut("it is swordfish-and")).isEqualTo("it is [REDACTED]");
        assertThat(redaction.ofCut("swords are p\uFFFD")).isEqualTo("swords are [REDACTED]");
        assertThat(redaction.ofCut("swords are gone")).isEqualTo("swords are gone");
        assertThat(redaction.of("it is sword")).isEqualTo("it is sword");
    }

    @Test
    void nothing_is_no_secret() {
        assertThat(redaction("").of("a\n\nb")).isEqualTo("a\n\nb");
    }

    private static Redaction redaction(String... secrets) {
        return Redaction.of(Stream.of(secrets).map(Secret::of).toList());
    }
}
