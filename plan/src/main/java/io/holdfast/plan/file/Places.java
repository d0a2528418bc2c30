package io.holdfast.plan.file;

import io.holdfast.plan.yaml.Node;
import io.holdfast.plan.yaml.Place;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where each part of a plan stands in its file. A part is named by the keys that lead to it; in a list, an item is named by
 * its {@code id}, or else by its number from 0: {@code procedures, restore, steps, download}.
 */
public final class Places {

    private final Map<List<String>, Place> places = new HashMap<>();

    static Places of(Node root) {
        var places = new Places();
        places.add(List.of(), root.place(), root);
        return places;
    }

    /** Of the part itself, or of the nearest around it that is in the file. */
    public Place of(List<String> path) {
        for (var length = path.size(); length >= 0; length--) {
            var place = places.get(path.subList(0, length));
            if (place != null) {
                return place;
            }
        }
        return Place.START;
    }

    private void add(List<String> path, Place place, Node node) {
        places.putIfAbsent(path, place);
        switch (node) {
            case Node.Mapping mapping ->
                mapping.entries().forEach((key, entry) -> add(with(path, key), entry.keyPlace(), entry.value()));
            case Node.Listing listing -> {
                var items = listing.items();
                for (var i = 0; i < items.size(); i++) {
                    add(with(path, name(items.get(i), i)), items.get(i).place(), items.get(i));
                }
            }
            case Node.Scalar _, Node.Empty _ -> {}
        }
    }

    private static String name(Node item, int index) {
        if (item instanceof Node.Mapping mapping) {
            var entry = mapping.entries().get("id");
            if (entry != null && entry.value() instanceof Node.Scalar id) {
                return id.text();
            }
        }
        return Integer.toString(index);
    }

    private static List<String> with(List<String> path, String name) {
        return Stream.concat(path.stream(), Stream.of(name)).toList();
    }
}
