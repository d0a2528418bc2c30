package io.holdfast.cli.configuration;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The JSON Schema (2020-12) of {@code holdfast.yaml}, for editors. */
public final class JsonSchema {

    private JsonSchema() {}

    /** Of strings, numbers, lists and maps. */
    public static Map<String, Object> document() {
        var top = section("What 'holdfast' is told; docs/configuration.md explains it.");
        for (var setting : Settings.ALL) {
            var dot = setting.path().indexOf('.');
            var into = dot < 0 ? top : sectionOf(top, setting.path().substring(0, dot));
            properties(into).put(setting.path().substring(dot + 1), leaf(setting));
        }
        var document = new LinkedHashMap<String, Object>();
        document.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        document.put("title", "holdfast.yaml");
        document.putAll(top);
        return document;
    }

    private static Map<String, Object> section(String description) {
        var section = new LinkedHashMap<String, Object>();
        section.put("description", description);
        section.put("type", "object");
        section.put("additionalProperties", false);
        section.put("properties", new LinkedHashMap<String, Object>());
        return section;
    }

    @SuppressWarnings("unchecked") // made in section()
    private static Map<String, Object> sectionOf(Map<String, Object> top, String name) {
        return (Map<String, Object>)
                properties(top).computeIfAbsent(name, _ -> section("Settings of %s.".formatted(name)));
    }

    @SuppressWarnings("unchecked") // made in section()
    private static Map<String, Object> properties(Map<String, Object> section) {
        return (Map<String, Object>) Objects.requireNonNull(section.get("properties"));
    }

    private static Map<String, Object> leaf(Setting<?> setting) {
        var leaf = new LinkedHashMap<String, Object>();
        leaf.put("description", setting.description());
        leaf.putAll(new TreeMap<>(setting.type().schema()));
        setting.defaultText().ifPresent(text -> leaf.put("default", text));
        return leaf;
    }
}
