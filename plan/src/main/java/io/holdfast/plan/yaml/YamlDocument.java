package io.holdfast.plan.yaml;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads YAML token by token, because only tokens have exact places (databind's are the next token's). Scalars are taken
 * as they are written: {@code 08} is no octal number here. Anchors, aliases, tags and a second document are refused,
 * since Jackson reads an alias as its own name and drops the rest.
 */
public final class YamlDocument {

    /** Deeper than any file that a person writes, and not so deep that reading it could end the stack. */
    private static final int DEEPEST = 60;

    private static final Pattern NO_TEXT = Pattern.compile("[\\p{Cc}\\x{D800}-\\x{DFFF}&&[^\\n\\r\\t]]");

    private final String code;
    private final List<String> lines;
    private final List<Problem> problems;

    private YamlDocument(String code, List<String> lines, List<Problem> problems) {
        this.code = code;
        this.lines = lines;
        this.problems = problems;
    }

    /**
     * Reads a whole file.
     *
     * @param code what its problems are called
     * @param problems takes what is wrong with it
     * @return empty if nothing is written there, or nothing that could be read
     */
    public static Optional<Node> read(String text, String code, List<Problem> problems) {
        var document = new YamlDocument(code, text.lines().toList(), problems);
        try (var parser =
                (YAMLParser) new YAMLFactory().createParser(ObjectReadContext.empty(), new StringReader(text))) {
            return document.root(parser);
        } catch (JacksonException e) {
            var where = e.getLocation() == null ? Place.START : place(e.getLocation());
            problems.add(new Problem(where, code, firstLine(e.getOriginalMessage()), "correct the YAML"));
            return Optional.empty();
        }
    }

    private Optional<Node> root(YAMLParser parser) {
        if (parser.nextToken() == null) {
            return Optional.empty();
        }
        var root = node(parser, "", 0);
        if (parser.nextToken() != null) {
            problem(parser, "a second document begins", "keep everything in one document");
        }
        return Optional.of(root);
    }

    /** From its first token to its last. */
    private Node node(YAMLParser parser, String path, int depth) {
        refuseWhatIsNotPlain(parser);
        var where = place(parser.currentTokenLocation());
        if (depth > DEEPEST) {
            problem(parser, "it is nested more than %d levels deep".formatted(DEEPEST), "write it flatter");
            parser.skipChildren();
            return new Node.Empty(where);
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(parser, where, path, depth);
            case START_ARRAY -> listing(parser, where, path, depth);
            case VALUE_NULL -> new Node.Empty(where);
            default -> {
                requireText(parser.getString(), where);
                yield new Node.Scalar(parser.getString(), where);
            }
        };
    }

    private Node mapping(YAMLParser parser, Place where, String path, int depth) {
        var entries = new LinkedHashMap<String, Node.Entry>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            var key = parser.currentName();
            var keyPlace = place(parser.currentTokenLocation());
            requireText(key, keyPlace);
            if (parser.currentTokenLocation().getColumnNr() > 0 && firstLetter(parser.currentTokenLocation()) == '&') {
                problem(parser, "an anchor ('&name') is not understood", "write the key itself");
            }
            parser.nextToken();
            var value = node(parser, path + key + ".", depth + 1);
            if (entries.putIfAbsent(key, new Node.Entry(keyPlace, value)) != null) {
                problems.add(
                        new Problem(keyPlace, code, "'%s' is there twice".formatted(path + key), "remove one of them"));
            }
        }
        return new Node.Mapping(entries, where);
    }

    private Node listing(YAMLParser parser, Place where, String path, int depth) {
        var items = new ArrayList<Node>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(parser, path, depth + 1));
        }
        return new Node.Listing(items, where);
    }

    /** By escapes such as \0 a value could be one that no database stores, or that a terminal obeys instead of showing it. */
    private void requireText(String text, Place where) {
        if (NO_TEXT.matcher(text).find()) {
            problems.add(new Problem(where, code, "it has a control character or half of one", "write it as text"));
        }
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

    private void problem(YAMLParser parser, String message, String hint) {
        problems.add(new Problem(place(parser.currentTokenLocation()), code, message, hint));
    }

    private static Place place(TokenStreamLocation where) {
        return new Place(Math.max(1, where.getLineNr()), Math.max(1, where.getColumnNr()));
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("it is not YAML");
    }
}
