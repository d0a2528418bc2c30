package io.holdfast.runbook.action;

import io.holdfast.problem.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an action was told, of the types that its descriptor declares: {@link String}, {@link Long}, {@link Boolean},
 * {@link Duration}, {@link Instant}, a list of texts, texts by name, a {@link Secret}, or secrets by name. The engine has checked
 * presence and types.
 */
public record Inputs(Map<String, Object> values) {

    public Inputs {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    public String text(String name) {
        return value(name, String.class);
    }

    public Optional<String> textIfGiven(String name) {
        return has(name) ? Optional.of(text(name)) : Optional.empty();
    }

    public long integer(String name, long otherwise) {
        return has(name) ? value(name, Long.class) : otherwise;
    }

    public boolean truth(String name, boolean otherwise) {
        return has(name) ? value(name, Boolean.class) : otherwise;
    }

    public Duration duration(String name, Duration otherwise) {
        return has(name) ? value(name, Duration.class) : otherwise;
    }

    public Optional<Instant> instantIfGiven(String name) {
        return has(name) ? Optional.of(value(name, Instant.class)) : Optional.empty();
    }

    /** Empty where it was not given. */
    public List<String> list(String name) {
        return has(name)
                ? ((List<?>) value(name, List.class))
                        .stream().map(String.class::cast).toList()
                : List.of();
    }

    /** Empty where it was not given. */
    public Map<String, String> map(String name) {
        var texts = new LinkedHashMap<String, String>();
        if (has(name)) {
            ((Map<?, ?>) value(name, Map.class)).forEach((key, value) -> texts.put((String) key, (String) value));
        }
        return texts;
    }

    public Secret secret(String name) {
        return value(name, Secret.class);
    }

    public Optional<Secret> secretIfGiven(String name) {
        return has(name) ? Optional.of(secret(name)) : Optional.empty();
    }

    /** Empty where it was not given. */
    public Map<String, Secret> secrets(String name) {
        var secrets = new LinkedHashMap<String, Secret>();
        if (has(name)) {
            ((Map<?, ?>) value(name, Map.class)).forEach((key, value) -> secrets.put((String) key, (Secret) value));
        }
        return secrets;
    }

    private <T> T value(String name, Class<T> type) {
        var value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the engine did not give '%s'".formatted(name));
        }
        return type.cast(value);
    }
}
