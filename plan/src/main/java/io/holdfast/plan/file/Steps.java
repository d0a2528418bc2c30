package io.holdfast.plan.file;

import static io.holdfast.plan.file.Scalars.DURATION;
import static io.holdfast.plan.file.Scalars.LINES;
import static io.holdfast.plan.file.Scalars.NAME_OF_SOMETHING;
import static io.holdfast.plan.file.Scalars.TEMPLATE;
import static io.holdfast.plan.file.Scalars.TEXT;
import static io.holdfast.plan.file.Scalars.number;

import io.holdfast.plan.file.Section.Fields;
import io.holdfast.plan.procedure.ActionCall;
import io.holdfast.plan.procedure.Condition;
import io.holdfast.plan.procedure.Retry;
import io.holdfast.plan.procedure.Step;
import io.holdfast.plan.procedure.Template;
import io.holdfast.plan.procedure.Ungraceful;
import io.holdfast.plan.procedure.Work;
import io.holdfast.plan.yaml.Node;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The shape of a step. */
final class Steps {

    static final String APPROVAL = "approval";
    static final String PARALLEL = "parallel";
    static final String PROCEDURE = "procedure";

    static final Section<ActionCall> CALL = Section.<ActionCall>of("call", "One action and what it is told.", call -> {
                var uses = call.required("uses", TEXT, "The name of the action.");
                var with = call.otherwise("with", Values.INPUTS, Map.of(), "Its inputs by name.");
                return fields -> new ActionCall(fields.get(uses), fields.get(with));
            })
            .withSchema(ActionSchema::ofCall);

    private static final Shape<Retry> RETRY =
            Section.of("retry", "How often a step is tried when another attempt may help.", retry -> {
                var attempts = retry.required("attempts", number(1, 100), "In all.");
                var delay = retry.otherwise(
                        "delay",
                        DURATION,
                        Duration.ofSeconds(5),
                        "Before the second; doubled before each further one.");
                return fields -> new Retry(fields.get(attempts), fields.get(delay));
            });

    static final Section<Work.Approval> APPROVAL_INPUTS =
            Section.of("approval", "Who must agree, and to what.", approval -> {
                var from = approval.required("from", Several.listOf(TEXT), "Contacts who may agree.");
                var quorum = approval.otherwise("quorum", number(1, 20), 1, "How many of them must.");
                var expires = approval.otherwise(
                        "expires", DURATION, Duration.ofMinutes(30), "No answer until then is a no.");
                var shown = approval.required("shown", TEMPLATE, "What they are shown, and sign.");
                return fields ->
                        new Work.Approval(fields.get(from), fields.get(quorum), fields.get(expires), fields.get(shown));
            });

    private static final Shape<Ungraceful> UNGRACEFUL = new Shape<>() {
        @Override
        public Optional<Ungraceful> read(Node node, String path, Problems problems) {
            if (!(node instanceof Node.Scalar(var text, var place))) {
                return CALL.read(node, path, problems).map(Ungraceful.Instead::new);
            }
            return switch (text) {
                case "same" -> Optional.of(new Ungraceful.Same());
                case "skip" -> Optional.of(new Ungraceful.Skip());
                default -> {
                    problems.add(
                            place,
                            "plan.invalid-value",
                            "'%s' is neither same, skip nor an action: '%s'".formatted(path, text),
                            "write same, skip, or uses and with of another action indented beneath it");
                    yield Optional.empty();
                }
            };
        }

        @Override
        public Map<String, Object> schema(Definitions definitions) {
            return Map.of(
                    "oneOf",
                    List.of(Map.of("type", "string", "enum", List.of("same", "skip")), CALL.schema(definitions)));
        }
    };

    static final Shape<ReadStep> STEP = Shape.late(() -> Steps.SECTION);

    private static final Section<ReadStep> SECTION =
            Section.checked("step", "One step of a procedure.", Keys::declare).withSchema(ActionSchema::ofStep);

    private Steps() {}

