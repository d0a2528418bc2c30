package io.holdfast.repository.document;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.holdfast.repository.binary.MalformedEncodingException;
import io.holdfast.repository.store.ObjectKey;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * How values become JSON in documents: records by their components, times as ISO 8601 in UTC, absent values left out,
 * unknown members ignored (a newer version may have written them), missing ones refused unless they are optional.
 */
public final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .annotationIntrospector(new RequiredUnlessOptional())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_ABSENT))
            .build();

    private Json() {}

    public static JsonMapper mapper() {
        return MAPPER;
    }

    /**
     * Reads a document that was found in a store.
     *
     * @param name of the document, for the message
     * @throws MalformedEncodingException if it is not JSON, or not of this type
     */
    public static <T> T read(ObjectKey name, byte[] json, Class<T> type) {
        try {
            return requirePresent(name, MAPPER.readValue(json, type));
        } catch (JacksonException e) {
            throw malformed(name, e);
        }
    }

    /** As {@link #read}, for a document whose version had to be looked at first. */
    public static <T> T convert(ObjectKey name, JsonNode document, Class<T> type) {
        try {
            return requirePresent(name, MAPPER.treeToValue(document, type));
        } catch (JacksonException e) {
            throw malformed(name, e);
        }
    }

    /** The document {@code null} is JSON, and Jackson answers it with null. */
    private static <T> T requirePresent(ObjectKey name, @Nullable T value) {
        if (value == null) {
            throw malformed(name, null);
        }
        return value;
    }

    private static MalformedEncodingException malformed(ObjectKey name, @Nullable JacksonException cause) {
        return new MalformedEncodingException("'%s' does not hold what its name says".formatted(name), cause);
    }
}
