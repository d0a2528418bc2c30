package io.holdfast.cli;

import io.holdfast.cli.configuration.RepositoryLocation;
import io.holdfast.cli.configuration.Setting;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.status.CheckCapture;
import io.holdfast.postgres.action.PostgresHost;
import io.holdfast.postgres.action.ProvidedActions;
import io.holdfast.postgres.action.RepositoryPlace;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.restore.replay.PrefetchProgram;
import io.holdfast.postgres.restore.replay.RepositoryReference;
import io.holdfast.repository.Repository;
import io.holdfast.runbook.action.Action;
import io.holdfast.runbook.action.Actions;
import io.holdfast.runbook.builtin.BuiltInActions;
import java.io.File;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What the steps of a procedure work with on this host: its configuration, before which counts what a step says itself.
 *
 * @param err takes warnings about repositories
 * @param took how long procedures took, by the runs that are recorded where actions are executed
 */
record ActionHost(
        Surroundings surroundings,
        Optional<Path> configurationFile,
        PrintWriter err,
        Supplier<Map<String, Duration>> took)
        implements PostgresHost {

    /** Every action that is installed. */
    List<Action> actions() {
        var further = ServiceLoader.load(ActionProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .<Actions>map(provider -> () -> provider.actions(surroundings, this::configured, this::actions, took));
        var own = Stream.<Actions>of(
                new BuiltInActions(Thread::sleep, surroundings.environment()),
                new ProvidedActions(this, Thread::sleep),
                () -> List.of(new CheckCapture(
                        () -> configured().stateFolder(), now -> configured().protection(now))));
        return Stream.concat(own, further)
                .flatMap(actions -> actions.actions().stream())
                .toList();
    }

    private Workspace configured() {
        return workspace(Map.of());
    }

    private Workspace workspace(RepositoryPlace place) {
        var settings = new HashMap<Setting<?>, String>();
        place.settings().forEach((name, value) -> settings.put(setting(name), value));
        // The repository of this host may be in several places, which a flag would leave out.
        if (!configured()
                .configuration()
                .find(Settings.REPOSITORY_PATH)
                .map(RepositoryLocation::toString)
                .equals(Optional.of(place.location()))) {
            settings.put(Settings.REPOSITORY_PATH, place.location());
        }
        place.keyFile().ifPresent(file -> settings.put(Settings.KEY_FILE, file));
        place.passphraseFile().ifPresent(file -> settings.put(Settings.PASSPHRASE_FILE, file));
        return workspace(settings);
    }

    private Workspace workspace(Map<Setting<?>, String> settings) {
        return Workspace.of(surroundings, configurationFile, settings, err);
    }

    private static Setting<?> setting(String name) {
        return Settings.ALL.stream()
                .filter(setting -> setting.path().equals(name))
                .findFirst()
                .orElseThrow(() -> UsageException.noSetting(
                        name, Settings.ALL.stream().map(Setting::path).toList()));
    }

    @Override
    public Repository openForReading(RepositoryPlace place) {
        return workspace(place).openRepositoryForReading();
    }

    @Override
    public Repository openForWriting(RepositoryPlace place) {
        return workspace(place).openRepository();
    }

    @Override
    public Repository openToRestore(RepositoryPlace place) {
        return workspace(place).openRepositoryToRestore();
    }

    @Override
    public RepositoryReference reference(RepositoryPlace place) {
        return RepositoryReferences.of(workspace(place));
    }

    @Override
    public PrefetchProgram prefetch(Path directory) {
        return Prefetcher.carriedInto(directory);
    }

    @Override
    public BackupRequest backup(RepositoryPlace place) {
        return BackupCommand.request(workspace(place));
    }

    @Override
    public Optional<Path> stateFolder(RepositoryPlace place) {
        var workspace = workspace(place);
        var captured = configured().configuration().find(Settings.REPOSITORY_PATH);
        return captured.isPresent() && captured.equals(workspace.configuration().find(Settings.REPOSITORY_PATH))
                ? Optional.of(workspace.stateFolder())
                : Optional.empty();
    }

    @Override
    public Path spool(RepositoryPlace place) {
        return workspace(place).spool();
    }

    @Override
    public Path binDirectory(int major) {
        return configured().binDirectory(major);
    }

    @Override
    public List<Path> searchPath() {
        return Stream.of(surroundings.environment().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .filter(folder -> folder.startsWith("/"))
                .map(Path::of)
                .toList();
    }
}
