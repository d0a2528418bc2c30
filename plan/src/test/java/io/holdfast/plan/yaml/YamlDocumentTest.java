package io.holdfast.plan.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class YamlDocumentTest {

    private final List<Problem> problems = new ArrayList<>();

    @Test
    void scalars_are_taken_as_they_are_written() {
        var root = read("a: 08\nb: yes\nc: 02:00\nd: 1e3\n");

        assertThat(text(root, "a")).isEqualTo("08");
        assertThat(text(root, "b")).isEqualTo("yes");
        assertThat(text(root, "c")).isEqualTo("02:00");
        assertThat(text(root, "d")).isEqualTo("1e3");
        assertThat(problems).isEmpty();
    }

    @Test
    void every_key_and_value_has_its_place() {
        var root = read("first:\n  second: [x,\n    yy]\n");

        var first = entry(root, "first");
        assertThat(first.keyPlace()).isEqualTo(new Place(1, 1));
        var second = entry((Node.Mapping) first.value(), "second");
        assertThat(second.keyPlace()).isEqualTo(new Place(2, 3));
        var items = ((Node.Listing) second.value()).items();
        assertThat(items.getFirst().place()).isEqualTo(new Place(2, 12));
        assertThat(items.getLast().place()).isEqualTo(new Place(3, 5));
    }

    @Test
    void what_surprises_is_refused_with_its_place() {
        read("a: &x 1\nb: *x\nc: !!str 2\nd:\n  e: 1\n  e: 2\nf:\n  - &y [1]\n&z g: 1\n");

        assertThat(problems)
                .extracting(problem -> problem.place() + " " + problem.message())
                .containsExactly(
                        "1:4 an anchor ('&name') is not understood",
                        "2:4 an alias ('*name') is not understood",
                        "3:4 a tag ('!name') is not understood",
                        "6:3 'd.e' is there twice",
                        "8:5 an anchor ('&name') is not understood",
                        "9:1 an anchor ('&name') is not understood");
    }

    @Test
    void what_is_no_text_is_refused_with_its_place() {
        read("a: \"x\\0y\"\nb: \"\\e[2K\"\n\"c\\x01\": 1\nd: \"\\ud800\"\ne: \"one\\ttwo\\r\\nthree\"\n");

        assertThat(problems)
                .extracting(problem -> problem.place() + " " + problem.message())
                .containsExactly(
                        "1:4 it has a control character, half of one, or one that turns the order",
                        "2:4 it has a control character, half of one, or one that turns the order",
                        "3:1 it has a control character, half of one, or one that turns the order",
                        "4:4 it has a control character, half of one, or one that turns the order");
    }

    @Test
    void what_hides_in_a_text_or_turns_its_order_is_refused_and_is_not_told_either() {
        var root = read("drop \u202eno\u202c: \"a\u2066b\"\nc: \"\\e[31md\"\n");

        assertThat(problems)
                .extracting(Problem::message)
                .containsOnly("it has a control character, half of one, or one that turns the order");
        assertThat(root.entries().keySet()).containsExactly("drop \uFFFDno\uFFFD", "c");
        assertThat(text(root, "drop \uFFFDno\uFFFD")).isEqualTo("a\uFFFDb");
        assertThat(text(root, "c")).isEqualTo("\uFFFD[31md");
    }

    @Test
    void a_second_document_is_refused() {
        read("a: 1\n---\nb: 2\n");

        assertThat(problems).extracting(Problem::message).containsExactly("a second document begins");
    }

    @Test
    void what_is_not_yaml_is_told_with_its_place() {
        assertThat(YamlDocument.read("a: [1,\nb: 2\n", "test.code", problems)).isEmpty();

        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst().code()).isEqualTo("test.code");
        assertThat(problems.getFirst().place().line()).isGreaterThan(1);
    }

    @Test
    void a_tab_before_a_key_is_told_where_it_is() {
        YamlDocument.read("a:\n  b: 1\n\tc: 2\n", "test.code", problems);

        assertThat(problems.getFirst().place()).isEqualTo(new Place(3, 1));
        assertThat(problems.getFirst().message()).contains("found character '\\t(TAB)' that cannot start any token");
    }

    @Test
    void what_is_nested_too_deep_is_refused_and_does_not_end_the_stack() {
        YamlDocument.read("a: " + "[".repeat(5000) + "]".repeat(5000), "test.code", problems);

        assertThat(problems).isNotEmpty();
    }

    private Node.Mapping read(String text) {
        return (Node.Mapping) YamlDocument.read(text, "test.code", problems).orElseThrow();
    }

    private static String text(Node.Mapping mapping, String key) {
        return ((Node.Scalar) entry(mapping, key).value()).text();
    }

    private static Node.Entry entry(Node.Mapping mapping, String key) {
        return Objects.requireNonNull(mapping.entries().get(key));
    }
}
