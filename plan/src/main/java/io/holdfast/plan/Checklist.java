package io.holdfast.plan;

import java.util.List;

/** What a person ticks off. */
public record Checklist(String title, List<String> items) {

    public Checklist {
        items = List.copyOf(items);
    }
}
