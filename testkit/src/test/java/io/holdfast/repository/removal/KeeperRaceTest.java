package io.holdfast.repository.removal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.retention.Holds;
import io.holdfast.testkit.Turns;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A keeper against everything else on a store, interleaved at its operations: one does so many, the other so many, then each the rest. Every
 * such pair with {@code -Dholdfast.torture=true}, else one in so many.
 */
class KeeperRaceTest {

    private static final boolean TORTURE = Boolean.getBoolean("holdfast.torture");

    /** Of a backup or a restore, which is short, and in which one operation decides. */
    private static final int SHORT_STRIDE = TORTURE ? 1 : 3;

    /** Of a keeper, whose phases have many operations. */
    private static final int LONG_STRIDE = TORTURE ? 1 : 31;

    @TempDir
    private Path folder;

    private KeyFileKey key;

    @BeforeEach
    void make_a_key_file() {
        key = KeyFileKey.generate(folder.resolve("key"), new SecureRandom());
    }

    private Vault vault() {
        var vault = new Vault(key);
        vault.days(5);
        // All but the newest two are beyond the window; one of those is its anchor.
        vault.time.advance(Duration.ofDays(9));
        vault.backup().take();
        return vault;
    }

    /** Condemns, lets time pass, and removes, all in one activity. */
    private static void expire(Vault vault, io.holdfast.repository.store.ObjectStore view, Duration pause) {
        var keeper = vault.keeper(vault.open(view));
        keeper.run();
        vault.time.advance(pause);
        keeper.run();
    }

