package io.holdfast.cli.plan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text of a plan to begin with. */
final class NewPlan {

    /** {@code @name@} in the text that is shipped. */
    private static final Pattern BLANK = Pattern.compile("@([a-z-]+)@");

    private final FoundSurroundings found;
    private final LocalDate today;

    NewPlan(FoundSurroundings found, LocalDate today) {
        this.found = found;
        this.today = today;
    }

    String text() {
        var values = values();
        return BLANK.matcher(shipped())
                .replaceAll(blank -> Matcher.quoteReplacement(
                        values.getOrDefault(blank.group(1), "[%s]".formatted(blank.group(1)))));
    }

    private Map<String, String> values() {
        var values = new LinkedHashMap<String, String>();
        values.put("name", quoted(found.name().or(found::database).orElse("[Application]")));
        values.put("today", today.toString());
        values.put("review", today.plusMonths(3).toString());
        values.put("repository", quoted(found.repository().orElse("[Repository]")));
        values.put("key-file", quoted(found.keyFile().orElse("[Key file]")));
        values.put("server", quoted(found.server().orElse("[Server]")));
        values.put("user", quoted(found.user().orElse("[Role]")));
        values.put("database", quoted(found.database().orElse("[Database]")));
        values.put(
                "recovery-directory",
                quoted(found.dataDirectory()
                        .map(directory -> directory
                                .resolveSibling(directory.getFileName() + "-recovered")
                                .toString())
                        .orElse("[Directory for the recovered server]")));
        values.put(
                "found",
                found.version()
                        .map(version -> "PostgreSQL %s was found.".formatted(version))
                        .orElse("No PostgreSQL was reached."));
        return values;
    }

    /** As a YAML scalar, whatever is in it. */
    private static String quoted(String text) {
        return "'%s'".formatted(text.replace("'", "''").replaceAll("\\p{Cntrl}", " "));
    }

    private static String shipped() {
        try (var in = NewPlan.class.getResourceAsStream("new-plan.yaml")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
