package io.holdfast.plan.action;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every action that a plan may name, whether or not this host has a provider for it. */
public final class ActionCatalogue {

    /** By name. */
    public static final List<ActionDescriptor> ALL = Stream.of(
                    AwsActions.ALL,
                    CheckActions.ALL,
                    CommandActions.ALL,
                    HoldfastActions.ALL,
                    KubernetesActions.ALL,
                    NotifyActions.ALL,
                    PostgresActions.ALL)
            .flatMap(List::stream)
            .sorted(Comparator.comparing(ActionDescriptor::name))
            .toList();

    private static final Map<String, ActionDescriptor> BY_NAME =
            ALL.stream().collect(Collectors.toUnmodifiableMap(ActionDescriptor::name, Function.identity()));

    private ActionCatalogue() {}

    public static Optional<ActionDescriptor> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }
}
