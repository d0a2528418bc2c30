package io.holdfast.postgres.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.embedded.Shutdown;
import io.holdfast.postgres.archive.GapReason;
import io.holdfast.postgres.backup.BackupDetails;
import io.holdfast.postgres.backup.BackupProgress;
import io.holdfast.postgres.backup.BackupRequest;
import io.holdfast.postgres.backup.BaseBackup;
import io.holdfast.postgres.protect.BackupDiary;
import io.holdfast.postgres.protect.KnownBackups;
import io.holdfast.postgres.protect.Protection;
import io.holdfast.postgres.protect.SchedulePolicy;
import io.holdfast.postgres.protect.ServiceManager;
import io.holdfast.postgres.protect.TakenBackup;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.Repository;
import io.holdfast.repository.disk.LocalDisk;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.store.FilesystemStore;
import io.holdfast.testkit.SettableTime;
import io.holdfast.testkit.programs.ServerFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProtectionIT {

    /** Remembers when it was asked to take a backup, and fails as often as it is told to. */
    private static final class Remembered implements Protection.Backups {

        private final List<Instant> taken = new CopyOnWriteArrayList<>();
        private final AtomicInteger attempts = new AtomicInteger();
        private final Set<String> threads = ConcurrentHashMap.newKeySet();
        private volatile int failures;

        @Override
        public KnownBackups look(KnownBackups known, Instant now) {
            threads.add(Thread.currentThread().getName());
            return taken.isEmpty() ? KnownBackups.NONE : begunAt(taken.getLast());
        }

        @Override
        public void take(BackupId.Kind kind) {
            if (attempts.incrementAndGet() <= failures) {
                throw CaptureException.silent(Duration.ofSeconds(7));
            }
            taken.add(Instant.now());
        }
    }

    @TempDir(factory = ServerFolder.class)
    Path folder;

    private static KnownBackups begunAt(Instant time) {
        var backup = new TakenBackup(
                BackupId.of(time, BackupId.Kind.FULL), 1, time, time, new TimelineId(1), Lsn.NONE, 1, 1, 0);
        return new KnownBackups(Optional.of(backup), Optional.of(backup), 1);
    }

    private static Thread start(Protection protection) {
        return Thread.ofPlatform().start(() -> {
            try {
                protection.run();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static Protection.Machine machine(InstantSource clock) {
        return new Protection.Machine(ServiceManager.of(Map.of()), clock, Thread::sleep, new Random(7));
    }

    @Test
    void a_first_backup_and_one_for_every_gap_are_taken_and_a_stop_is_clean() throws Exception {
        try (var live = Protected.start(folder)) {
            var backups = new Remembered();
            var capture = live.capture();
            var protection = new Protection(
                    capture,
                    backups,
                    SchedulePolicy.every(Duration.ofDays(1)),
                    List.of(),
                    machine(InstantSource.system()));
            var thread = start(protection);
            await().atMost(Protected.PATIENCE).until(() -> backups.taken.size() == 1);

            capture.localState()
                    .wantBackup(new WantedBackup(
                            GapReason.SLOT_LOST, InstantSource.system().instant()));
            await().atMost(Protected.PATIENCE).until(() -> backups.taken.size() == 2);
            await().atMost(Protected.PATIENCE)
                    .until(() -> capture.localState().wantedBackup().isEmpty());
            protection.stop();
            thread.join();

            assertThat(capture.status().state()).isInstanceOf(CaptureState.Stopped.class);
            assertThat(backups.taken).hasSize(2);
            assertThat(backups.threads).containsExactly("scheduled-backups");
        }
    }

    @Test
    void a_backup_has_the_capture_store_at_once_what_it_needs() throws Exception {
        try (var live = Protected.start(folder);
                var capture = live.capture(live.captureSettings().withUpload(Duration.ofHours(1), 64 << 20))) {
            Protected.awaitStreaming(capture);
            var request = BackupRequest.of(live.tcp(), Protected.MEMBER).withWalTimeout(Protected.PATIENCE);

            var manifest = new BaseBackup(
                            live.repository, request, BackupProgress.NONE, InstantSource.system(), Thread::sleep)
                    .take();

            assertThat(BackupDetails.of(manifest).ownWal()).isFalse();
        }
    }

    @Test
    void a_backup_into_another_repository_stores_its_own_wal() {
        try (var live = Protected.start(folder);
                var capture = live.capture();
                var other = Repository.initialise(
                        FilesystemStore.create(new LocalDisk(), folder.resolve("other"), InstantSource.system()),
                        "other",
                        live.key,
                        InstantSource.system(),
                        new SecureRandom())) {
            Protected.awaitStreaming(capture);

            var manifest = new BaseBackup(
                            other,
                            BackupRequest.of(live.tcp(), Protected.MEMBER),
                            BackupProgress.NONE,
                            InstantSource.system(),
                            Thread::sleep)
                    .take();

            assertThat(BackupDetails.of(manifest).ownWal()).isTrue();
        }
    }

    /** A server that recovers for longer than systemd waits, or a repository that is away at boot. */
    @Test
    void it_is_ready_when_it_can_wait_begins_when_the_server_is_there_and_says_so_at_once() throws Exception {
        var socket = folder.resolve("notify");
        var receiver = new ProcessBuilder(
                        "perl",
                        "-MSocket",
                        "-e",
                        "socket(my $s, AF_UNIX, SOCK_DGRAM, 0); bind($s, pack_sockaddr_un($ARGV[0])) or die;"
                                + " $| = 1; do { recv($s, $m, 4096, 0); print \"$m\\n\"; } until $m eq $ARGV[1];",
                        socket.toString(),
                        "STATUS=streaming")
                .start();
        await().atMost(Protected.PATIENCE).until(() -> Files.exists(socket));
        try (var live = Protected.start(folder);
                var said = receiver.inputReader(StandardCharsets.US_ASCII)) {
            live.server.stop(Shutdown.FAST);
            var backups = new Remembered();
            var protection = new Protection(
                    live.capture(),
                    backups,
                    SchedulePolicy.every(Duration.ofDays(1)),
                    List.of(),
                    new Protection.Machine(
                            ServiceManager.of(Map.of("NOTIFY_SOCKET", socket.toString())),
                            InstantSource.system(),
                            Thread::sleep,
                            new Random(7)));
            var thread = start(protection);

            assertThat(said.readLine()).isEqualTo("STATUS=connecting");
            assertThat(said.readLine()).startsWith("STATUS=waiting: ");
            assertThat(said.readLine()).isEqualTo("READY=1");
            assertThat(backups.attempts).hasValue(0);
            live.server.start(live.settings);
            assertThat(said.lines().toList()).endsWith("STATUS=streaming");
            await().atMost(Protected.PATIENCE).until(() -> backups.taken.size() == 1);
            protection.stop();
            thread.join();
        }
    }

    @Test
    void a_backup_that_fails_is_tried_again_later_and_the_reason_is_remembered_until_one_succeeds() throws Exception {
        var clock = new SettableTime(Instant.now());
        try (var live = Protected.start(folder)) {
            var backups = new Remembered();
            backups.failures = 2;
            var state = live.captureSettings().stateFolder();
            var protection = new Protection(
                    live.capture(), backups, SchedulePolicy.every(Duration.ofDays(1)), List.of(), machine(clock));
            var thread = start(protection);

            await().atMost(Protected.PATIENCE)
                    .until(() -> BackupDiary.trouble(state).isPresent());
            var first = BackupDiary.trouble(state).orElseThrow();
            assertThat(first.reason()).isEqualTo("the server has said nothing for 7 s, though it was asked");
            assertThat(first.notBefore())
                    .isBetween(clock.instant().plusSeconds(30), clock.instant().plusSeconds(60));
            assertThat(BackupDiary.attempt(state)).isEmpty();

            clock.advance(Duration.ofMinutes(1));
            await().atMost(Protected.PATIENCE)
                    .until(() -> BackupDiary.trouble(state).orElseThrow().failures() == 2);
            var second = BackupDiary.trouble(state).orElseThrow();
            assertThat(second.first()).isEqualTo(first.first());
            assertThat(second.notBefore()).isAfterOrEqualTo(clock.instant().plusSeconds(60));

            clock.advance(Duration.ofMinutes(2));
            await().atMost(Protected.PATIENCE)
                    .until(() -> backups.taken.size() == 1
                            && BackupDiary.trouble(state).isEmpty()
                            && BackupDiary.attempt(state).isEmpty());
            protection.stop();
            thread.join();

            assertThat(backups.attempts).hasValue(3);
        }
    }

    /** Takes real ones, in time that the test sets. */
    private record Real(Protected live, InstantSource clock) implements Protection.Backups {

        @Override
        public KnownBackups look(KnownBackups known, Instant now) {
            return known.again(live.repository.manifests(), now);
        }

        @Override
        public void take(BackupId.Kind kind) {
            var request = BackupRequest.of(live.tcp(), Protected.MEMBER).withKind(kind);
            new BaseBackup(live.repository, request, BackupProgress.NONE, clock, Thread::sleep).take();
        }
    }

    @Test
    void much_wal_makes_an_incremental_backup_due_and_a_cut_off_one_is_remembered() throws Exception {
        var clock = new SettableTime(Instant.now());
        try (var live = Protected.start(folder)) {
            var state = live.captureSettings().stateFolder();
            var capture = live.capture();
            Protected.awaitStreaming(capture);
            Files.writeString(
                    state.resolve("backup-attempt.json"),
                    "{\"begun\":\"%s\",\"pid\":1,\"kind\":\"FULL\",\"reason\":\"it was due\"}"
                            .formatted(clock.instant().minusSeconds(7)));
            var policy = SchedulePolicy.every(Duration.ofDays(1)).withWalVolume(2_000_000);
            var protection = new Protection(capture, new Real(live, clock), policy, List.of(), machine(clock));
            var thread = start(protection);

            await().atMost(Protected.PATIENCE)
                    .until(() -> BackupDiary.trouble(state).isPresent());
            assertThat(BackupDiary.trouble(state).orElseThrow().reason())
                    .isEqualTo("the process ended before the backup did");
            clock.advance(Duration.ofMinutes(1));
            await().atMost(Protected.PATIENCE).until(() -> kinds(live).size() == 1);
            live.write(3);
            clock.advance(Duration.ofMinutes(10));
            await().atMost(Protected.PATIENCE).until(() -> kinds(live).size() == 2);
            protection.stop();
            thread.join();

            assertThat(kinds(live)).containsExactly(BackupId.Kind.FULL, BackupId.Kind.INCREMENTAL);
            assertThat(BackupDiary.trouble(state)).isEmpty();
        }
    }

    private static List<BackupId.Kind> kinds(Protected live) {
        return live.repository.manifests().ids().stream().map(BackupId::kind).toList();
    }
}
