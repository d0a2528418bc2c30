package io.holdfast.plan.action;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The documentation of actions as a page of Markdown, {@code docs/actions.md}. */
public final class ActionsPage {

    private static final String HEAD = """
            # Actions

            What a step of a procedure can use. This page is generated from the descriptors in `io.holdfast.plan.action`, by which
            a plan is checked too.

            The *kind* says what becomes of a step whose attempt was cut off by a crash: an **idempotent** action is done again; a
            **checkable** one is asked whether it was done; of one that is done **once** nobody knows, and the step waits for a
            person, unless a probe happens to know. The *effect* decides the lock on what the action works on, the inputs marked
            with →: actions that only read share it.

            Durations are written `90s`, `15m`, `4h`, `30d`; times in ISO 8601 with an offset; secrets as references, `env:NAME`,
            `file:/path` or `aws-secret:NAME`, never as themselves. Outputs are referred to as `${steps.STEP.OUTPUT}`.
            """;

    private ActionsPage() {}

    public static String markdown(List<ActionDescriptor> actions) {
        return HEAD + actions.stream().map(ActionsPage::section).collect(Collectors.joining());
    }

    private static String section(ActionDescriptor action) {
        var text = new StringBuilder();
        text.append("\n## %s\n\n%s\n\n".formatted(action.name(), action.summary()));
        text.append("Kind: %s. Effect: %s.\n".formatted(word(action.kind()), word(action.effect())));
        if (!action.documentation().isEmpty()) {
            text.append("\n%s\n".formatted(action.documentation()));
        }
        text.append("\n| input | type | | |\n|---|---|---|---|\n");
        action.inputs()
                .forEach(input -> text.append("| %s`%s` | %s | %s | %s |\n"
                        .formatted(
                                input.target() ? "→ " : "",
                                input.name(),
                                word(input.type()),
                                input.required() ? "required" : "",
                                cell(input.documentation()))));
        if (!action.outputs().isEmpty()) {
            text.append("\n| output | type | |\n|---|---|---|\n");
            action.outputs()
                    .forEach(output -> text.append("| `%s` | %s | %s |\n"
                            .formatted(output.name(), word(output.type()), cell(output.documentation()))));
        }
        return text.toString();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
