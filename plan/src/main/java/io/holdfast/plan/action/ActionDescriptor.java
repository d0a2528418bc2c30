package io.holdfast.plan.action;

import java.util.List;
import java.util.Optional;

/**
 * What a plan may say of an action.
 *
 * @param name dotted, for example {@code postgres.restore}
 * @param summary one sentence
 * @param documentation what else a person must know, as Markdown; may be empty
 */
public record ActionDescriptor(
        String name,
        String summary,
        ActionKind kind,
        Effect effect,
        List<Input> inputs,
        List<Output> outputs,
        String documentation) {

    public ActionDescriptor {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    public Optional<Input> input(String wanted) {
        return inputs.stream().filter(input -> input.name().equals(wanted)).findFirst();
    }

    public Optional<Output> output(String wanted) {
        return outputs.stream().filter(output -> output.name().equals(wanted)).findFirst();
    }
}
