package io.holdfast.cli;

import io.holdfast.cli.configuration.Configuration;
import io.holdfast.cli.configuration.ConfigurationSources;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.postgres.Pause;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.protect.SchedulePolicy;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.Disk;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.key.KeyEncryptionKey;
import io.holdfast.repository.store.ObjectStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalLong;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What commands work with, as configured: the repository, the server, this member's name, real time. Made once per
 * command with {@link #of}; opens nothing before it is asked to.
 */
public final class Workspace {

    private final Surroundings surroundings;
    private final Configuration configuration;

    private Workspace(Surroundings surroundings, Configuration configuration) {
        this.surroundings = surroundings;
        this.configuration = configuration;
    }

    /**
     * Reads the configuration of a command that {@link TakesSettings}.
     *
     * @param spec the command's own, with the flags that were parsed
     */
    public static Workspace of(CommandSpec spec) {
        return of(spec, SettingFlags.given(spec));
    }

    static Workspace of(CommandSpec spec, Map<io.holdfast.cli.configuration.Setting<?>, String> flags) {
        var surroundings = surroundings(spec);
        var sources = new ConfigurationSources(
                SettingFlags.configurationFile(spec),
                flags,
                surroundings.environment(),
                surroundings.workingDirectory(),
                surroundings.systemConfiguration());
        return new Workspace(surroundings, Configuration.load(sources));
    }

    static Surroundings surroundings(CommandSpec spec) {
        return ((RootCommand) spec.root().userObject()).surroundings();
    }

    public Configuration configuration() {
        return configuration;
    }

    /** Opens the repository for reading and writing; the caller closes it. */
    public Repository openRepository() {
        return open(stores().openForWriting(configuration));
    }

    /** Opens the repository without writing anything to it; the caller closes it. */
    public Repository openRepositoryForReading() {
        return open(stores().openForReading(configuration));
    }

    RepositoryStores stores() {
        return new RepositoryStores(disk(), clock());
    }

    private Repository open(ObjectStore store) {
        try {
            return Repository.open(store, this::keyToOpen);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** The key that opens the configured repository; asks at the terminal when nothing is configured. */
    KeyEncryptionKey keyToOpen() {
        return repositoryKey().toOpen();
    }

    RepositoryKey repositoryKey() {
        return new RepositoryKey(configuration, surroundings.passphrases());
    }

    /** How to reach the server; nothing is connected to. */
    public ConnectionSettings server() {
        return ServerSettings.of(configuration, surroundings.environment());
    }

    /** What this instance is called in the repository. */
    public MemberName member() {
        return configuration
                .find(Settings.MEMBER)
                .orElseGet(() -> HostName.ofThisHost().asMember());
    }

    /** When backups are due. */
    public SchedulePolicy schedule() {
        var volume = configuration.find(Settings.BACKUP_WAL_VOLUME);
        return new SchedulePolicy(
                configuration.get(Settings.BACKUP_EVERY),
                configuration.get(Settings.BACKUP_FULL_EVERY),
                volume.map(size -> OptionalLong.of(size.bytes())).orElseGet(OptionalLong::empty),
                configuration.find(Settings.BACKUP_RTO));
    }

    /** What this host remembers: the spool of a capture and its status. */
    public Path stateFolder() {
        return configuration.get(Settings.STATE_DIRECTORY);
    }

    /**
     * Where PostgreSQL's programs of a major version are.
     *
     * @throws HoldfastException if the folder that is configured does not hold them, or none is and they are not found
     */
    public Path binDirectory(int major) {
        return configuration
                .find(Settings.BIN_DIRECTORY)
                .map(folder -> ServerPrograms.require(folder, major))
                .orElseGet(() -> ServerPrograms.of(surroundings.environment().getOrDefault("PATH", ""))
                        .find(major));
    }

    /** Where captured WAL waits for its upload. */
    public Path spool() {
        return stateFolder().resolve("spool");
    }

    public Disk disk() {
        return new LocalDisk();
    }

    public InstantSource clock() {
        return surroundings.clock();
    }

    public Pause pause() {
        return Thread::sleep;
    }

    /** Whether stderr is a terminal, so that progress may be drawn. */
    public boolean isTerminal() {
        return surroundings.terminal();
    }
}
