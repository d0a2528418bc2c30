package io.holdfast.plan.yaml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of a file, and where it stands. */
public sealed interface Node {

    /** Where it begins. */
    Place place();

    /** What it is, with its article: {@code a list}. */
    String kind();

    /** One value, as it is written: {@code 08} is {@code 08}, and {@code yes} is {@code yes}. */
    record Scalar(String text, Place place) implements Node {

        @Override
        public String kind() {
            return "'" + text + "'";
        }
    }

    /** A key without a value. */
    record Empty(Place place) implements Node {

        @Override
        public String kind() {
            return "nothing";
        }
    }

    record Listing(List<Node> items, Place place) implements Node {

        public Listing {
            items = List.copyOf(items);
        }

        @Override
        public String kind() {
            return "a list";
        }
    }

    /** Keys and values, in the order of the file. */
    record Mapping(Map<String, Entry> entries, Place place) implements Node {

        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        @Override
        public String kind() {
            return "a section";
        }
    }

    /**
     * The value of a key.
     *
     * @param keyPlace where the key stands
     */
    record Entry(Place keyPlace, Node value) {}
}
