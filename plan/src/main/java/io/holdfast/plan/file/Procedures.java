package io.holdfast.plan.file;

import static io.holdfast.plan.file.Scalars.DURATION;
import static io.holdfast.plan.file.Scalars.NAME_OF_SOMETHING;
import static io.holdfast.plan.file.Scalars.TEXT;

import io.holdfast.plan.action.ValueType;
import io.holdfast.plan.procedure.Parameter;
import io.holdfast.plan.procedure.Procedure;
import java.util.List;

/** The shape of procedures. */
final class Procedures {

    private static final Section<Parameter> PARAMETER =
            Section.of("parameter", "Something that whoever starts the procedure may or must say.", parameter -> {
                var type = parameter.otherwise(
                        "type", Scalars.choice(ValueType.class), ValueType.TEXT, "What kind of value it is.");
                var fallback = parameter.optional(
                        "default", Scalars.ANY_TEXT, "What it is when nothing is said; without it, it must be said.");
                var description = parameter.required("description", TEXT, "One sentence.");
                return fields -> new Parameter("", fields.get(type), fields.get(fallback), fields.get(description));
            });

    private static final Section<ReadProcedure> PROCEDURE =
            Section.of("procedure", "A named sequence of steps.", procedure -> {
                var title = procedure.required("title", TEXT, "What a person reads.");
                var use = procedure.required("use", TEXT, "When it is to be used, in words.");
                var parameters = procedure.otherwise(
                        "parameters",
                        Several.named(NAME_OF_SOMETHING, PARAMETER, Procedures::named),
                        List.of(),
                        "What may be said at the start, by name: ${parameters.NAME}.");
                var deadline = procedure.optional("deadline", DURATION, "Of a whole run.");
                var steps = procedure.required("steps", Several.listOf(Steps.STEP), "What is done, in order.");
                return fields -> new ReadProcedure(
                        new Procedure(
                                "",
                                fields.get(title),
                                fields.get(use),
                                fields.get(parameters),
                                fields.get(deadline),
                                ReadStep.steps(fields.get(steps))),
                        ReadStep.byHand(fields.get(steps)));
            });

    static final Shape<List<ReadProcedure>> ALL =
            new SizedProcedures(Several.named(NAME_OF_SOMETHING, PROCEDURE, Procedures::named));

    private Procedures() {}

    private static Parameter named(String name, Parameter parameter) {
        return new Parameter(name, parameter.type(), parameter.fallback(), parameter.description());
    }

    private static ReadProcedure named(String id, ReadProcedure read) {
        var it = read.procedure();
        return new ReadProcedure(
                new Procedure(id, it.title(), it.use(), it.parameters(), it.deadline(), it.steps()), read.byHand());
    }
}