    private static int[] interleave(
            Turns.Activity one,
            Turns.Activity other,
            int first,
            int second,
            BiConsumer<Turns.Activity, Turns.Activity> check) {
        one.steps(first);
        other.steps(second);
        one.finish();
        other.finish();
        check.accept(one, other);
        return new int[] {one.operations(), other.operations()};
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 26})
    void against_a_backup_upon_a_parent_that_expires(int hours) {
        int tried = Races.sweep(
                LONG_STRIDE,
                SHORT_STRIDE * 3,
                (first, second) -> againstBackup(first, second, Duration.ofHours(hours), true));

        assertThat(tried).isGreaterThan(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 26})
    void against_a_backup_that_is_first_to_move(int hours) {
        int tried = Races.sweep(
                SHORT_STRIDE,
                LONG_STRIDE,
                (first, second) -> againstBackup(first, second, Duration.ofHours(hours), false));

        assertThat(tried).isGreaterThan(10);
    }

    private int[] againstBackup(int first, int second, Duration pause, boolean keeperFirst) {
        var taken = new AtomicReference<Optional<Manifest>>(Optional.empty());
        try (var vault = vault();
                var turns = new Turns()) {
            var keeper = turns.begin("keeper", vault.store, view -> expire(vault, view, pause));
            var writer = turns.begin(
                    "backup",
                    vault.store,
                    view -> taken.set(Optional.of(vault.backup(vault.open(view)).takeUponOldest())));
            var one = keeperFirst ? keeper : writer;
            var other = keeperFirst ? writer : keeper;
            return interleave(one, other, first, second, (_, _) -> {
                Races.requireDone(keeper);
                Races.requireDoneOrRefused(writer);
                var listed = SyntheticBackup.restoreAll(vault.repository);
                taken.get().ifPresent(manifest -> assertThat(listed).contains(manifest.id()));
                vault.expire();
                assertThat(SyntheticBackup.restoreAll(vault.repository)).isNotEmpty();
            });
        }
    }

    @Test
    void against_another_keeper() {
        var expected = new TreeSet<String>();
        try (var vault = vault()) {
            vault.expire();
            expected.addAll(content(vault));
        }

        Races.sweep(LONG_STRIDE, LONG_STRIDE, (first, second) -> {
            try (var vault = vault();
                    var turns = new Turns()) {
                var one = turns.begin("one", vault.store, view -> expire(vault, view, Vault.GRACE));
                var other = turns.begin("other", vault.store, view -> expire(vault, view, Vault.GRACE));
                return interleave(one, other, first, second, (_, _) -> {
                    Races.requireDone(one);
                    Races.requireDone(other);
                    SyntheticBackup.restoreAll(vault.repository);
                    vault.expire();
                    assertThat(content(vault)).isEqualTo(expected);
                });
            }
        });
    }

    /** What is there beside the lists and the keys, whose names differ. */
    private static Set<String> content(Vault vault) {
        var keys = new TreeSet<>(vault.keys());
        keys.removeIf(name -> name.startsWith("condemn/") || name.startsWith("key/"));
        return keys;
    }

    @Test
    void against_a_restore_that_reads() {
        Races.sweep(LONG_STRIDE, SHORT_STRIDE, (first, second) -> {
            try (var vault = vault();
                    var turns = new Turns()) {
                var oldest = vault.repository.manifests().ids().getFirst();
                var guarded = new AtomicReference<Boolean>(false);
                var keeper = turns.begin("keeper", vault.store, view -> expire(vault, view, Vault.GRACE));
                var restore = turns.begin("restore", vault.store, view -> {
                    var repository = vault.open(view);
                    var guard = ReadGuard.place(
                            repository, new Holds.Subject(Optional.of(oldest), Optional.empty()), "restore", "test");
                    guarded.set(repository.manifests().find(oldest).isPresent()
                            && !guard.condemned().contains(oldest.manifestKey()));
                    SyntheticBackup.restore(repository, repository.manifests().read(oldest));
                    guard.release();
                });
                return interleave(keeper, restore, first, second, (_, _) -> {
                    Races.requireDone(keeper);
                    if (guarded.get()) {
                        Races.requireDone(restore);
                    }
                });
            }
        });
    }

    @Test
    void killed_anywhere_and_run_again() {
        var expected = new TreeSet<String>();
        try (var vault = vault()) {
            vault.expire();
            expected.addAll(content(vault));
        }
        int stride = TORTURE ? 1 : 4;

        for (int kill = 0; ; kill += stride) {
            try (var vault = vault();
                    var turns = new Turns()) {
                var keeper = turns.begin("keeper", vault.store, view -> expire(vault, view, Vault.GRACE));
                keeper.steps(kill);
                boolean ended = keeper.hasEnded();
                keeper.kill();
                SyntheticBackup.restoreAll(vault.repository);
                vault.expire();
                vault.expire();
                SyntheticBackup.restoreAll(vault.repository);
                // The intents of a backup whose manifest it had removed say for a day that it is being taken.
                vault.time.advance(Duration.ofHours(26));
                vault.expire();
                assertThat(content(vault)).as("killed %s", keeper.next()).isEqualTo(expected);
                if (ended) {
                    break;
                }
            }
        }
    }

    @Test
    void against_a_backup_that_is_killed_anywhere() {
        int stride = TORTURE ? 1 : 5;
        for (int kill = 0; ; kill += stride) {
            try (var vault = vault();
                    var turns = new Turns()) {
                var before = List.copyOf(vault.repository.manifests().ids());
                var backup = turns.begin(
                        "backup",
                        vault.store,
                        view -> vault.backup(vault.open(view)).takeUponOldest());
                backup.steps(kill);
                boolean ended = backup.hasEnded();
                backup.kill();
                vault.expire();
                SyntheticBackup.restoreAll(vault.repository);
                vault.time.advance(Duration.ofHours(26));
                vault.backup().take();
                vault.expire();
                SyntheticBackup.restoreAll(vault.repository);
                if (ended) {
                    break;
                }
                var left = new ArrayList<BackupId>(vault.repository.manifests().ids());
                left.retainAll(before);
                assertThat(left).as("killed %s", backup.next()).hasSize(2);
            }
        }
    }

    @Test
    void of_three_in_orders_by_chance() {
        int seeds = TORTURE ? 500 : 20;
        IntStream.range(0, seeds).forEach(seed -> {
            var random = new java.util.Random(seed);
            try (var vault = vault();
                    var turns = new Turns()) {
                var activities = new ArrayList<>(List.of(
                        turns.begin("keeper", vault.store, view -> expire(vault, view, Vault.GRACE)),
                        turns.begin("keeper", vault.store, view -> expire(vault, view, Duration.ofHours(13))),
                        turns.begin(
                                "backup",
                                vault.store,
                                view -> vault.backup(vault.open(view)).takeUponOldest())));
                while (!activities.isEmpty()) {
                    var activity = activities.get(random.nextInt(activities.size()));
                    activity.steps(1 + random.nextInt(20));
                    if (activity.hasEnded()) {
                        Races.requireDoneOrRefused(activity);
                        activities.remove(activity);
                    }
                }
                SyntheticBackup.restoreAll(vault.repository);
                vault.expire();
                SyntheticBackup.restoreAll(vault.repository);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        });
    }
}
