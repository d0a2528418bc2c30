package io.holdfast.plan.file;

import io.holdfast.plan.SshPublicKey;
import io.holdfast.plan.action.TimeSpan;
import io.holdfast.plan.procedure.MalformedTemplateException;
import io.holdfast.plan.procedure.Template;
import io.holdfast.plan.yaml.NearestName;
import io.holdfast.plan.yaml.Node;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Shapes of single values. */
final class Scalars {

    /** What names a procedure, a step or a contact; it stands in references, file names and messages. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?");

    private Scalars() {}

    /** A value that a text becomes, or empty; {@code wanted} is what is said then, with its article. */
    private record Single<T>(String wanted, Map<String, Object> form, Function<String, Optional<T>> parse)
            implements Shape<T> {

        @Override
        public Optional<T> read(Node node, String path, Problems problems) {
            if (node instanceof Node.Scalar(var text, var place)) {
                var value = parse.apply(text);
                if (value.isEmpty()) {
                    var shown = text.length() > 60 ? text.substring(0, 60) + "..." : text;
                    problems.add(
                            place,
                            "plan.invalid-value",
                            "'%s' is not %s: '%s'".formatted(path, wanted, shown.replaceAll("\\p{Cntrl}", " ")),
                            "write " + wanted);
                }
                return value;
            }
            problems.add(
                    node.place(),
                    "plan.invalid-value",
                    "'%s' takes one value, not %s".formatted(path, node.kind()),
                    "write " + wanted);
            return Optional.empty();
        }

        @Override
        public Map<String, Object> schema(Definitions definitions) {
            return form;
        }
    }

    static final Shape<String> TEXT = new Single<>(
            "a text that is not empty",
            Map.of("type", List.of("string", "number", "boolean")),
            text -> text.isBlank() ? Optional.empty() : Optional.of(text.strip()));

    /** Of several lines perhaps, kept as they are. */
    static final Shape<String> LINES = new Single<>(
            "a text that is not empty",
            Map.of("type", "string", "minLength", 1),
            text -> text.isBlank() ? Optional.empty() : Optional.of(text.stripTrailing()));

    /** An empty one, too. */
    static final Shape<String> ANY_TEXT =
            new Single<>("a text", Map.of("type", List.of("string", "number", "boolean")), Optional::of);

    static final Shape<String> NAME_OF_SOMETHING = new Single<>(
            "a name of lower-case letters, digits, '-' and '_', at most 63",
            Map.of("type", "string", "pattern", "^" + NAME.pattern() + "$"),
            text -> Optional.of(text).filter(given -> NAME.matcher(given).matches()));

    /** A number that stands as a key. */
    static final Shape<String> ORDINAL = new Single<>(
            "a number from 1 to 99",
            Map.of("type", "string", "pattern", "^[1-9][0-9]?$"),
            text -> Optional.of(text).filter(given -> given.matches("[1-9][0-9]?")));

    /** A severity of incidents. */
    static final Shape<String> LEVEL = new Single<>(
            "a severity from P1 to P9",
            Map.of("type", "string", "pattern", "^P[1-9]$"),
            text -> Optional.of(text).filter(given -> given.matches("P[1-9]")));

    static final Shape<Duration> DURATION = new Single<>(
            "a duration such as 90s, 15m, 4h or 30d, longer than zero, at most a hundred years",
            Map.of("type", "string", "pattern", "^" + TimeSpan.SYNTAX + "$"),
            text -> TimeSpan.of(text).filter(span -> !span.isZero()));

    static final Shape<LocalDate> DATE = new Single<>(
            "a date such as 2026-04-17",
            Map.of("type", "string", "format", "date"),
            text -> attempt(() -> LocalDate.parse(text)));

    static final Shape<LocalTime> TIME_OF_DAY = new Single<>(
            "a time of day such as 02:00",
            Map.of("type", "string", "pattern", "^[0-2][0-9]:[0-5][0-9]$"),
            text -> text.length() == 5 ? attempt(() -> LocalTime.parse(text)) : Optional.empty());

    static final Shape<ZoneId> ZONE = new Single<>(
            "a time zone such as UTC or Europe/Berlin",
            Map.of("type", "string", "minLength", 1),
            text -> attempt(() -> ZoneId.of(text)));

    static final Shape<SshPublicKey> PUBLIC_KEY = new Single<>(
            "an Ed25519 public key as OpenSSH writes it (ssh-ed25519 AAAA...)",
            Map.of("type", "string", "pattern", "^ssh-ed25519 [A-Za-z0-9+/=]+( .*)?$"),
            SshPublicKey::parse);

    static Shape<Integer> number(int least, int most) {
        return new Single<>(
                "a whole number from %d to %d".formatted(least, most),
                Map.of("type", "integer", "minimum", least, "maximum", most),
                text -> attempt(() -> Integer.parseInt(text)).filter(number -> number >= least && number <= most));
    }

    /** One of the constants of an enum, in lower case, with '-' for '_'. */
    static <E extends Enum<E>> Shape<E> choice(Class<E> type) {
        var constants = List.of(type.getEnumConstants());
        var words = constants.stream().map(Scalars::word).toList();
        return new Single<>(
                "one of " + String.join(", ", words),
                Map.of("type", "string", "enum", words),
                text -> constants.stream()
                        .filter(constant -> word(constant).equals(text))
                        .findFirst());
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A text in which references may stand. */
    static final Shape<Template> TEMPLATE = new Shape<>() {
        @Override
        public Optional<Template> read(Node node, String path, Problems problems) {
            if (!(node instanceof Node.Scalar(var text, var place))) {
                return LINES.read(node, path, problems).map(Template::literal);
            }
            try {
                return Optional.of(Template.parse(text));
            } catch (MalformedTemplateException e) {
                problems.add(place, e.code(), "'%s': %s".formatted(path, e.getMessage()), e.hint());
                return Optional.empty();
            }
        }

        @Override
        public Map<String, Object> schema(Definitions definitions) {
            return Map.of("type", List.of("string", "number", "boolean"));
        }
    };

    /** What probably was meant, or all that could have been. */
    static String remedy(String name, java.util.Collection<String> known) {
        return NearestName.of(name, known)
                .map("did you mean '%s'?"::formatted)
                .orElseGet(() ->
                        "known are " + String.join(", ", known.stream().sorted().toList()));
    }

    static String remedy(String name, String... known) {
        return remedy(name, Arrays.asList(known));
    }

    private static <T> Optional<T> attempt(java.util.function.Supplier<T> parse) {
        try {
            return Optional.of(parse.get());
        } catch (DateTimeException | NumberFormatException _) {
            return Optional.empty();
        }
    }
}
