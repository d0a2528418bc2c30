package io.holdfast.cli.configuration;

import io.holdfast.problem.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Everything that was configured, checked. A flag comes before a variable, that before the file, that before a default. */
public final class Configuration {

    private final Map<Setting<?>, Chosen> chosen;
    private final Optional<Path> file;
    private final Optional<Secret> passphrase;

    private Configuration(Map<Setting<?>, Chosen> chosen, Optional<Path> file, Optional<Secret> passphrase) {
        this.chosen = Map.copyOf(chosen);
        this.file = file;
        this.passphrase = passphrase;
    }

    /**
     * What counts for one setting.
     *
     * @param value of the setting's type
     */
    private record Chosen(Object value, String text, Origin origin) {}

    /**
     * Reads everything.
     *
     * @throws InvalidConfigurationException with everything that is wrong
     */
    public static Configuration load(ConfigurationSources sources) {
        var problems = new ArrayList<ConfigurationProblem>();
        var texts = new ArrayList<GivenText>();
        for (var setting : Settings.ALL) {
            setting.defaultText()
                    .ifPresent(text -> texts.add(
                            new GivenText(setting, text, Origin.DEFAULT, "default", sources.workingDirectory())));
        }
        var file = sources.configurationFile();
        file.ifPresent(named -> texts.addAll(new ConfigurationFile(named.path(), named.shownAs(), problems).read()));
        texts.addAll(Environment.read(sources.environment(), sources.workingDirectory(), problems));
        sources.flags()
                .forEach((setting, text) -> texts.add(new GivenText(
                        setting,
                        text,
                        Origin.FLAG,
                        setting.flag().orElse(setting.path()),
                        sources.workingDirectory())));
        var chosen = choose(texts, problems);
        if (!problems.isEmpty()) {
            throw InvalidConfigurationException.of(problems);
        }
        return new Configuration(
                chosen,
                file.map(ConfigurationSources.Named::path),
                Optional.ofNullable(sources.environment().get(Environment.PASSPHRASE))
                        .filter(text -> !text.isEmpty())
                        .map(Secret::of));
    }

    /** Later ones replace earlier ones; a text that is replaced must make sense nevertheless. */
    private static Map<Setting<?>, Chosen> choose(List<GivenText> texts, List<ConfigurationProblem> problems) {
        var chosen = new HashMap<Setting<?>, Chosen>();
        for (var given : texts) {
            if (given.parse() instanceof Parsed.Value<?>(var value)) {
                chosen.put(given.setting(), new Chosen(Objects.requireNonNull(value), given.text(), given.origin()));
            } else {
                given.problem().ifPresent(problems::add);
            }
        }
        return chosen;
    }

    /** Empty if it was not given and has no default of its own. */
    @SuppressWarnings("unchecked") // put there by the setting's own type
    public <T> Optional<T> find(Setting<T> setting) {
        return Optional.ofNullable(chosen.get(setting)).map(found -> (T) found.value());
    }

    /**
     * The value of a setting without which the command cannot work.
     *
     * @throws InvalidConfigurationException if it was not given and has no default
     */
    public <T> T get(Setting<T> setting) {
        return find(setting).orElseThrow(() -> InvalidConfigurationException.missing(setting, file));
    }

    /** Where else the repository is. Who names its place with more weight, by a flag or a variable, means that one alone. */
    public List<MirrorPlaces.Place> mirrors() {
        return hidesMirrors()
                ? List.of()
                : find(Settings.REPOSITORY_MIRRORS).map(MirrorPlaces::places).orElse(List.of());
    }

    /** Whether mirrors are named, and do not count. */
    public boolean hidesMirrors() {
        var path = origin(Settings.REPOSITORY_PATH);
        return origin(Settings.REPOSITORY_MIRRORS)
                .filter(mirrors -> path.isEmpty() || path.get().isStrongerThan(mirrors))
                .isPresent();
    }

    /**
     * The same for one place of the repository.
     *
     * @param s3 what says how a bucket is reached, if that is not this one
     */
    public Configuration at(RepositoryLocation place, Optional<Configuration> s3) {
        var there = new HashMap<>(chosen);
        there.put(Settings.REPOSITORY_PATH, new Chosen(place, place.toString(), Origin.FLAG));
        s3.ifPresent(other -> Settings.ALL.stream()
                .filter(setting -> setting.path().startsWith("s3."))
                .forEach(setting -> {
                    there.remove(setting);
                    Optional.ofNullable(other.chosen.get(setting)).ifPresent(found -> there.put(setting, found));
                }));
        return new Configuration(there, file, passphrase);
    }

    /** As it was written. */
    public Optional<String> text(Setting<?> setting) {
        return Optional.ofNullable(chosen.get(setting)).map(Chosen::text);
    }

    public Optional<Origin> origin(Setting<?> setting) {
        return Optional.ofNullable(chosen.get(setting)).map(Chosen::origin);
    }

    /** The file that was read. */
    public Optional<Path> file() {
        return file;
    }

    /** The variable {@code HOLDFAST_PASSPHRASE}. */
    public Optional<Secret> passphrase() {
        return passphrase;
    }
}
