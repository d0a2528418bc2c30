package io.holdfast.plan.procedure;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an input of a step is given. Numbers and truth values are texts here: their type is a matter of the action. */
public sealed interface Value {

    record Text(Template template) implements Value {}

    record Listing(List<Value> values) implements Value {

        public Listing {
            values = List.copyOf(values);
        }
    }

    /** In the order of the file. */
    record Mapping(Map<String, Value> values) implements Value {

        public Mapping {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }

    /**
     * A text in which references may stand.
     *
     * @throws MalformedTemplateException if a reference in it is not one
     */
    static Value text(String text) {
        return new Text(Template.parse(text));
    }
}
