package io.holdfast.plan.procedure;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A text in which references may stand, {@code http://${environment.host}/health}; a doubled dollar sign before a brace
 * makes it literal. What a reference stands for is put in once and never read as a template again.
 */
public record Template(List<Part> parts) {

    private static final Pattern OPENING = Pattern.compile("\\$?\\$\\{");

    public Template {
        parts = List.copyOf(parts);
    }

    /** A piece of a template. */
    public sealed interface Part {}

    /** Stands for itself. */
    public record Literal(String text) implements Part {}

    /**
     * Stands for a value that is known when the step begins.
     *
     * @param path what stood between the braces, at its dots: {@code [steps, restore, port]}
     */
    public record Reference(List<String> path) implements Part {

        public Reference {
            path = List.copyOf(path);
        }

        /** {@code environment}, {@code parameters}, {@code steps}, {@code run}, {@code item} or {@code facts}. */
        public String scope() {
            return path.getFirst();
        }

        @Override
        public String toString() {
            return "${" + String.join(".", path) + "}";
        }
    }

    /** A text without references. */
    public static Template literal(String text) {
        return new Template(text.isEmpty() ? List.of() : List.of(new Literal(text)));
    }

    /**
     * Tells literals and references apart.
     *
     * @throws MalformedTemplateException if a reference does not end, or is empty
     */
    public static Template parse(String text) {
        var parts = new ArrayList<Part>();
        var literal = new StringBuilder();
        var opening = OPENING.matcher(text);
        var at = 0;
        while (opening.find(at)) {
            literal.append(text, at, opening.start());
            if (opening.group().length() == 3) {
                literal.append("${");
                at = opening.end();
                continue;
            }
            var end = text.indexOf('}', opening.end());
            if (end < 0) {
                throw new MalformedTemplateException("'%s' opens a reference that does not end".formatted(text));
            }
            if (!literal.isEmpty()) {
                parts.add(new Literal(literal.toString()));
                literal.setLength(0);
            }
            parts.add(reference(text.substring(opening.end(), end)));
            at = end + 1;
        }
        literal.append(text, at, text.length());
        if (!literal.isEmpty()) {
            parts.add(new Literal(literal.toString()));
        }
        return new Template(parts);
    }

    private static Reference reference(String text) {
        var path = List.of(text.strip().split("\\.", -1));
        if (path.stream().anyMatch(String::isBlank)) {
            throw new MalformedTemplateException("'${%s}' names nothing".formatted(text));
        }
        return new Reference(path);
    }

    public List<Reference> references() {
        return parts.stream()
                .filter(Reference.class::isInstance)
                .map(Reference.class::cast)
                .toList();
    }

    /** As it is written in a plan. */
    @Override
    public String toString() {
        return parts.stream()
                .map(part -> switch (part) {
                    case Literal(var text) -> text.replace("${", "$${");
                    case Reference reference -> reference.toString();
                })
                .collect(Collectors.joining());
    }
}
