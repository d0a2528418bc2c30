package io.holdfast.cli;

import io.holdfast.runbook.action.Action;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Adds actions from above this package; found with {@link java.util.ServiceLoader}, and made each time that actions are asked
 * for.
 */
public interface ActionProvider {

    /**
     * Those that can be executed on this host.
     *
     * @param configured as this host is configured
     * @param all every action that is installed, these among them
     * @param took how long procedures took, as far as who executes them knows
     */
    List<Action> actions(
            Surroundings surroundings,
            Supplier<Workspace> configured,
            Supplier<List<Action>> all,
            Supplier<Map<String, Duration>> took);
}
