package io.holdfast.plan.yaml;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

    private static final Pattern NO_TEXT =
            Pattern.compile("[\\p{Cc}\\x{D800}-\\x{DFFF}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}&&[^\\n\\r\\t]]");

    private static final Pattern FOUND_AT = Pattern.compile("(?m)^ in reader, line (\\d{1,9}), column (\\d{1,9}):");

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
            problems.add(new Problem(whereOf(e), code, whatOf(e), "correct the YAML"));
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
            default -> new Node.Scalar(text(parser.getString(), where), where);
        };
    }

    private Node mapping(YAMLParser parser, Place where, String path, int depth) {
        var entries = new LinkedHashMap<String, Node.Entry>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            var keyPlace = place(parser.currentTokenLocation());
            var key = text(parser.currentName(), keyPlace);
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

    /**
     * By escapes such as \0 a value could be one that no database stores, that a terminal obeys instead of showing it, or that
     * people read in another order than it is in. What is told of such a text must not do that either.
     */
    private String text(String read, Place where) {
        var hidden = NO_TEXT.matcher(read);
        if (!hidden.find()) {
            return read;
        }
        problems.add(new Problem(
                where,
                code,
                "it has a control character, half of one, or one that turns the order",
                "write it as text"));
        return hidden.replaceAll("\uFFFD");
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

    /** The parser's message holds the place of what it was at, of what it found there, and the lines around: indented. */
    private static Place whereOf(JacksonException trouble) {
        var places = FOUND_AT.matcher(trouble.getOriginalMessage()).results().toList();
        if (!places.isEmpty()) {
            var last = places.getLast();
            return new Place(Integer.parseInt(last.group(1)), Integer.parseInt(last.group(2)));
        }
        return trouble.getLocation() == null ? Place.START : place(trouble.getLocation());
    }

    private static String whatOf(JacksonException trouble) {
        var said = trouble.getOriginalMessage()
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith(" "))
                .collect(Collectors.joining(": "));
        return said.isEmpty() ? "it is not YAML" : said;
    }
}
