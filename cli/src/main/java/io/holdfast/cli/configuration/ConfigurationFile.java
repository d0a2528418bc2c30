package io.holdfast.cli.configuration;

import io.holdfast.plan.yaml.NearestName;
import io.holdfast.plan.yaml.Node;
import io.holdfast.plan.yaml.Place;
import io.holdfast.plan.yaml.Problem;
import io.holdfast.plan.yaml.YamlDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads {@code holdfast.yaml}. */
final class ConfigurationFile {

    private final Path file;
    private final String shownAs;
    private final List<ConfigurationProblem> problems;
    private final Map<String, Setting<?>> byPath = new HashMap<>();
    private final Set<String> sections = new TreeSet<>();
    private final List<GivenText> found = new ArrayList<>();
    private final List<Told> told = new ArrayList<>();

    private record Told(Place place, ConfigurationProblem problem) {}

    /**
     * Reads nothing yet.
     *
     * @param problems takes what is wrong with the file
     */
    ConfigurationFile(Path file, String shownAs, List<ConfigurationProblem> problems) {
        this.file = file;
        this.shownAs = shownAs;
        this.problems = problems;
        for (var setting : Settings.ALL) {
            byPath.put(setting.path(), setting);
            var dot = setting.path().indexOf('.');
            if (dot > 0) {
                sections.add(setting.path().substring(0, dot));
            }
        }
    }

    /** What the file gives, in its order. */
    List<GivenText> read() {
        try {
            var malformed = new ArrayList<Problem>();
            var root = YamlDocument.read(Files.readString(file), "configuration.invalid", malformed);
            malformed.forEach(problem -> problem(problem.place(), problem.message(), problem.hint()));
            root.ifPresent(this::readDocument);
            told.stream().sorted(Comparator.comparing(Told::place)).forEach(it -> problems.add(it.problem()));
        } catch (CharacterCodingException _) {
            problems.add(new ConfigurationProblem(shownAs, "it is not UTF-8", "save it as UTF-8"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private void readDocument(Node root) {
        if (root instanceof Node.Mapping mapping) {
            readSection(mapping, "");
        } else {
            problem(
                    root.place(),
                    "the file does not hold 'key: value' lines",
                    "see docs/configuration.md for an example");
        }
    }

    private void readSection(Node.Mapping section, String prefix) {
        section.entries().forEach((key, entry) -> readValue(prefix, key, entry));
    }

    private void readValue(String prefix, String key, Node.Entry entry) {
        var path = prefix + key;
        var setting = Optional.ofNullable(byPath.get(path));
        if (setting.isPresent() && entry.value() instanceof Node.Scalar(var text, var place)) {
            var given = new GivenText(
                    setting.get(),
                    text,
                    Origin.FILE,
                    place(place),
                    file.toAbsolutePath().resolveSibling(""));
            given.problem().ifPresentOrElse(problem -> told.add(new Told(place, problem)), () -> found.add(given));
        } else if (setting.isPresent()) {
            problem(
                    entry.keyPlace(),
                    entry.value() instanceof Node.Empty
                            ? "'%s' has no value".formatted(path)
                            : "'%s' takes one value, not a list or a section".formatted(path),
                    "write '%s: %s'".formatted(key, setting.get().label()));
        } else if (prefix.isEmpty() && sections.contains(key)) {
            readNamedSection(key, entry);
        } else {
            problem(entry.keyPlace(), "unknown key '%s'".formatted(path), remedy(prefix, key));
        }
    }

    private void readNamedSection(String key, Node.Entry entry) {
        switch (entry.value()) {
            case Node.Mapping mapping -> readSection(mapping, key + ".");
            case Node.Empty _ -> {} // harmless
            case Node.Scalar _, Node.Listing _ ->
                problem(entry.keyPlace(), "'%s' is a section".formatted(key), "write its settings indented beneath it");
        }
    }

    private String remedy(String prefix, String key) {
        var known = known(prefix);
        return NearestName.of(key, known)
                .or(() -> byPath.keySet().stream()
                        .filter(path -> path.endsWith("." + key))
                        .findFirst())
                .map(nearest -> "did you mean '%s'?".formatted(known.contains(nearest) ? prefix + nearest : nearest))
                .orElseGet(() -> "known are " + String.join(", ", known));
    }

    private Set<String> known(String prefix) {
        var names = byPath.keySet().stream()
                .filter(path -> path.startsWith(prefix))
                .map(path -> path.substring(prefix.length()))
                .filter(name -> name.indexOf('.') < 0)
                .collect(Collectors.toCollection(TreeSet::new));
        if (prefix.isEmpty()) {
            names.addAll(sections);
        }
        return names;
    }

    private void problem(Place where, String message, String remedy) {
        told.add(new Told(where, new ConfigurationProblem(place(where), message, remedy)));
    }

    private String place(Place where) {
        return shownAs + ":" + where;
    }
}
