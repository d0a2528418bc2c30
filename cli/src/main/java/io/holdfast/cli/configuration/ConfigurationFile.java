package io.holdfast.cli.configuration;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads {@code holdfast.yaml} token by token, because only tokens have exact places (databind's are the next token's).
 * Scalars are taken as they are written: {@code 08} is no octal number here. Anchors, aliases, tags and a second
 * document are refused, since Jackson reads an alias as its own name and drops the rest.
 */
final class ConfigurationFile {

    private final Path file;
    private final String shownAs;
    private final List<ConfigurationProblem> problems;
    private final Map<String, Setting<?>> byPath = new HashMap<>();
    private final Set<String> sections = new TreeSet<>();
    private final List<GivenText> found = new ArrayList<>();
    private List<String> lines = List.of();

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
            var text = Files.readString(file);
            lines = text.lines().toList();
            try (var parser =
                    (YAMLParser) new YAMLFactory().createParser(ObjectReadContext.empty(), new StringReader(text))) {
                readDocument(parser);
            }
        } catch (JacksonException e) {
            problem(e.getLocation(), firstLine(e.getOriginalMessage()), "correct the YAML");
        } catch (java.nio.charset.CharacterCodingException _) {
            problems.add(new ConfigurationProblem(shownAs, "it is not UTF-8", "save it as UTF-8"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private void readDocument(YAMLParser parser) {
        var first = parser.nextToken();
        if (first == null) {
            return; // empty, or nothing but comments
        }
        if (first != JsonToken.START_OBJECT) {
            problem(parser, "the file does not hold 'key: value' lines", "see docs/configuration.md for an example");
            return;
        }
        refuseWhatIsNotPlain(parser);
        readSection(parser, "");
        if (parser.nextToken() != null) {
            problem(parser, "a second document begins", "keep everything in one document");
        }
    }

    /** From behind its opening to its end. */
    private void readSection(YAMLParser parser, String prefix) {
        var seen = new HashSet<String>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            var key = parser.currentName();
            var where = parser.currentTokenLocation();
            if (!seen.add(key)) {
                problem(where, "'%s' is there twice".formatted(prefix + key), "remove one of them");
            }
            parser.nextToken();
            refuseWhatIsNotPlain(parser);
            readValue(parser, prefix, key, where);
        }
    }

    private void readValue(YAMLParser parser, String prefix, String key, TokenStreamLocation where) {
        var path = prefix + key;
        var setting = Optional.ofNullable(byPath.get(path));
        var token = parser.currentToken();
        if (setting.isPresent() && token.isScalarValue() && token != JsonToken.VALUE_NULL) {
            var given = new GivenText(
                    setting.get(),
                    parser.getString(),
                    Origin.FILE,
                    place(parser.currentTokenLocation()),
                    file.toAbsolutePath().resolveSibling(""));
            given.problem().ifPresentOrElse(problems::add, () -> found.add(given));
        } else if (setting.isPresent()) {
            problem(
                    where,
                    token == JsonToken.VALUE_NULL
                            ? "'%s' has no value".formatted(path)
                            : "'%s' takes one value, not a list or a section".formatted(path),
                    "write '%s: %s'".formatted(key, setting.get().label()));
            parser.skipChildren();
        } else if (prefix.isEmpty() && sections.contains(key) && token == JsonToken.START_OBJECT) {
            readSection(parser, key + ".");
        } else if (prefix.isEmpty() && sections.contains(key)) {
            if (token != JsonToken.VALUE_NULL) { // an empty section is harmless
                problem(where, "'%s' is a section".formatted(key), "write its settings indented beneath it");
            }
            parser.skipChildren();
        } else {
            problem(where, "unknown key '%s'".formatted(path), remedy(prefix, key));
            parser.skipChildren();
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

    private void refuseWhatIsNotPlain(YAMLParser parser) {
        if (parser.isCurrentAlias()) {
            problem(parser, "an alias ('*name') is not understood", "write the value itself");
        } else if (parser.getObjectId() != null || firstLetter(parser.currentTokenLocation()) == '&') {
            problem(parser, "an anchor ('&name') is not understood", "write the value itself");
        } else if (parser.getTypeId() != null) {
            problem(parser, "a tag ('!name') is not understood", "write the value without it");
        }
    }

    /** The parser does not tell of the anchor of a scalar, but where the scalar begins, the anchor stands. */
    private char firstLetter(TokenStreamLocation where) {
        var line = where.getLineNr() > lines.size() ? "" : lines.get(where.getLineNr() - 1);
        return where.getColumnNr() > line.length() ? ' ' : line.charAt(where.getColumnNr() - 1);
    }

    private void problem(YAMLParser parser, String message, String remedy) {
        problem(parser.currentTokenLocation(), message, remedy);
    }

    private void problem(TokenStreamLocation where, String message, String remedy) {
        problems.add(new ConfigurationProblem(place(where), message, remedy));
    }

    private String place(TokenStreamLocation where) {
        return "%s:%d:%d".formatted(shownAs, where.getLineNr(), where.getColumnNr());
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("it is not YAML");
    }
}
