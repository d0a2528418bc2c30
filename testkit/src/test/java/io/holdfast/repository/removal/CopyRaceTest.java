package io.holdfast.repository.removal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.testkit.Turns;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A copy against keepers of both stores, interleaved at its operations on one of them, and killed at each. Many orders with
 * {@code -Dholdfast.torture=true}, else a few.
 */
class CopyRaceTest {

    private static final boolean TORTURE = Boolean.getBoolean("holdfast.torture");

    private static final int KEEPER_STRIDE = TORTURE ? 5 : 71;
    private static final int COPY_STRIDE = TORTURE ? 2 : 13;

    @TempDir
    private Path folder;

    private KeyFileKey key;

    @BeforeEach
    void make_a_key_file() {
        key = KeyFileKey.generate(folder.resolve("key"), new SecureRandom());
    }

    /** Two stores: of six backups some were copied, and the first, which the next one shares much with, is beyond the window there. */
    private final class Pair implements AutoCloseable {

        private final Vault vault = new Vault(key);
        private final CopiedVault copy = new CopiedVault(vault, "/copy");
        private final List<BackupId> taken;

        Pair() {
            taken = vault.days(6).stream().map(Manifest::id).toList();
            copy.copy(taken.getFirst());
            copy.copy(taken.get(4));
            vault.time.advance(Vault.WINDOW.plusDays(1));
            copy.copy(vault.backup().take().id());
            vault.time.advance(Duration.ofDays(2));
        }

        /** Is copied now. */
        BackupId next() {
            return taken.get(1);
        }

        /** By the policy where it is. */
        void letNextExpire() {
            vault.time.advance(Vault.WINDOW);
            vault.backup().take();
        }

        boolean isCopied() {
            return copy.open().manifests().find(next()).isPresent();
        }

        @Override
        public void close() {
            copy.close();
            vault.close();
        }
    }

    /** All that count are whole, now and after the next keepers. */
    private static void requireWhole(Pair pair) {
        SyntheticBackup.restoreAll(pair.copy.open());
        pair.copy.expire();
        SyntheticBackup.restoreAll(pair.copy.open());
        pair.vault.time.advance(Duration.ofHours(26));
        pair.copy.expire();
        SyntheticBackup.restoreAll(pair.copy.open());
        SyntheticBackup.restoreAll(pair.vault.repository);
    }

    private static Turns.Activity copy(Turns turns, Pair pair) {
        return turns.begin("copy", pair.copy.store, view -> pair.copy.copy(pair.vault.store, view, pair.next()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 26})
    void against_a_keeper_where_it_copies_to(int hours) {
        againstKeeper(KEEPER_STRIDE, COPY_STRIDE, hours, true);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 26})
    void against_a_keeper_that_moves_second(int hours) {
        againstKeeper(COPY_STRIDE, KEEPER_STRIDE, hours, false);
    }

    private void againstKeeper(int firstStride, int secondStride, int hours, boolean keeperFirst) {
        var made = new AtomicInteger();
        int tried = Races.sweep(firstStride, secondStride, (first, second) -> {
            try (var pair = new Pair();
                    var turns = new Turns()) {
                var keeper =
                        turns.begin("keeper", pair.copy.store, view -> pair.copy.expire(view, Duration.ofHours(hours)));
                var copy = copy(turns, pair);
                var one = keeperFirst ? keeper : copy;
                var other = keeperFirst ? copy : keeper;
                one.steps(first);
                other.steps(second);
                one.finish();
                other.finish();
                Races.requireDone(keeper);
                Races.requireDoneOrRefused(copy);
                if (copy.failure().isEmpty()) {
                    assertThat(pair.isCopied()).isTrue();
                    made.incrementAndGet();
                }
                requireWhole(pair);
                return new int[] {one.operations(), other.operations()};
            }
        });
        assertThat(tried).isGreaterThan(10);
        assertThat(made.get()).as("copies that were made").isPositive();
    }

