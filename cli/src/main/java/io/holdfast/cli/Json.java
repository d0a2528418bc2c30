package io.holdfast.cli;

import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON as commands write it: indented, times in ISO 8601, the names of record components as they are. */
public final class Json {

    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    public static String write(Object document) {
        return MAPPER.writeValueAsString(document);
    }

    /** On one line, for stderr. */
    static String writeLine(Object document) {
        return MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(document);
    }

    /** An array of texts. */
    static List<String> readTexts(String array) {
        return List.of(MAPPER.readValue(array, String[].class));
    }
}
