package io.holdfast.plan.file;

import static io.holdfast.plan.file.Scalars.NAME_OF_SOMETHING;
import static io.holdfast.plan.file.Scalars.TEXT;

import io.holdfast.plan.Environment;
import io.holdfast.plan.Recurring;
import io.holdfast.plan.Recurring.Missed;
import io.holdfast.plan.Recurring.Task;
import io.holdfast.plan.yaml.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Shapes of where procedures run, and of what runs by itself. */
final class Surroundings {

    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]+");

    /** Texts by name, in sections perhaps: what stands beneath {@code database.host} is called just that. */
    private static final Shape<Map<String, String>> NAMES = new Shape<>() {
        @Override
        public Optional<Map<String, String>> read(Node node, String path, Problems problems) {
            if (!(node instanceof Node.Mapping mapping)) {
                return Several.mapOf(TEXT).read(node, path, problems);
            }
            var before = problems.count();
            var read = new LinkedHashMap<String, String>();
            collect(mapping, "", path, problems, read);
            return problems.count() == before ? Optional.of(read) : Optional.empty();
        }

        private void collect(
                Node.Mapping mapping, String prefix, String path, Problems problems, Map<String, String> read) {
            mapping.entries().forEach((key, entry) -> {
                var name = path + "." + prefix + key;
                if (!KEY.matcher(key).matches()) {
                    problems.add(
                            entry.keyPlace(),
                            "plan.invalid-value",
                            "'%s' cannot be referred to".formatted(name),
                            "use letters, digits, '-' and '_'");
                } else if (entry.value() instanceof Node.Mapping inner) {
                    collect(inner, prefix + key + ".", path, problems, read);
                } else {
                    TEXT.read(entry.value(), name, problems).ifPresent(text -> read.put(prefix + key, text));
                }
            });
        }

        @Override
        public Map<String, Object> schema(Definitions definitions) {
            return Map.of("type", "object");
        }
    };

    private static final Section<Environment> ENVIRONMENT =
            Section.of("environment", "A place where procedures run, and the names that differ there.", environment -> {
                var title = environment.required("title", TEXT, "What people call it.");
                var region = environment.optional("region", TEXT, "What fails together with it.");
                var runs = environment.optional(
                        "runs",
                        Several.listOf(TEXT),
                        "The procedures that may be started here; without it, all that are no variant for elsewhere.");
                var variants = environment.otherwise(
                        "variants", Several.mapOf(TEXT), Map.of(), "What takes the place of a procedure here.");
                var values = environment.otherwise(
                        "values", NAMES, Map.of(), "What ${environment.NAME} stands for, in sections perhaps.");
                return fields -> new Environment(
                        "",
                        fields.get(title),
                        fields.get(region),
                        fields.get(runs),
                        fields.get(variants),
                        fields.get(values));
            });

    static final Shape<List<Environment>> ENVIRONMENTS = Several.named(
            NAME_OF_SOMETHING,
            ENVIRONMENT,
            (name, it) -> new Environment(name, it.title(), it.region(), it.runs(), it.variants(), it.values()));

    private static final Section<Recurring> RECURRING =
            Section.checked("recurring", "Work that comes round by itself.", recurring -> {
                var title = recurring.required("title", TEXT, "What people call it.");
                var environment = recurring.required("environment", TEXT, "Where it is done.");
                var when = Backups.When.in(recurring);
                var missed = recurring.otherwise(
                        "missed",
                        Scalars.choice(Missed.class),
                        Missed.CATCH_UP,
                        "When nobody was there: done once later, or skipped.");
                var procedure = recurring.optional("procedure", TEXT, "A run of this procedure.");
                var parameters =
                        recurring.otherwise("parameters", Values.INPUTS, Map.of(), "What the procedure is told.");
                var watch = recurring.optional(
                        "task", Scalars.choice(Builtin.class), "Or: `check-plan` against the world, `watch-capture`.");
                return fields -> {
                    var task = task(fields, procedure, parameters, watch);
                    var timing = when.of(fields);
                    return task.isEmpty() || timing.isEmpty()
                            ? Optional.empty()
                            : Optional.of(new Recurring(
                                    "",
                                    fields.get(title),
                                    fields.get(environment),
                                    timing.get(),
                                    fields.get(missed),
                                    task.get()));
                };
            });

    static final Shape<List<Recurring>> RECURRING_WORK = Several.named(
            NAME_OF_SOMETHING,
            RECURRING,
            (id, it) -> new Recurring(id, it.title(), it.environment(), it.timing(), it.missed(), it.task()));

    private Surroundings() {}

    private enum Builtin {
        CHECK_PLAN,
        WATCH_CAPTURE
    }

    private static Optional<Task> task(
            Section.Fields fields,
            Section.Key<Optional<String>> procedure,
            Section.Key<Map<String, io.holdfast.plan.procedure.Value>> parameters,
            Section.Key<Optional<Builtin>> builtin) {
        var run = fields.get(procedure);
        var watch = fields.get(builtin);
        if (run.isPresent() == watch.isPresent() || (watch.isPresent() && fields.has(parameters))) {
            fields.problems()
                    .add(
                            fields.place(),
                            "plan.invalid-value",
                            "'%s' does not say what is done".formatted(fields.path()),
                            "write either procedure, with parameters perhaps, or task");
            return Optional.empty();
        }
        return run.<Task>map(id -> new Task.Run(id, fields.get(parameters)))
                .or(() -> watch.map(task -> switch (task) {
                    case CHECK_PLAN -> new Task.CheckPlan();
                    case WATCH_CAPTURE -> new Task.WatchCapture();
                }));
    }
}
