package io.holdfast.plan.diff;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The things of one section, by name, each with what is said of it. Confined to one thread. */
final class Subjects {

    private final Map<String, Map<String, String>> all = new LinkedHashMap<>();

    /** A thing that is there; what is said of it follows. */
    Subjects add(String subject) {
        all.computeIfAbsent(subject, _ -> new LinkedHashMap<>());
        return this;
    }

    /** What is said of a thing; an empty text is nothing. */
    Subjects say(String subject, String attribute, String text) {
        add(subject);
        if (!text.isEmpty()) {
            all.getOrDefault(subject, Map.of()).put(attribute, text);
        }
        return this;
    }

    /** A sentence for each thing that was added, removed or changed. */
    static List<String> compare(Subjects before, Subjects after) {
        var sentences = new ArrayList<String>();
        before.all.forEach((subject, was) -> {
            var is = after.all.get(subject);
            if (is == null) {
                sentences.add("%s: removed".formatted(subject));
            } else {
                attributes(subject, was, is, sentences);
            }
        });
        after.all.forEach((subject, is) -> {
            if (!before.all.containsKey(subject)) {
                sentences.add("%s: new%s".formatted(subject, listed(is)));
            }
        });
        return sentences;
    }

    private static void attributes(
            String subject, Map<String, String> was, Map<String, String> is, List<String> sentences) {
        is.forEach((attribute, text) -> {
            var former = was.get(attribute);
            if (former == null) {
                sentences.add("%s: %s is %s, nothing was said before".formatted(subject, attribute, text));
            } else if (!former.equals(text)) {
                sentences.add("%s: %s is %s, was %s".formatted(subject, attribute, text, former));
            }
        });
        was.forEach((attribute, text) -> {
            if (!is.containsKey(attribute)) {
                sentences.add("%s: %s is not said any more, was %s".formatted(subject, attribute, text));
            }
        });
    }

    private static String listed(Map<String, String> attributes) {
        return attributes.isEmpty()
                ? ""
                : attributes.entrySet().stream()
                        .map(entry -> "%s %s".formatted(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining("; ", ", with ", ""));
    }
}
