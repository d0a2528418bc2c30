package io.holdfast.cli.configuration;

import io.holdfast.plan.yaml.NearestName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The {@code HOLDFAST_*} variables. One that is nearly a known name is refused; other unknown ones are not ours to judge,
 * since Kubernetes makes variables out of the name of every service.
 */
final class Environment {

    /** Where the configuration file is. */
    static final String CONFIG = "HOLDFAST_CONFIG";

    /** The passphrase itself: never in a file that is also a configuration, never a flag. */
    static final String PASSPHRASE = "HOLDFAST_PASSPHRASE";

    private static final Set<String> OTHERS = Set.of(CONFIG, PASSPHRASE, "HOLDFAST_JAVA_OPTIONS");

    private Environment() {}

    static List<GivenText> read(Map<String, String> variables, Path base, List<ConfigurationProblem> problems) {
        var byVariable = Settings.ALL.stream().collect(Collectors.toMap(Setting::variable, setting -> setting));
        var found = new ArrayList<GivenText>();
        new TreeMap<>(variables).forEach((name, value) -> {
            var setting = byVariable.get(name);
            if (setting != null && !value.isEmpty()) {
                found.add(new GivenText(setting, value, Origin.ENVIRONMENT, name, base));
            } else if (setting == null && name.startsWith("HOLDFAST_") && !OTHERS.contains(name)) {
                byVariable.keySet().stream()
                        .filter(known -> NearestName.distance(name, known) <= 2)
                        .sorted()
                        .findFirst()
                        .ifPresent(nearest -> problems.add(new ConfigurationProblem(
                                name, "unknown variable", "did you mean %s?".formatted(nearest))));
            }
        });
        return found;
    }
}
