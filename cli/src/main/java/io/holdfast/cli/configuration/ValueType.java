package io.holdfast.cli.configuration;

import io.holdfast.repository.mirror.CommitPolicy;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A kind of value: how its text is read and how it is described.
 *
 * @param label what stands for it in a synopsis: {@code DIR}, {@code SIZE}
 * @param schema the members of its JSON Schema
 */
record ValueType<T>(String label, Map<String, Object> schema, Reader<T> reader) {

    ValueType {
        schema = Map.copyOf(schema);
    }

    interface Reader<T> {

        /**
         * Reads one value.
         *
         * @param base against what a relative path is resolved
         */
        Parsed<T> read(String text, Path base);
    }

    Parsed<T> parse(String text, Path base) {
        return reader.read(text, base);
    }

    boolean isPath() {
        return label.equals("FILE") || label.equals("DIR");
    }

    static ValueType<String> text(String label) {
        return new ValueType<>(
                label,
                Map.of("type", "string", "minLength", 1),
                (text, _) -> text.isBlank() ? Parsed.refused("a text: it is empty") : Parsed.value(text));
    }

    /** Text of a certain form; {@code make} must take what matches. */
    static <T> ValueType<T> word(String label, String syntax, String description, Function<String, T> make) {
        var form = Pattern.compile(syntax);
        return new ValueType<>(
                label,
                Map.of("type", "string", "pattern", "^" + syntax + "$"),
                (text, _) ->
                        form.matcher(text).matches() ? Parsed.value(make.apply(text)) : Parsed.refused(description));
    }

    static ValueType<Path> file() {
        return path("FILE");
    }

    static ValueType<Path> folder() {
        return path("DIR");
    }

    /** A folder or a part of a bucket; the label is a folder's, so that completion offers folders. */
    static ValueType<RepositoryLocation> location() {
        return new ValueType<>("DIR", Map.of("type", "string", "minLength", 1), RepositoryLocation::parse);
    }

    static ValueType<MirrorPlaces> mirrors() {
        return new ValueType<>("LOCATIONS", Map.of("type", "string", "minLength", 1), MirrorPlaces::parse);
    }

    static ValueType<CommitPolicy> commitPolicy() {
        return new ValueType<>(
                "POLICY",
                Map.of("type", "string", "pattern", "^" + CommitPolicy.SYNTAX + "$"),
                (text, _) -> CommitPolicy.of(text)
                        .map(Parsed::value)
                        .orElseGet(() -> Parsed.refused("all, primary, or any N with N from 1 to 9")));
    }

    private static ValueType<Path> path(String label) {
        return new ValueType<>(label, Map.of("type", "string", "minLength", 1), (text, base) -> {
            if (text.isBlank()) {
                return Parsed.refused("a path: it is empty");
            }
            try {
                return Parsed.value(base.resolve(text).normalize());
            } catch (InvalidPathException _) {
                return Parsed.refused("a path on this system");
            }
        });
    }

    static ValueType<Integer> number(String label, int least, int most) {
        var refusal = Parsed.<Integer>refused("a whole number from %d to %d".formatted(least, most));
        return new ValueType<>(label, Map.of("type", "integer", "minimum", least, "maximum", most), (text, _) -> {
            try {
                var number = Integer.parseInt(text);
                return number < least || number > most ? refusal : Parsed.value(number);
            } catch (NumberFormatException _) {
                return refusal;
            }
        });
    }

    static ValueType<ByteSize> size(String label) {
        return new ValueType<>(
                label,
                Map.of("type", List.of("string", "integer"), "pattern", "^" + ByteSize.SYNTAX + "$"),
                (text, _) -> ByteSize.parse(text));
    }

    static ValueType<Duration> duration() {
        return new ValueType<>(
                "TIME",
                Map.of("type", "string", "pattern", "^" + TimeSpan.SYNTAX + "$"),
                (text, _) -> TimeSpan.parse(text));
    }

    /** A duration, or the word {@code never}, which is no duration at all. */
    static ValueType<Optional<Duration>> durationOrNever() {
        return new ValueType<>(
                "TIME",
                Map.of("type", "string", "pattern", "^(never|" + TimeSpan.SYNTAX + ")$"),
                (text, _) -> text.equals("never") ? Parsed.value(Optional.empty()) : duration(text));
    }

    private static Parsed<Optional<Duration>> duration(String text) {
        return switch (TimeSpan.parse(text)) {
            case Parsed.Value<Duration> found -> Parsed.value(Optional.of(found.value()));
            case Parsed.Refused<Duration> refused -> Parsed.refused("never, or " + refused.reason());
        };
    }

    /** One of the constants of an enum, written as {@code toString} writes them. */
    static <E extends Enum<E>> ValueType<E> choice(String label, Class<E> type) {
        var constants = List.of(type.getEnumConstants());
        var words = constants.stream().map(Enum::toString).toList();
        return new ValueType<>(
                label,
                Map.of("type", "string", "enum", words),
                (text, _) -> constants.stream()
                        .filter(constant -> constant.toString().equals(text))
                        .findFirst()
                        .map(Parsed::value)
                        .orElseGet(() -> Parsed.refused("one of " + String.join(", ", words))));
    }
}
