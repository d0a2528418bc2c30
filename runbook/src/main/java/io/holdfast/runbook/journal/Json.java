package io.holdfast.runbook.journal;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.holdfast.plan.procedure.Template;
import io.holdfast.plan.procedure.Ungraceful;
import io.holdfast.plan.procedure.Value;
import io.holdfast.plan.procedure.Work;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** How the parts of a run are written in the state database. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addMixIn(Work.class, Sealed.class)
            .addMixIn(Value.class, Sealed.class)
            .addMixIn(Ungraceful.class, Sealed.class)
            .addModule(new SimpleModule()
                    .addSerializer(Template.class, new TemplateWriter())
                    .addDeserializer(Template.class, new TemplateReader()))
            .build();

    private Json() {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "is")
    private interface Sealed {}

    static String of(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    static Definition definition(String json) {
        return MAPPER.readValue(json, Definition.class);
    }

    static Map<String, String> texts(String json) {
        return MAPPER.readValue(json, new TypeReference<LinkedHashMap<String, String>>() {});
    }

    /** As it stands in a plan. */
    private static final class TemplateWriter extends ValueSerializer<Template> {

        @Override
        public void serialize(Template template, JsonGenerator generator, SerializationContext context) {
            generator.writeString(template.toString());
        }
    }

    private static final class TemplateReader extends ValueDeserializer<Template> {

        @Override
        public Template deserialize(JsonParser parser, DeserializationContext context) {
            return Template.parse(parser.getString());
        }
    }
}