    @Test
    void against_a_keeper_where_it_reads() {
        Races.sweep(KEEPER_STRIDE, COPY_STRIDE, (first, second) -> {
            try (var pair = new Pair();
                    var turns = new Turns()) {
                pair.letNextExpire();
                var keeper = turns.begin("keeper", pair.vault.store, view -> {
                    pair.vault.keeper(pair.vault.open(view)).run();
                    pair.vault.time.advance(Vault.GRACE);
                    pair.vault.keeper(pair.vault.open(view)).run();
                });
                var copy = turns.begin(
                        "copy", pair.vault.store, view -> pair.copy.copy(view, pair.copy.store, pair.next()));
                keeper.steps(first);
                copy.steps(second);
                keeper.finish();
                copy.finish();
                Races.requireDone(keeper);
                Races.requireDoneOrRefused(copy);
                assertThat(pair.isCopied()).isEqualTo(copy.failure().isEmpty());
                requireWhole(pair);
                return new int[] {keeper.operations(), copy.operations()};
            }
        });
    }

    @Test
    void what_it_reads_stays_until_it_has_read_it_and_not_longer() {
        try (var pair = new Pair();
                var turns = new Turns()) {
            pair.letNextExpire();
            var copy =
                    turns.begin("copy", pair.vault.store, view -> pair.copy.copy(view, pair.copy.store, pair.next()));
            while (!copy.next().contains("open backup/")) {
                copy.step();
            }

            pair.vault.expire();
            copy.finish();

            Races.requireDone(copy);
            assertThat(pair.isCopied()).isTrue();
            pair.vault.expire();
            assertThat(pair.vault.repository.manifests().ids()).doesNotContain(pair.next());
        }
    }

    /** It has looked at notes for the last time, and has only to remove. */
    @Test
    void against_a_keeper_that_removes() {
        boolean hasMore = true;
        for (int removed = 0; hasMore; removed += TORTURE ? 1 : 3) {
            try (var pair = new Pair();
                    var turns = new Turns()) {
                var keeper = turns.begin("keeper", pair.copy.store, view -> pair.copy.expire(view, Vault.GRACE));
                while (!keeper.hasEnded() && !keeper.next().contains("remove backup/")) {
                    keeper.step();
                }
                keeper.steps(removed);
                hasMore = !keeper.hasEnded();
                var copy = copy(turns, pair);
                copy.finish();
                keeper.finish();
                Races.requireDone(keeper);
                Races.requireDoneOrRefused(copy);
                requireWhole(pair);
            }
        }
    }

    @Test
    void killed_anywhere_and_made_again() {
        int stride = TORTURE ? 1 : 5;
        boolean hasMore = true;
        for (int kill = 0; hasMore; kill += stride) {
            try (var pair = new Pair();
                    var turns = new Turns()) {
                var before = new TreeSet<>(pair.copy.content());
                var copy = copy(turns, pair);
                copy.steps(kill);
                hasMore = !copy.hasEnded();
                copy.kill();
                SyntheticBackup.restoreAll(pair.copy.open());
                assertThat(pair.copy.content()).as("killed %s", copy.next()).containsAll(before);

                pair.copy.copy(pair.next());

                assertThat(pair.isCopied()).as("killed %s", copy.next()).isTrue();
                requireWhole(pair);
            }
        }
    }

    @Test
    void against_another_copy_of_the_same_backup() {
        boolean hasMore = true;
        for (int first = 0; hasMore; first += COPY_STRIDE) {
            try (var pair = new Pair();
                    var turns = new Turns()) {
                var one = turns.begin(
                        "one", pair.copy.store, view -> pair.copy.copy(pair.vault.store, view, pair.next()));
                var other = turns.begin(
                        "other", pair.copy.store, view -> pair.copy.copy(pair.vault.store, view, pair.next()));
                one.steps(first);
                other.steps(first / 2);
                one.steps(3);
                other.finish();
                one.finish();
                hasMore = one.operations() > first;
                Races.requireDone(one);
                Races.requireDone(other);
                assertThat(pair.isCopied()).isTrue();
                requireWhole(pair);
            }
        }
    }
}
