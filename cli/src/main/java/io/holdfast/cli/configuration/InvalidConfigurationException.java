package io.holdfast.cli.configuration;

import io.holdfast.problem.HoldfastException;
import io.holdfast.problem.ProblemKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The configuration makes no sense as written: everything that is wrong with it, at once. Nothing was touched. */
public final class InvalidConfigurationException extends HoldfastException {

    private static final long serialVersionUID = 1;

    private final String code;

    private InvalidConfigurationException(String code, String message, String hint) {
        super(message, hint);
        this.code = code;
    }

    static InvalidConfigurationException of(List<ConfigurationProblem> problems) {
        if (problems.size() == 1) {
            var only = problems.getFirst();
            return new InvalidConfigurationException("configuration.invalid", only.toString(), only.remedy());
        }
        var lines = problems.stream()
                .map(problem -> "\n  %s; %s".formatted(problem, problem.remedy()))
                .collect(Collectors.joining());
        return new InvalidConfigurationException(
                "configuration.invalid",
                "the configuration has %d problems:%s".formatted(problems.size(), lines),
                "put all of them right; docs/configuration.md lists every setting");
    }

    static InvalidConfigurationException fileMissing(Path file, String saidBy) {
        return new InvalidConfigurationException(
                "configuration.missing-file",
                "there is no configuration file '%s'".formatted(file),
                "%s names it: correct that, or make the file".formatted(saidBy));
    }

    /** @param file the one that was read */
    static InvalidConfigurationException missing(Setting<?> setting, Optional<Path> file) {
        var flag = setting.flag()
                .map(name -> "give %s %s, ".formatted(name, setting.label()))
                .orElse("");
        return new InvalidConfigurationException(
                "configuration.missing",
                "'%s' is not configured".formatted(setting),
                flag
                        + "set %s, or ".formatted(setting.variable())
                        + file.map("write it into '%s'"::formatted)
                                .orElse("name the configuration file, by --config or HOLDFAST_CONFIG: there is neither"
                                        + " ./holdfast.yaml nor /etc/holdfast/holdfast.yaml"));
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public ProblemKind kind() {
        return ProblemKind.USAGE;
    }
}
