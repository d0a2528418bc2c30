package io.holdfast.runbook.action;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.problem.Secret;
import java.util.Base64;
import java.util.List;
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

    @Test
    void a_secret_that_is_spelled_otherwise_goes_too() {
        var redaction = redaction("s3cret/+ \"it's\" <päss>&\\");

        for (var spelled : List.of(
                "s3cret%2F%2B+%22it%27s%22+%3Cp%C3%A4ss%3E%26%5C",
                "s3cret%2f%2b%20%22it%27s%22%20%3cp%c3%a4ss%3e%26%5c",
                "s3cret%2F+%20%22it's%22%20%3Cp%C3%A4ss%3E%26%5C",
                "s3cret/+ \\\"it's\\\" <päss>&\\\\",
                "s3cret\\/+ \\\"it's\\\" <päss>&\\\\",
                "s3cret/+ \"it''s\" <päss>&\\",
                "s3cret/+ \"it'\\''s\" <päss>&\\",
                "s3cret/+ &quot;it&#39;s&quot; &lt;päss&gt;&amp;\\",
                "7333637265742f2b20226974277322203c70c3a473733e265c")) {
            assertThat(redaction.of("at " + spelled + " it is")).isEqualTo("at [REDACTED] it is");
        }
    }

    @Test
    void what_base64_makes_of_a_secret_and_its_neighbours_gives_nothing_of_it_away() {
        var redaction = redaction("correct horse");

        for (var before : List.of("", "a", "ab", "abc", "user:")) {
            for (var after : List.of("", "1", "12", "123")) {
                var encoded = Base64.getEncoder().encodeToString((before + "correct horse" + after).getBytes(UTF_8));

                var shown = redaction.of("Authorization: Basic " + encoded);

                assertThat(shown).contains("[REDACTED]");
                assertThat(shown.replace("Authorization: Basic ", "").replace("[REDACTED]", ""))
                        .as(encoded)
                        .hasSizeLessThanOrEqualTo((before.length() + after.length()) * 4 / 3 + 6);
            }
        }
    }

    @Test
    void a_cut_text_loses_the_beginning_of_a_spelling_but_not_every_letter_that_one_begins_with() {
        var redaction = redaction("correct horse");

        assertThat(redaction.ofCut("Basic Y29ycmVj")).isEqualTo("Basic [REDACTED]");
        assertThat(redaction.ofCut("Basic Y29")).isEqualTo("Basic Y29");
        assertThat(redaction.ofCut("at c")).isEqualTo("at [REDACTED]");
    }

    @Test
    void a_short_secret_hides_only_itself() {
        assertThat(redaction("cat").of("cat Y2F0 636174")).isEqualTo("[REDACTED] Y2F0 636174");
    }

    private static Redaction redaction(String... secrets) {
        return Redaction.of(Stream.of(secrets).map(Secret::of).toList());
    }
}
