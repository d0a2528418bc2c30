package io.holdfast.plan.check;

import io.holdfast.plan.Plan;
import io.holdfast.plan.action.ActionDescriptor;
import io.holdfast.plan.action.Input;
import io.holdfast.plan.action.TimeSpan;
import io.holdfast.plan.procedure.Template;
import io.holdfast.plan.procedure.Value;
import io.holdfast.plan.yaml.NearestName;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;

/** {@code plan.unknown-input}, {@code plan.missing-input}, {@code plan.invalid-input}: an action is told something else than it takes. */
final class KnownInputs implements Rule {

    @Override
    public List<String> sections() {
        return List.of("procedures", "health");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        for (var use : Walk.uses(plan)) {
            use.descriptor().ifPresent(action -> check(use, action, report));
        }
    }

    private static void check(Use use, ActionDescriptor action, Report report) {
        var names = action.inputs().stream().map(Input::name).toList();
        use.call()
                .with()
                .forEach((name, value) -> action.input(name)
                        .ifPresentOrElse(
                                input -> checkValue(use, input, value, report),
                                () -> report.error(
                                        "plan.unknown-input",
                                        "'%s' has no input '%s'".formatted(action.name(), name),
                                        NearestName.of(name, names)
                                                .map("did you mean '%s'?"::formatted)
                                                .orElseGet(() -> names.isEmpty()
                                                        ? "it takes none"
                                                        : "it takes " + String.join(", ", names)),
                                        use.path(name))));
        action.inputs().stream()
                .filter(Input::required)
                .filter(input -> !use.call().with().containsKey(input.name()))
                .forEach(input -> report.error(
                        "plan.missing-input",
                        "'%s' is not told its input '%s'".formatted(action.name(), input.name()),
                        input.documentation(),
                        Paths.of(use.path(), "with")));
    }

    private static void checkValue(Use use, Input input, Value value, Report report) {
        var wanted = complaint(input, value);
        if (!wanted.isEmpty()) {
            report.error(
                    "plan.invalid-input",
                    "the input '%s' of '%s' is not %s"
                            .formatted(input.name(), use.call().uses(), wanted),
                    input.documentation(),
                    use.path(input.name()));
        }
    }

    /** What it should be; empty if it is. */
    private static String complaint(Input input, Value value) {
        return switch (input.type()) {
            case TEXT -> value instanceof Value.Text ? "" : "one text";
            case INTEGER -> single(value, "a whole number", text -> text.matches("-?[0-9]{1,18}"));
            case BOOLEAN -> single(value, "true or false", text -> text.equals("true") || text.equals("false"));
            case DURATION ->
                single(
                        value,
                        "a duration such as 90s, 15m, 4h or 30d",
                        text -> TimeSpan.of(text).isPresent());
            case INSTANT ->
                single(value, "a time with its offset such as 2026-01-15T14:30:00Z", KnownInputs::isInstant);
            case LIST ->
                value instanceof Value.Listing(var items) && items.stream().allMatch(Value.Text.class::isInstance)
                        ? ""
                        : "a list of texts";
            case MAP, SECRETS ->
                value instanceof Value.Mapping(var named)
                                && named.values().stream().allMatch(Value.Text.class::isInstance)
                        ? ""
                        : "texts by name";
            case SECRET -> value instanceof Value.Text ? "" : "one reference to a secret";
        };
    }

    /** What has a reference in it is known only when the step runs. */
    private static String single(Value value, String wanted, java.util.function.Predicate<String> form) {
        if (!(value instanceof Value.Text(Template template))) {
            return wanted;
        }
        return !template.references().isEmpty() || form.test(template.toString()) ? "" : wanted;
    }

    private static boolean isInstant(String text) {
        try {
            OffsetDateTime.parse(text);
            return true;
        } catch (DateTimeException _) {
            return false;
        }
    }
}
