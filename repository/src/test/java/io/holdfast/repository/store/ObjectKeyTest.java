package io.holdfast.repository.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectKeyTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "a/./b", ".a", "a/.b", "a b", "a\tb", "a\nb", "a\n",
                "a\0b", "a\\b", "a:b", "a*b", "a%2fb", "~a", "a+b", "a=b", "'a'", "\"a\"", "$a", "é", "名", "a\u0301",
                "ａ", "\u202ea", "C:a", "a;b", "a|b", "a@b", "a,b", "#a", "a?b", "a&b", "a<b", "a(b)"
            })
    void hostile_names_are_refused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ObjectKey(text))
                .withMessage("not an object key: '%s'", text);
        assertThat(ObjectKey.isValid(text)).isFalse();
    }

    @Test
    void only_letters_digits_dots_underscores_and_hyphens_are_allowed() {
        var allowed = IntStream.range(0, 0x3000)
                .filter(character -> ObjectKey.isValid("a" + Character.toString(character)))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();

        assertThat(allowed).isEqualTo("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");
    }

    @Test
    void length_and_depth_are_limited() {
        assertThat(ObjectKey.isValid("a".repeat(128))).isTrue();
        assertThat(ObjectKey.isValid("a".repeat(129))).isFalse();
        assertThat(ObjectKey.isValid("a" + "/a".repeat(15))).isTrue();
        assertThat(ObjectKey.isValid("a" + "/a".repeat(16))).isFalse();
    }

    @Test
    void a_key_is_made_of_segments() {
        var key = ObjectKey.of("claim", "primary").child("1");

        assertThat(key).hasToString("claim/primary/1");
        assertThat(key.name()).isEqualTo("1");
        assertThat(ObjectKey.of("claim").name()).isEqualTo("claim");
    }

    @Test
    void beneath_means_in_the_folder_at_any_depth_and_not_in_a_neighbour() {
        var folder = ObjectKey.of("a");

        assertThat(ObjectKey.of("a", "b", "c").isBeneath(folder)).isTrue();
        assertThat(folder.isBeneath(folder)).isFalse();
        assertThat(ObjectKey.of("ab", "c").isBeneath(folder)).isFalse();
        assertThat(ObjectKey.of("a-", "c").isBeneath(folder)).isFalse();
    }

    @Test
    void keys_are_compared_as_ascii_with_their_slashes() {
        assertThat(ObjectKey.of("a-b")).isLessThan(ObjectKey.of("a", "b"));
        assertThat(ObjectKey.of("a", "b")).isLessThan(ObjectKey.of("a0"));
        assertThat(ObjectKey.of("B")).isLessThan(ObjectKey.of("a"));
    }
}
