package io.holdfast.plan.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every descriptor is well formed and says what a person needs to know. */
class DescriptorsTest {

    private static final Pattern ACTION = Pattern.compile("[a-z]+(-[a-z]+)*(\\.[a-z]+(-[a-z]+)*)*");
    private static final Pattern WORD = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

    static List<ActionDescriptor> descriptors() {
        return Stream.of(
                        CheckActions.ALL,
                        CommandActions.ALL,
                        HoldfastActions.ALL,
                        NotifyActions.ALL,
                        PostgresActions.ALL)
                .flatMap(List::stream)
                .toList();
    }

    @Test
    void the_documentation_has_every_action_word_for_word() throws IOException {
        var generated = Path.of("target/actions.md");
        Files.writeString(generated, ActionsPage.markdown(descriptors()));

        assertThat(Path.of("../docs/actions.md"))
                .describedAs("run: cp plan/target/actions.md docs/actions.md")
                .hasSameTextualContentAs(generated);
    }

    @Test
    void no_two_actions_have_one_name() {
        assertThat(descriptors()).extracting(ActionDescriptor::name).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("descriptors")
    void names_are_words_with_dots_or_hyphens_between(ActionDescriptor action) {
        assertThat(action.name()).matches(ACTION);
        assertThat(action.inputs())
                .extracting(Input::name)
                .doesNotHaveDuplicates()
                .allMatch(name -> WORD.matcher(name).matches());
        assertThat(action.outputs())
                .extracting(Output::name)
                .doesNotHaveDuplicates()
                .allMatch(name -> WORD.matcher(name).matches());
    }

    @ParameterizedTest
    @MethodSource("descriptors")
    void everything_is_explained_in_sentences(ActionDescriptor action) {
        assertThat(action.summary()).matches("[A-Z].*\\.");
        assertThat(action.documentation()).endsWith(".");
        assertThat(action.inputs()).extracting(Input::documentation).allMatch(text -> text.endsWith("."));
        assertThat(action.outputs()).extracting(Output::documentation).allMatch(text -> text.endsWith("."));
    }

    @ParameterizedTest
    @MethodSource("descriptors")
    void what_changes_something_says_what_it_works_on_or_tells_people(ActionDescriptor action) {
        assertThat(action.effect() == Effect.READS
                        || action.name().startsWith("notify.")
                        || action.inputs().stream().anyMatch(Input::target))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("descriptors")
    void what_only_looks_may_be_done_again(ActionDescriptor action) {
        assertThat(action.effect() == Effect.CHANGES || action.kind() == ActionKind.IDEMPOTENT)
                .isTrue();
    }
}
