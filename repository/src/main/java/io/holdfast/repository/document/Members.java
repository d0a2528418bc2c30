package io.holdfast.repository.document;

import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.binary.Bytes;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.MismatchedInputException;

/**
 * The members of a JSON object, for the few records of which thousands are read at once: Jackson binds records by way of method
 * handles, which are slow in a JVM that has just started. As strict as {@link Json}: what is not there, null or of another type is refused,
 * and what is not asked for is ignored.
 */
public final class Members {

    private final JsonNode object;

    private Members(JsonNode object) {
        this.object = object;
    }

    /** Makes a value of the members of the object that comes next. */
    public static <T> T read(JsonParser parser, DeserializationContext context, Function<Members, T> make) {
        return make(parser, context.readTree(parser), make);
    }

    /** Makes a value of an object's members. */
    public static <T> T of(JsonNode object, Function<Members, T> make) {
        return make(null, object, make);
    }

    /** A value that refuses its arguments makes a document that Jackson refuses. */
    private static <T> T make(@Nullable JsonParser parser, JsonNode object, Function<Members, T> make) {
        try {
            return make.apply(new Members(object));
        } catch (IllegalArgumentException | HoldfastException e) {
            throw MismatchedInputException.from(parser, Members.class, String.valueOf(e.getMessage()));
        }
    }

    public String text(String name) {
        var value = present(name);
        require(value.isString(), name, "a text");
        return value.stringValue();
    }

    public long number(String name) {
        var value = present(name);
        require(value.isIntegralNumber() && value.canConvertToLong(), name, "a number");
        return value.longValue();
    }

    public int smallNumber(String name) {
        var value = present(name);
        require(value.isIntegralNumber() && value.canConvertToInt(), name, "a small number");
        return value.intValue();
    }

    public boolean yes(String name) {
        var value = present(name);
        require(value.isBoolean(), name, "true or false");
        return value.booleanValue();
    }

    public Instant time(String name) {
        try {
            return UtcTime.parse(text(name));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("member '%s' is not a time".formatted(name), e);
        }
    }

    public Bytes bytes(String name) {
        return Bytes.ofBase64(text(name));
    }

    /** Any value, which is not looked into. */
    public JsonNode any(String name) {
        return present(name);
    }

    public Members object(String name) {
        return within(name, present(name));
    }

    public <T> List<T> objects(String name, Function<Members, T> each) {
        return elements(name).map(element -> each.apply(within(name, element))).toList();
    }

    /** As Jackson binds each; most such lists are empty. */
    public <T> List<T> boundList(String name, Class<T> type) {
        return elements(name)
                .map(element -> Json.mapper().treeToValue(element, type))
                .toList();
    }

    /** Empty if the member is not there; the function is given its name. */
    public <T> Optional<T> optional(String name, Function<String, T> read) {
        var value = object.get(name);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(read.apply(name));
    }

    private Stream<JsonNode> elements(String name) {
        var value = present(name);
        require(value.isArray(), name, "a list");
        return value.values().stream();
    }

    private Members within(String name, JsonNode value) {
        require(value.isObject(), name, "an object");
        return new Members(value);
    }

    private JsonNode present(String name) {
        var value = object.get(name);
        if (value == null || value.isNull()) {
            throw new IllegalArgumentException("member '%s' is missing".formatted(name));
        }
        return value;
    }

    private static void require(boolean is, String name, String what) {
        if (!is) {
            throw new IllegalArgumentException("member '%s' is not %s".formatted(name, what));
        }
    }
}
