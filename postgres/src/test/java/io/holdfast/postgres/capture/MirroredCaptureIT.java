package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.PostgresBinaries;
import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.backup.BackupProgress;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.backup.BaseBackup;
import io.holdfast.postgres.mirror.Mirrors;
import io.holdfast.postgres.mirror.ScheduledHealing;
import io.holdfast.postgres.restore.RecoveryTarget;
import io.holdfast.postgres.restore.Restore;
import io.holdfast.postgres.restore.RestoreProgress;
import io.holdfast.postgres.restore.RestoreRequest;
import io.holdfast.postgres.restore.ServerStart;
import io.holdfast.postgres.restore.TargetAction;
import io.holdfast.postgres.restore.replay.RepositoryReference;
import io.holdfast.postgres.retention.PostgresContents;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.copy.BackupCopy;
import io.holdfast.repository.copy.CopyProgress;
import io.holdfast.repository.copy.CopyTarget;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.mirror.CommitPolicy;
import io.holdfast.repository.mirror.Member;
import io.holdfast.repository.mirror.MirrorException;
import io.holdfast.repository.mirror.MirrorsForReading;
import io.holdfast.repository.mirror.MirrorsForWriting;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.removal.Keeper;
import io.holdfast.repository.retention.RetentionPolicy;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.repository.store.ObjectKey;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.repository.store.StoreException;
import io.holdfast.repository.store.StoredObject;
import io.holdfast.testkit.programs.ServerFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A capture and backups into a repository in two places, either of which goes away. */
class MirroredCaptureIT {

    private static final Duration NOTHING = Duration.ofMillis(1);
    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private final SwitchableDisk mirrorDisk = new SwitchableDisk();
    private Protected live;
    private Repository repository;
    private Optional<Capture> running = Optional.empty();

    @BeforeEach
    void start() {
        live = Protected.start(folder);
        live.execute("CREATE TABLE public.story (line text)");
        try (var mirror = FilesystemStore.create(mirrorDisk.disk(), folder.resolve("mirror"), InstantSource.system())) {
            CopyTarget.open(live.repository, mirror, CopyProgress.NONE);
        }
        repository = opened("primary");
    }

    @AfterEach
    void stop() {
        running.ifPresent(Capture::close);
        repository.close();
        live.close();
    }

    private List<Member> members() {
        return List.of(
                new Member(
                        "first",
                        () -> FilesystemStore.openForWriting(
                                live.repositoryDisk.disk(), folder.resolve("repository"), InstantSource.system())),
                new Member(
                        "mirror",
                        () -> FilesystemStore.openForWriting(
                                mirrorDisk.disk(), folder.resolve("mirror"), InstantSource.system())));
    }

    private Repository opened(String policy) {
        return Repository.open(
                new MirrorsForWriting(members(), CommitPolicy.of(policy).orElseThrow(), (_, _) -> {}), live.key);
    }

    private void open(String policy) {
        repository.close();
        repository = opened(policy);
    }

    private void startCapture() {
        running = Optional.of(Capture.start(repository, live.captureSettings(), Protected.machine()));
        Protected.awaitStreaming(capture());
    }

    private Capture capture() {
        return running.orElseThrow();
    }

    private Mirrors mirrors() {
        return Mirrors.of(repository, new BackupCopy.Settings("test", 2), CopyProgress.NONE)
                .orElseThrow();
    }

    private Manifest backUp() {
        var taken = new BaseBackup(
                        repository,
                        BackupRequest.of(live.tcp(), Protected.MEMBER),
                        BackupProgress.NONE,
                        InstantSource.system(),
                        Thread::sleep)
                .take();
        mirrors().complete(taken.id());
        return taken;
    }

    private void tell(String line) throws InterruptedException {
        live.execute("INSERT INTO public.story VALUES ('%s')".formatted(line));
        capture().flushTo(new TimelineId(1), live.flushed(), SOON);
    }

    /** For as long as a few uploads would take. */
    private void tellNothing(Lsn flushed) {
        await().during(Duration.ofSeconds(2))
                .atMost(SOON)
                .until(() -> capture()
                        .status()
                        .recoverableTo()
                        .filter(reached -> !reached.validEnd().isBefore(flushed))
                        .isEmpty());
    }

