package io.holdfast.plan.check;

import io.holdfast.plan.Environment;
import io.holdfast.plan.Plan;
import io.holdfast.plan.action.ValueType;
import io.holdfast.plan.procedure.Template;
import io.holdfast.plan.procedure.Value;
import java.util.List;
import java.util.regex.Pattern;

/** {@code plan.secret-in-file}: a secret, or what looks like one, stands in the plan itself. */
final class NoSecrets implements Rule {

    private static final Pattern REFERENCE = Pattern.compile("(env|file|aws-secret):\\S+");

    /** Forms that nothing but a secret has. */
    private static final Pattern SECRET = Pattern.compile("AKIA[0-9A-Z]{16}"
            + "|-----BEGIN [A-Z ]*PRIVATE KEY"
            + "|xox[abprs]-[0-9A-Za-z-]{10,}"
            + "|hooks\\.slack\\.com/services/T"
            + "|gh[pousr]_[0-9A-Za-z]{20,}"
            + "|[a-z][a-z0-9+]*://[^/\\s:@]+:[^/\\s@$]+@"
            + "|(?i:password|passwd|secret)=[^\\s$][^\\s]{3,}");

    private static final String HINT =
            "write where it is: env:NAME, file:/path or aws-secret:NAME; and change it, it has been seen";

    @Override
    public List<String> sections() {
        return List.of("procedures", "health", "environments", "contacts");
    }

    @Override
    public void check(Plan plan, Circumstances circumstances, Report report) {
        for (var procedure : plan.procedures()) {
            Walk.steps(procedure).stream()
                    .flatMap(visited -> Templates.of(visited).stream())
                    .forEach(placed -> text(placed.template().toString(), placed.path(), report));
            Walk.steps(procedure)
                    .forEach(visited -> plan.byHand()
                            .of(procedure.id(), visited.step().id())
                            .ifPresent(commands -> text(commands, Paths.of(visited.path(), "by-hand"), report)));
        }
        Walk.uses(plan).forEach(use -> inputs(plan, use, report));
        Walk.health(plan).stream()
                .flatMap(use -> Templates.of(use).stream())
                .forEach(placed -> text(placed.template().toString(), placed.path(), report));
        for (var environment : plan.environments()) {
            environment.values().forEach((name, value) -> text(value, path(environment, name), report));
        }
        for (var contact : plan.contacts()) {
            contact.channels()
                    .forEach(
                            channel -> text(channel.address(), Paths.of("contacts", contact.id(), "channels"), report));
        }
    }

    private static List<String> path(Environment environment, String name) {
        return Paths.of(Paths.of("environments", environment.name(), "values"), name.split("\\."));
    }

    private static void text(String text, List<String> path, Report report) {
        if (SECRET.matcher(text).find()) {
            report.error("plan.secret-in-file", "this looks like a secret", HINT, path);
        }
    }

    private static void inputs(Plan plan, Use use, Report report) {
        use.call()
                .with()
                .forEach((name, value) -> use.descriptor()
                        .flatMap(action -> action.input(name))
                        .ifPresent(input -> {
                            if (input.type() == ValueType.SECRET) {
                                reference(plan, value, use.path(name), report);
                            } else if (input.type() == ValueType.SECRETS && value instanceof Value.Mapping(var named)) {
                                named.forEach(
                                        (key, inner) -> reference(plan, inner, Paths.of(use.path(name), key), report));
                            }
                        }));
    }

    /** A reference to a secret, or to a value of the environment that is one everywhere. */
    private static void reference(Plan plan, Value value, List<String> path, Report report) {
        if (value instanceof Value.Text(var template) && !isReference(plan, template)) {
            report.error("plan.secret-in-file", "this is to be a secret, and stands here openly", HINT, path);
        }
    }

    private static boolean isReference(Plan plan, Template template) {
        var references = template.references();
        if (references.isEmpty() || !template.parts().getFirst().equals(references.getFirst())) {
            return REFERENCE.matcher(template.toString()).matches();
        }
        var only = references.getFirst();
        var name = String.join(".", only.path().subList(1, only.path().size()));
        return template.parts().size() == 1
                && only.scope().equals("environment")
                && plan.environments().stream()
                        .map(environment -> environment.values().getOrDefault(name, "env:ABSENT"))
                        .allMatch(text -> REFERENCE.matcher(text).matches());
    }
}