    /** The keys of a step. */
    private record Keys(
            Section.Key<String> id,
            Section.Key<String> title,
            Section.Key<Optional<String>> uses,
            Section.Key<Optional<Node>> with,
            Section.Key<Optional<List<ReadStep>>> steps,
            Section.Key<Optional<List<Template>>> forEach,
            Section.Key<Integer> limit,
            Section.Key<Optional<Condition>> when,
            Section.Key<List<ActionCall>> gates,
            Section.Key<List<ActionCall>> verify,
            Section.Key<Optional<Duration>> timeout,
            Section.Key<Retry> retry,
            Section.Key<Ungraceful> ungraceful,
            Section.Key<Optional<Template>> on,
            Section.Key<Optional<String>> byHand) {

        static java.util.function.Function<Fields, Optional<ReadStep>> declare(Section<ReadStep> step) {
            var keys = new Keys(
                    step.required(
                            "id", NAME_OF_SOMETHING, "Unique in its procedure; others refer to its outputs by it."),
                    step.required("title", TEXT, "What a person reads."),
                    step.optional("uses", TEXT, "An action, or `approval`, `parallel` or `procedure`."),
                    step.optional("with", Values.RAW, "What the action is told: its inputs by name."),
                    step.optional("steps", Several.listOf(STEP), "With `parallel` or `for-each`: what is done."),
                    step.optional(
                            "for-each", Several.listOf(TEMPLATE), "The steps are done for each; they say ${item}."),
                    step.otherwise("limit", number(1, 1000), 1, "With `for-each`: how many items at once."),
                    step.optional(
                            "when", Values.CONDITION, "Left out where it does not hold: ${parameters.mode} == dump"),
                    step.list("gates", CALL, "Actions that only read; all must hold before the step begins."),
                    step.list("verify", CALL, "Actions that only read; all must hold before the step counts as done."),
                    step.optional("timeout", DURATION, "Of one attempt."),
                    step.otherwise("retry", RETRY, Retry.NONE, "Whether it is tried again."),
                    step.otherwise(
                            "ungraceful",
                            UNGRACEFUL,
                            new Ungraceful.Same(),
                            "In an ungraceful run: `same`, `skip`, or another action."),
                    step.optional("on", TEMPLATE, "The member where it runs; elsewhere it is refused."),
                    step.optional("by-hand", LINES, "What a person types where Holdfast cannot do it."));
            return keys::make;
        }

        Optional<ReadStep> make(Fields fields) {
            var byHand = new HashMap<>(ReadStep.byHand(fields.get(steps).orElse(List.of())));
            fields.get(this.byHand).ifPresent(text -> byHand.put(fields.get(id), text));
            return work(fields)
                    .map(work -> new ReadStep(
                            new Step(
                                    fields.get(id),
                                    fields.get(title),
                                    work,
                                    fields.get(when),
                                    fields.get(gates),
                                    fields.get(verify),
                                    fields.get(timeout),
                                    fields.get(retry),
                                    fields.get(ungraceful),
                                    fields.get(on)),
                            byHand));
        }

        private Optional<Work> work(Fields fields) {
            var action = fields.get(uses).orElse("");
            var repeated = fields.get(forEach);
            if (repeated.isPresent()) {
                return refuse(fields, "'for-each'", uses, with)
                        ? within(fields).map(steps -> new Work.ForEach(repeated.get(), fields.get(limit), steps))
                        : Optional.empty();
            }
            if (action.isEmpty()) {
                fields.problems()
                        .add(
                                fields.place(),
                                "plan.missing-key",
                                "'%s' does nothing: 'uses' is missing".formatted(fields.path()),
                                "name an action, approval, parallel or procedure; or loop with for-each");
                return Optional.empty();
            }
            if (action.equals(PARALLEL)) {
                return refuse(fields, "'uses: parallel'", with, limit)
                        ? within(fields).map(Work.Parallel::new)
                        : Optional.empty();
            }
            if (!refuse(fields, "'uses: " + action + "'", steps, limit)) {
                return Optional.empty();
            }
            var inputs = fields.get(with).orElseGet(() -> new Node.Mapping(Map.of(), fields.place(uses)));
            var path = Section.join(fields.path(), "with");
            return switch (action) {
                case APPROVAL ->
                    APPROVAL_INPUTS.read(inputs, path, fields.problems()).map(Work.class::cast);
                case PROCEDURE -> nested(inputs, path, fields.problems());
                default ->
                    Values.INPUTS
                            .read(inputs, path, fields.problems())
                            .map(given -> new Work.Act(new ActionCall(action, given)));
            };
        }

        private Optional<List<Step>> within(Fields fields) {
            var inner = fields.get(steps);
            if (inner.isEmpty() || inner.get().isEmpty()) {
                fields.problems()
                        .add(
                                fields.place(),
                                "plan.missing-key",
                                "'%s' has no steps".formatted(fields.path()),
                                "write the steps beneath 'steps'");
                return Optional.empty();
            }
            return Optional.of(ReadStep.steps(inner.get()));
        }

        private static boolean refuse(Fields fields, String beside, Section.Key<?>... senseless) {
            var fine = true;
            for (var key : senseless) {
                if (fields.has(key)) {
                    fields.problems()
                            .add(
                                    fields.place(key),
                                    "plan.unknown-key",
                                    "'%s' makes no sense beside %s"
                                            .formatted(Section.join(fields.path(), key.name()), beside),
                                    "remove it");
                    fine = false;
                }
            }
            return fine;
        }
    }

    private static Optional<Work> nested(Node inputs, String path, Problems problems) {
        return Values.INPUTS.read(inputs, path, problems).flatMap(given -> {
            var parameters = new java.util.LinkedHashMap<>(given);
            if (parameters.remove(PROCEDURE) instanceof io.holdfast.plan.procedure.Value.Text(var template)
                    && template.references().isEmpty()) {
                return Optional.of(new Work.Nested(template.toString(), parameters));
            }
            problems.add(
                    inputs.place(),
                    "plan.missing-key",
                    "'%s.procedure' does not name a procedure".formatted(path),
                    "write the id of one, without references, and its parameters beside it");
            return Optional.empty();
        });
    }
}
