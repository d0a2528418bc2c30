package io.holdfast.cli;

import io.holdfast.cli.check.KeyRegions;
import io.holdfast.cli.configuration.Configuration;
import io.holdfast.cli.configuration.ConfigurationSources;
import io.holdfast.cli.configuration.Origin;
import io.holdfast.cli.configuration.RepositoryLocation.Bucket;
import io.holdfast.cli.configuration.Settings;
import io.holdfast.cli.progress.CopyLines;
import io.holdfast.cli.status.Protected;
import io.holdfast.postgres.Pause;
import io.holdfast.postgres.archive.MemberName;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.cluster.ConnectionSettings;
import io.holdfast.postgres.mirror.Mirrors;
import io.holdfast.postgres.protect.SchedulePolicy;
import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.Repository;
import io.holdfast.repository.copy.BackupCopy;
import io.holdfast.repository.disk.Disk;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.frame.Unreadable;
import io.holdfast.repository.key.KeyEncryptionKey;
import io.holdfast.repository.key.kms.AwsKms;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.runbook.action.Action;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What commands work with, as configured: the repository, the server, this member's name, real time. Made once per
 * command with {@link #of}; opens nothing before it is asked to.
 */
public final class Workspace {

    private final Surroundings surroundings;
    private final Configuration configuration;
    private final PrintWriter err;
    private final Optional<Path> recoverySheet;

    /** Where the repository is. */
    private final RepositoryPlaces places;

    /** Whether this is a place of a repository that has another first one. */
    private final boolean mirror;

    private Workspace(
            Surroundings surroundings, Configuration configuration, PrintWriter err, Optional<Path> recoverySheet) {
        this(surroundings, configuration, err, recoverySheet, false);
    }

    private Workspace(
            Surroundings surroundings,
            Configuration configuration,
            PrintWriter err,
            Optional<Path> recoverySheet,
            boolean mirror) {
        this.mirror = mirror;
        this.surroundings = surroundings;
        this.configuration = configuration;
        this.err = err;
        this.recoverySheet = recoverySheet;
        this.places = new RepositoryPlaces(surroundings, configuration, new RepositoryStores(disk(), clock()), err);
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
        var configuration = Configuration.load(sources);
        if (configuration.origin(Settings.REPOSITORY_PATH).equals(Optional.of(Origin.ENVIRONMENT))
                && configuration.hidesMirrors()) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "WARNING: the repository is named by a variable: repository.mirrors of the configuration file does not count%n"
                                            .formatted()
                                    + "HINT: name its mirrors by HOLDFAST_REPOSITORY_MIRRORS too, or unset HOLDFAST_REPOSITORY_PATH");
        }
        return new Workspace(
                surroundings,
                configuration,
                spec.commandLine().getErr(),
                RecoverySheetOption.given(spec)
                        .map(sheet -> RecoverySheetFile.isTyped(sheet)
                                ? sheet
                                : surroundings.workingDirectory().resolve(sheet)));
    }

    /** Of a step of a procedure, which says on its own what differs from the configuration of this host. */
    static Workspace of(
            Surroundings surroundings,
            Optional<Path> configurationFile,
            Map<io.holdfast.cli.configuration.Setting<?>, String> settings,
            PrintWriter err) {
        var sources = new ConfigurationSources(
                configurationFile,
                settings,
                surroundings.environment(),
                surroundings.workingDirectory(),
                surroundings.systemConfiguration());
        return new Workspace(surroundings, Configuration.load(sources), err, Optional.empty());
    }

    /**
     * The same for another place, which has its own store and nothing else of its own.
     *
     * @param location instead of the repository of here
     * @param file instead of the file of here; variables and flags, which are about the repository of here, do not count then
     */
    Workspace elsewhere(Optional<String> location, Optional<Path> file) {
        var settings = new HashMap<io.holdfast.cli.configuration.Setting<?>, String>();
        location.ifPresent(text -> settings.put(Settings.REPOSITORY_PATH, text));
        var sources = new ConfigurationSources(
                file.or(configuration::file),
                settings,
                file.isPresent() ? Map.of() : surroundings.environment(),
                surroundings.workingDirectory(),
                surroundings.systemConfiguration());
        return new Workspace(surroundings, Configuration.load(sources), err, Optional.empty());
    }

    /** What a command finds around itself, whether or not it is configured. */
    public static Surroundings surroundings(CommandSpec spec) {
        return ((RootCommand) spec.root().userObject()).surroundings();
    }

    /**
     * Every action that can be executed here.
     *
     * @param took how long procedures took, as far as is known
     */
    public static List<Action> actions(CommandSpec spec, Supplier<Map<String, Duration>> took) {
        return new ActionHost(
                        surroundings(spec),
                        SettingFlags.configurationFile(spec),
                        spec.commandLine().getErr(),
                        took)
                .actions();
    }

    public Configuration configuration() {
        return configuration;
    }

    /**
     * Opens the repository for reading and writing; the caller closes it.
     *
     * @throws io.holdfast.repository.key.KeyException also if its key must not write any more
     */
    public Repository openRepository() {
        return open(places.forWriting(), this::requireWritable);
    }

    /** Whether the repository is in more than one place. */
    public boolean isMirrored() {
        return places.several();
    }

    /** The places of the repository, each as if it were the only one; its own first. */
    List<Workspace> places() {
        if (!isMirrored()) {
            return List.of(this);
        }
        var all = places.all();
        return Stream.concat(
                        Stream.of(new Workspace(surroundings, all.getFirst(), err, recoverySheet)),
                        all.stream().skip(1).map(place -> new Workspace(surroundings, place, err, recoverySheet, true)))
                .toList();
    }

    /** Opens one of the places of a repository that is open, with the key of that; the caller closes it. */
    Repository openAsPlaceOf(Repository opened, boolean writing) {
        return openElsewhere(
                opened, writing ? places.openForWriting(configuration) : stores().openForReading(configuration));
    }

    /** Opens a repository once more, with the key that it was opened with; the caller closes it. */
    Repository openAgain(Repository opened) {
        return openElsewhere(opened, places.forWriting());
    }

    /** The same to see what any of its places has. */
    Repository openAgainForReading(Repository opened) {
        return openElsewhere(opened, places.forReading());
    }

    private static Repository openElsewhere(Repository opened, ObjectStore store) {
        try {
            return opened.openElsewhere(store);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** What keeps the places of a repository alike; empty where it is in one. */
    Optional<Mirrors> mirrors(Repository opened) {
        var settings = new BackupCopy.Settings(HoldCommand.author(), BackupRequest.defaultJobs());
        return Mirrors.of(opened, settings, new CopyLines(err, clock()));
    }

    /** Opens the repository without writing anything to it; the caller closes it. */
    public Repository openRepositoryForReading() {
        return open(places.forReading(), this::warnIfNotWritable);
    }

    /** As for writing, which only some restores do; a disaster is no time to refuse a key that reads. */
    Repository openRepositoryToRestore() {
        return open(places.toRestore(), this::warnIfNotWritable);
    }

    /** To say what stays, in each place that answers. */
    Repository openRepositoryToHold() {
        return open(places.toRestore(), this::requireWritable);
    }

    /** The same where nothing may be written: what is copied away is held only if it can be. */
    Repository openRepositoryToCopy() {
        return open(places.toCopy(), this::warnIfNotWritable);
    }

    RepositoryStores stores() {
        return new RepositoryStores(disk(), clock());
    }

    private void requireWritable(Repository repository) {
        repository.writeObstacle().ifPresent(obstacle -> {
            throw obstacle;
        });
    }

    private void warnIfNotWritable(Repository repository) {
        repository
                .writeObstacle()
                .ifPresent(obstacle ->
                        err.println("WARNING: %s%nHINT: %s".formatted(obstacle.getMessage(), obstacle.hint())));
    }

    private Repository open(ObjectStore store, Consumer<Repository> look) {
        try {
            var repository = Repository.open(store, this::keyToOpen);
            repository.unreadable().onEach(this::warn);
            look.accept(repository);
            return repository;
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** Whoever looks for what can be recovered must know what was not looked at. */
    private void warn(Unreadable object) {
        err.println("WARNING: " + object.explain());
    }

    /** The key that opens the configured repository; asks at the terminal when nothing is configured. */
    KeyEncryptionKey keyToOpen() {
        return recoverySheet
                .<KeyEncryptionKey>map(sheet -> RecoverySheetFile.read(sheet, prompt()))
                .orElseGet(() -> repositoryKey().toOpen());
    }

    /** The sheet that opens the repository instead of the key that is configured. */
    Optional<Path> recoverySheet() {
        return recoverySheet;
    }

    /** A path as it was written on the command line. */
    public Path resolve(Path given) {
        return surroundings.workingDirectory().resolve(given);
    }

    /** Asks a person; absent where none sits at a terminal. */
    Optional<PassphrasePrompt> prompt() {
        return surroundings.passphrases();
    }

    RepositoryKey repositoryKey() {
        return new RepositoryKey(configuration, surroundings.passphrases());
    }

    /** Whether there is a repository that opens without asking a person. */
    public boolean opensWithoutAsking() {
        return configuration.find(Settings.REPOSITORY_PATH).isPresent()
                && (recoverySheet.isPresent()
                        || repositoryKey().keyFile().isPresent()
                        || repositoryKey().passphraseFile().isPresent()
                        || repositoryKey().kms().isPresent()
                        || configuration.passphrase().isPresent());
    }

    /** Where the key of AWS KMS is that opens the repository, the bucket, and this host, as far as configuration and environment say. */
    KeyRegions keyRegions() {
        var environment = surroundings.environment();
        var host = Optional.ofNullable(environment.get("AWS_REGION"))
                .or(() -> Optional.ofNullable(environment.get("AWS_DEFAULT_REGION")));
        var bucket = configuration.find(Settings.REPOSITORY_PATH).filter(Bucket.class::isInstance);
        var region = configuration
                .find(Settings.S3_REGION)
                .or(() -> configuration.find(Settings.S3_ENDPOINT).isPresent() ? Optional.empty() : host);
        return new KeyRegions(
                repositoryKey().kms().map(settings -> () -> new AwsKms(settings).regions()),
                bucket.flatMap(_ -> region),
                host);
    }

    /** The key that this host signs evidence with, whether or not it is there. */
    public Path evidenceKey() {
        return configuration.find(Settings.EVIDENCE_KEY_FILE).orElseGet(() -> {
            var usual = configuration.origin(Settings.STATE_DIRECTORY).equals(Optional.of(Origin.DEFAULT));
            var folder = usual ? Surroundings.usualFolder() : stateFolder();
            return folder.resolve("evidence-key");
        });
    }

    /** How to reach the server; nothing is connected to. */
    public ConnectionSettings server() {
        return ServerSettings.of(configuration, surroundings.environment());
    }

    /** The file of the plan. */
    public Path plan() {
        return configuration.find(Settings.PLAN).orElseThrow(UsageException::noPlan);
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

    /** How well this member is protected at a time, as the repository and the state folder tell. */
    public Protected protection(Instant now) {
        try (var repository = openRepositoryForReading()) {
            return Protected.look(repository, member(), stateFolder(), schedule(), now);
        }
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

    /** What is known to be sound of one place of the repository. */
    Path folderOfVerified() {
        var folder = stateFolder().resolve("verified");
        return mirror ? folder.resolve(RepositoryStores.shortNameOf(configuration)) : folder;
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
