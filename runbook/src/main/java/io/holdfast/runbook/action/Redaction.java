package io.holdfast.runbook.command;

import io.holdfast.problem.Secret;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Takes secrets out of what a program wrote: each whole, and each line of one that has several. */
public record Redaction(List<String> words) {

    /** A shorter line of a longer secret would hide half of the text, and give nothing away. */
    private static final int SHORTEST_LINE = 6;

    public Redaction {
        words = List.copyOf(words);
    }

    public static Redaction of(Collection<Secret> secrets) {
        return new Redaction(secrets.stream()
                .map(Secret::reveal)
                .flatMap(value ->
                        Stream.concat(Stream.of(value), value.lines().filter(line -> line.length() >= SHORTEST_LINE)))
                .filter(word -> !word.isEmpty())
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList());
    }

    public String of(String text) {
        var shown = text;
        for (var word : words) {
            shown = shown.replace(word, "[REDACTED]");
        }
        return shown;
    }
}
