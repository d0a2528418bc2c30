package io.holdfast.plan.procedure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TemplateTest {

    @Test
    void literals_and_references_are_told_apart() {
        assertThat(Template.parse("http://${environment.host}:${steps.start.port}/health")
                        .parts())
                .containsExactly(
                        new Template.Literal("http://"),
                        new Template.Reference(List.of("environment", "host")),
                        new Template.Literal(":"),
                        new Template.Reference(List.of("steps", "start", "port")),
                        new Template.Literal("/health"));
    }

    @Test
    void a_doubled_dollar_is_a_literal_opening() {
        var template = Template.parse("a $${not.one} b");

        assertThat(template.parts()).containsExactly(new Template.Literal("a ${not.one} b"));
        assertThat(template).hasToString("a $${not.one} b");
    }

    @Test
    void what_was_read_is_written_alike() {
        assertThat(Template.parse("${a.b}$${c}${d}")).hasToString("${a.b}$${c}${d}");
        assertThat(Template.parse("")).isEqualTo(Template.literal(""));
    }

    @Test
    void references_that_do_not_end_or_name_nothing_are_refused() {
        assertThatThrownBy(() -> Template.parse("a ${b")).isInstanceOf(MalformedTemplateException.class);
        assertThatThrownBy(() -> Template.parse("a ${}")).isInstanceOf(MalformedTemplateException.class);
        assertThatThrownBy(() -> Template.parse("${a..b}")).isInstanceOf(MalformedTemplateException.class);
    }
}
