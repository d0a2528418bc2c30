package io.holdfast.runbook.run;

import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.Actions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/** The actions that can be executed here, by name. */
public final class Catalogue {

    private final Map<String, Action> actions;

    private Catalogue(Map<String, Action> actions) {
        this.actions = actions;
    }

    /** These and no others. */
    public static Catalogue of(List<Action> actions) {
        var byName = new LinkedHashMap<String, Action>();
        for (var action : actions) {
            if (byName.put(action.descriptor().name(), action) != null) {
                throw new IllegalArgumentException("there are two actions '%s'"
                        .formatted(action.descriptor().name()));
            }
        }
        return new Catalogue(byName);
    }

    /** Those that the class path provides, and these. */
    public static Catalogue installed(List<Action> more) {
        var all = new ArrayList<>(more);
        ServiceLoader.load(Actions.class).forEach(provider -> all.addAll(provider.actions()));
        return of(all);
    }

    public Optional<Action> find(String name) {
        return Optional.ofNullable(actions.get(name));
    }

    public List<Action> all() {
        return List.copyOf(actions.values());
    }
}
