package io.holdfast.repository.removal;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.problem.HoldfastException;
import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.manifest.Manifest;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.testkit.Turns;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
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

        boolean isCopied() {
            return copy.open().manifests().find(next()).isPresent();
        }

        @Override
        public void close() {
            copy.close();
            vault.close();
        }
    }

    private static void requireDoneOrRefused(Turns.Activity activity) {
        activity.failure()
                .filter(problem -> !(problem instanceof HoldfastException))
                .ifPresent(problem -> {
                    throw new AssertionError(activity.next(), problem);
                });
    }

    private static void requireDone(Turns.Activity activity) {
        activity.failure().ifPresent(problem -> {
            throw new AssertionError(activity.next(), problem);
        });
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

    @ParameterizedTest
    @ValueSource(ints = {1, 26})
    void against_a_keeper_where_it_copies_to(int hours) {
        int tried = 0;
        boolean keeperHasMore = true;
        for (int first = 0; keeperHasMore; first += KEEPER_STRIDE) {
            boolean copyHasMore = true;
            for (int second = first % COPY_STRIDE; copyHasMore; second += COPY_STRIDE) {
                try (var pair = new Pair();
                        var turns = new Turns()) {
                    var keeper = turns.begin(
                            "keeper", pair.copy.store, view -> pair.copy.expire(view, Duration.ofHours(hours)));
                    var copy = turns.begin(
                            "copy", pair.copy.store, view -> pair.copy.copy(pair.vault.store, view, pair.next()));
                    keeper.steps(first);
                    copy.steps(second);
                    keeper.finish();
                    copy.finish();
                    keeperHasMore = keeper.operations() > first;
                    copyHasMore = copy.operations() > second;
                    requireDone(keeper);
                    requireDoneOrRefused(copy);
                    if (copy.failure().isEmpty()) {
                        assertThat(pair.isCopied()).isTrue();
                    }
                    requireWhole(pair);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("after %d of the keeper, %d of the copy".formatted(first, second), e);
                }
                tried++;
            }
        }
        assertThat(tried).isGreaterThan(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 26})
    void against_a_keeper_that_moves_second(int hours) {
        int tried = 0;
        boolean copyHasMore = true;
        for (int first = 0; copyHasMore; first += COPY_STRIDE) {
            boolean keeperHasMore = true;
            for (int second = first % KEEPER_STRIDE; keeperHasMore; second += KEEPER_STRIDE) {
                try (var pair = new Pair();
                        var turns = new Turns()) {
                    var copy = turns.begin(
                            "copy", pair.copy.store, view -> pair.copy.copy(pair.vault.store, view, pair.next()));
                    var keeper = turns.begin(
                            "keeper", pair.copy.store, view -> pair.copy.expire(view, Duration.ofHours(hours)));
                    copy.steps(first);
                    keeper.steps(second);
                    copy.finish();
                    keeper.finish();
                    copyHasMore = copy.operations() > first;
                    keeperHasMore = keeper.operations() > second;
                    requireDone(keeper);
                    requireDoneOrRefused(copy);
                    if (copy.failure().isEmpty()) {
                        assertThat(pair.isCopied()).isTrue();
                    }
                    requireWhole(pair);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("after %d of the copy, %d of the keeper".formatted(first, second), e);
                }
                tried++;
            }
        }
        assertThat(tried).isGreaterThan(10);
    }

    @Test
    void against_a_keeper_where_it_reads() {
        boolean keeperHasMore = true;
        for (int first = 0; keeperHasMore; first += KEEPER_STRIDE) {
            boolean copyHasMore = true;
            for (int second = first % COPY_STRIDE; copyHasMore; second += COPY_STRIDE) {
                try (var pair = new Pair();
                        var turns = new Turns()) {
                    var oldest = pair.vault.repository.manifests().ids().getFirst();
                    pair.vault.time.advance(Duration.ofDays(9));
                    pair.vault.backup().take();
                    var keeper = turns.begin("keeper", pair.vault.store, view -> {
                        pair.vault.keeper(pair.vault.open(view)).run();
                        pair.vault.time.advance(Vault.GRACE);
                        pair.vault.keeper(pair.vault.open(view)).run();
                    });
                    var copy = turns.begin(
                            "copy", pair.vault.store, view -> pair.copy.copy(view, pair.copy.store, oldest));
                    keeper.steps(first);
                    copy.steps(second);
                    keeper.finish();
                    copy.finish();
                    keeperHasMore = keeper.operations() > first;
                    copyHasMore = copy.operations() > second;
                    requireDone(keeper);
                    requireDoneOrRefused(copy);
                    requireWhole(pair);
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError("after %d of the keeper, %d of the copy".formatted(first, second), e);
                }
            }
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
                var copy = turns.begin(
                        "copy", pair.copy.store, view -> pair.copy.copy(pair.vault.store, view, pair.next()));
                copy.finish();
                keeper.finish();
                requireDone(keeper);
                requireDoneOrRefused(copy);
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
                var copy = turns.begin(
                        "copy", pair.copy.store, view -> pair.copy.copy(pair.vault.store, view, pair.next()));
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
                requireDone(one);
                requireDone(other);
                assertThat(pair.isCopied()).isTrue();
                requireWhole(pair);
            }
        }
    }
}