    /** What capture stores beside a healing, while a place is still left alone, the next one brings. */
    private void awaitWhole(String from, String to) {
        await().atMost(SOON)
                .until(() -> mirrors().heal().isWhole() && objects(to).containsAll(objects(from)));
    }

    private Set<ObjectKey> objects(String place) {
        try (var store = store(place);
                var all = store.list()) {
            return all.map(StoredObject::key)
                    .filter(key -> key.text().matches("(backup/.*/(data|map)-|manifest/|claim/.*/segment/).*"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Stream<String> segments(Set<ObjectKey> keys) {
        return keys.stream().map(ObjectKey::text).filter(key -> key.contains("/segment/"));
    }

    private ObjectStore store(String place) {
        return FilesystemStore.openForReading(new LocalDisk(), folder.resolve(place), InstantSource.system());
    }

    private Set<BackupId> backupsIn(String place) {
        try (var opened = Repository.open(store(place), live.key)) {
            return opened.manifests().readAll().stream().map(Manifest::id).collect(Collectors.toSet());
        }
    }

    /** The story as a server tells it that is restored from the places that answer, after all else is lost. */
    private String restored() throws Exception {
        capture().close();
        live.server.stop(Shutdown.IMMEDIATE);
        var request = RestoreRequest.of(
                        folder.resolve("restored"),
                        RecoveryTarget.latest(),
                        new RepositoryReference(
                                folder.resolve("mirror").toString(),
                                folder.resolve("key").toString()),
                        List.of("false"))
                .withAction(TargetAction.PROMOTE)
                .withStart(new ServerStart(
                        PostgresBinaries.version18().folder().resolve("bin"),
                        Map.of(
                                "fsync", "off",
                                "listen_addresses", "127.0.0.1",
                                "port", Integer.toString(live.server.port()),
                                "unix_socket_directories", "")));
        try (var reading = Repository.open(new MirrorsForReading(members(), (_, _) -> {}), live.key)) {
            var server = new Restore(reading, request, RestoreProgress.NONE, InstantSource.system(), Thread::sleep)
                    .run()
                    .serverPid()
                    .flatMap(ProcessHandle::of);
            try (var session = live.sql()) {
                return String.join(" ", session.list("SELECT line FROM public.story", row -> row.text("line")));
            } finally {
                server.orElseThrow().destroy();
                server.orElseThrow().onExit().get(1, TimeUnit.MINUTES);
            }
        }
    }

    private void away(String place) throws IOException {
        Files.move(folder.resolve(place), folder.resolve(place + "-away"));
    }

    private void back(String place) throws IOException {
        Files.move(folder.resolve(place + "-away"), folder.resolve(place));
    }

    @Test
    void a_backup_and_its_wal_are_in_both_and_either_alone_restores() throws Exception {
        open("all");
        startCapture();
        tell("first");
        var backup = backUp();
        tell("second");
        assertThat(backupsIn("repository")).containsExactly(backup.id());
        assertThat(backupsIn("mirror")).containsExactly(backup.id());
        // Capture goes on, and may store something between a look here and there.
        await().atMost(SOON).until(() -> {
            ((MirrorsForWriting) repository.store()).awaitQuiet();
            return objects("mirror").containsAll(objects("repository"));
        });

        away("repository");

        assertThat(restored()).isEqualTo("first second");
        back("repository");
    }

    @Test
    void a_mirror_that_takes_nothing_stops_neither_capture_nor_backup_and_is_healed() throws Exception {
        open("primary");
        startCapture();
        tell("first");
        backUp();
        mirrorDisk.readOnly(true);
        tell("second");
        var missed = backUp();
        tell("third");
        assertThat(backupsIn("mirror")).doesNotContain(missed.id());
        assertThat(mirrors().heal().isWhole()).isFalse();
        mirrorDisk.readOnly(false);

        var healing = mirrors().heal();

        assertThat(healing.isWhole()).as(healing.toString()).isTrue();
        assertThat(backupsIn("mirror")).contains(missed.id());
        awaitWhole("repository", "mirror");
        away("repository");
        assertThat(restored()).isEqualTo("first second third");
        back("repository");
    }

    @Test
    void it_is_healed_by_itself_soon_after() throws Exception {
        open("primary");
        startCapture();
        mirrorDisk.readOnly(true);
        var missed = backUp();
        mirrorDisk.readOnly(false);
        var healing = Thread.ofVirtual().start(new ScheduledHealing(mirrors(), time -> Thread.sleep(10)));
        try {
            await().atMost(SOON).until(() -> backupsIn("mirror").contains(missed.id()));
        } finally {
            healing.interrupt();
            healing.join();
        }
    }

    @Test
    void with_all_nothing_counts_that_is_not_in_both_and_wal_waits_in_the_spool() throws Exception {
        open("all");
        startCapture();
        tell("first");
        backUp();
        mirrorDisk.readOnly(true);
        live.execute("INSERT INTO public.story VALUES ('second')");
        var flushed = live.flushed();
        await().atMost(SOON)
                .until(() -> capture()
                        .status()
                        .received()
                        .filter(received -> !received.isBefore(flushed))
                        .isPresent());

        assertThatThrownBy(this::backUp).isInstanceOf(StoreException.class);

        assertThat(capture().status().recoverableTo().orElseThrow().validEnd()).isLessThan(flushed);
        // What the first place has alone does not count after a restart either.
        capture().close();
        open("all");
        startCapture();
        tellNothing(flushed);
        mirrorDisk.readOnly(false);
        capture().flushTo(new TimelineId(1), flushed, SOON);
        away("repository");
        assertThat(restored()).isEqualTo("first second");
        back("repository");
    }

    @Test
    void with_any_the_others_go_on_when_the_first_is_away_and_it_gets_what_it_missed() throws Exception {
        open("any 1");
        startCapture();
        tell("first");
        backUp();
        away("repository");
        tell("second");
        var whileAway = repository;
        repository = opened("any 1");

        var led = backUp();

        assertThat(((MirrorsForWriting) repository.store()).leaderNumber()).isEqualTo(1);
        assertThat(backupsIn("mirror")).contains(led.id());
        tell("third");
        back("repository");
        assertThat(backupsIn("repository")).doesNotContain(led.id());
        tell("fourth");
        assertThat(mirrors().heal().isWhole()).isTrue();
        assertThat(backupsIn("repository")).contains(led.id());
        awaitWhole("mirror", "repository");
        away("mirror");
        Files.move(folder.resolve("repository"), folder.resolve("only"));
        Files.move(folder.resolve("only"), folder.resolve("mirror"));
        assertThat(restored()).isEqualTo("first second third fourth");
        whileAway.close();
    }

    @Test
    void what_one_place_has_let_go_is_not_brought_back_from_one_that_has_not_yet() throws Exception {
        open("all");
        startCapture();
        var first = backUp();
        backUp();
        tell("more");
        backUp();
        await().atMost(SOON).until(() -> {
            new Keeper(
                            live.repository,
                            new PostgresContents(live.repository, NOTHING),
                            RetentionPolicy.ofWindow(NOTHING),
                            NOTHING)
                    .run();
            return !backupsIn("repository").contains(first.id());
        });
        assertThat(backupsIn("mirror")).contains(first.id());
        var before = objects("repository");

        var healing = mirrors().heal();

        assertThat(healing.isWhole()).as(healing.toString()).isTrue();
        assertThat(backupsIn("repository")).doesNotContain(first.id());
        // Capture goes on: newer segments may have come.
        var newest = segments(before).max(Comparator.naturalOrder()).orElse("");
        var come = objects("repository");
        come.removeAll(before);
        assertThat(come).allMatch(key -> key.text().contains("/segment/"));
        assertThat(segments(come)).allMatch(segment -> segment.compareTo(newest) > 0);
    }

    @Test
    void a_backup_that_is_not_where_the_policy_wants_it_is_told_and_found_where_it_is() throws Exception {
        open("all");
        var taken = new BaseBackup(
                        repository,
                        BackupRequest.of(live.tcp(), Protected.MEMBER),
                        BackupProgress.NONE,
                        InstantSource.system(),
                        Thread::sleep)
                .take();
        mirrorDisk.readOnly(true);

        assertThatThrownBy(() -> mirrors().complete(taken.id()))
                .isInstanceOf(MirrorException.class)
                .hasMessageStartingWith(
                        "backup %s is in first, which is less than 'all' asks for".formatted(taken.id()));

        mirrorDisk.readOnly(false);
        assertThat(backupsIn("mirror")).isEmpty();
        mirrors().complete(taken.id());
        assertThat(backupsIn("mirror")).containsExactly(taken.id());
    }
}
