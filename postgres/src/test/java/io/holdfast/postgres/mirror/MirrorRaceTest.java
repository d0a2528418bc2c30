package io.holdfast.postgres.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.key.KeyFileKey;
import io.holdfast.repository.mirror.CommitPolicy;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.removal.Races;
import io.holdfast.repository.removal.SyntheticBackup;
import io.holdfast.repository.store.ObjectStore;
import io.holdfast.testkit.Turns;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who writes to several places of a repository, heals them and removes from them, at once, with places that go away and processes that
 * die: one does so many operations on all of the places, the other so many, then each the rest. After every operation of the one with
 * {@code -Dholdfast.torture=true}, else after some of them by chance, the same in each run.
 */
class MirrorRaceTest {

    private static final boolean TORTURE = Boolean.getBoolean("holdfast.torture");

    /** Backups that a command has said to be taken while something else went on. */
    private static int told;

    @TempDir
    private Path folder;

    private KeyFileKey key;

    @BeforeEach
    void make_a_key_file() {
        key = KeyFileKey.generate(folder.resolve("key"), new SecureRandom());
    }

    @AfterAll
    static void backups_were_taken_nevertheless() {
        assertThat(told).isGreaterThan(20);
    }

    enum Work {
        BACKUP,
        HEALING,
        EXPIRY,
        EXPIRY_IN_FIRST,
        EXPIRY_IN_LAST;

        boolean removes() {
            return this != BACKUP && this != HEALING;
        }

        void in(MirroredVault vault, List<ObjectStore> views, Duration pause) {
            switch (this) {
                case BACKUP -> vault.backUp(views, SyntheticBackup::takeUponOldest);
                case HEALING -> vault.heal(views);
                case EXPIRY -> vault.expire(views, pause);
                case EXPIRY_IN_FIRST -> vault.expire(List.of(views.getFirst()), pause);
                case EXPIRY_IN_LAST -> vault.expire(List.of(views.getLast()), pause);
            }
        }
    }

    /** Two backups beyond the window, the first of which the last place lacks, one that its beginning is restored from, and one of now. */
    private final class Scene implements AutoCloseable {

        private final MirroredVault vault;
        private final Set<BackupId> stay;

        Scene(int places, String policy, long seed) {
            vault = new MirroredVault(key, places, seed);
            vault.places.getLast().goAway();
            vault.backUp();
            vault.places.getLast().comeBack();
            vault.time.advance(Duration.ofDays(1));
            vault.backUp();
            var expires = Set.copyOf(vault.committed);
            vault.time.advance(Duration.ofDays(1));
            vault.backUp();
            vault.time.advance(MirroredVault.WINDOW.plusDays(1));
            vault.backUp();
            stay = new HashSet<>(vault.committed);
            stay.removeAll(expires);
            vault.told.clear();
            vault.use(CommitPolicy.of(policy).orElseThrow());
        }

        Turns.Activity begin(Turns turns, Work work, Duration pause) {
            return turns.begin(work.name(), vault.stores(), views -> work.in(vault, views, pause));
        }

        int operations(Work work) {
            try (var turns = new Turns()) {
                var alone = begin(turns, work, MirroredVault.GRACE);
                alone.finish();
                Races.requireDone(alone);
                return alone.operations();
            }
        }

        /** What holds at any time. */
        void requireWhole() {
            vault.requireWhole();
            assertThat(vault.told).allMatch(vault::isStored);
        }

        /** What holds when all places answer again and have been healed. */
        void requireHealed() {
            requireWhole();
            told += vault.told.size();
            var healing = vault.heal();
            assertThat(healing.isWhole()).as("%s", healing).isTrue();
            vault.requireWhole();
            stay.addAll(vault.committed.stream().skip(4).toList());
            assertThat(vault.places)
                    .allSatisfy(place -> assertThat(vault.backups(place))
                            .as(place.location())
                            .containsAll(stay));
            var content = vault.content();
            var again = vault.heal();
            assertThat(again.isWhole()).as("%s", again).isTrue();
            assertThat(again.pairs()).noneMatch(pair -> pair.holds() > 0);
            assertThat(vault.content()).as("nothing is left to heal").isEqualTo(content);
        }

        /**
         * The same after a keeper came between: what it has announced is copied there only when it was removed, and a backup whose manifest
         * came too late there a day after that.
         */
        void requireHealedInDays() {
            requireWhole();
            for (int day = 0; day < 2; day++) {
                vault.time.advance(MirroredVault.DAY_AND_MORE);
                vault.expire(vault.stores(), MirroredVault.GRACE);
                vault.requireWhole();
            }
            vault.time.advance(MirroredVault.DAY_AND_MORE);
            requireHealed();
        }

        void requireHealed(Work... done) {
            if (Stream.of(done).anyMatch(Work::removes)) {
                requireHealedInDays();
            } else {
                requireHealed();
            }
        }

        @Override
        public void close() {
            vault.close();
        }
    }

    /** One of some orders. */
    private interface Order {
        void run(int number, int first, Random random);
    }

    /** Some numbers of operations up to {@code most}, from each stretch one. */
    private static void sample(int most, int usual, Order order) {
        int count = TORTURE ? most + 1 : usual;
        for (int i = 0; i < count; i++) {
            var random = new Random(i);
            int begin = (int) ((long) i * (most + 1) / count);
            int end = (int) ((long) (i + 1) * (most + 1) / count);
            int first = begin + random.nextInt(end - begin);
            try {
                order.run(i, first, random);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("order %d, after %d operations".formatted(i, first), e);
            }
        }
    }

    /** Every other one with threads that go on in any order. */
    private static Turns turns(int number, Random random) {
        return number % 2 == 0 ? new Turns() : new Turns(new Random(random.nextLong()));
    }

    private static Duration pause(Random random) {
        return random.nextBoolean() ? MirroredVault.GRACE : MirroredVault.DAY_AND_MORE;
    }

    @ParameterizedTest
    @CsvSource({
        "BACKUP,  EXPIRY,          2, primary",
        "BACKUP,  EXPIRY,          2, all",
        "BACKUP,  EXPIRY,          3, any 2",
        "EXPIRY,  BACKUP,          2, primary",
        "EXPIRY,  BACKUP,          2, all",
        "EXPIRY,  BACKUP,          3, any 2",
        "BACKUP,  EXPIRY_IN_FIRST, 2, primary",
        "BACKUP,  EXPIRY_IN_FIRST, 3, any 2",
        "BACKUP,  EXPIRY_IN_LAST,  2, all",
        "BACKUP,  EXPIRY_IN_LAST,  3, any 2",
        "BACKUP,  HEALING,         2, primary",
        "BACKUP,  HEALING,         2, all",
        "BACKUP,  HEALING,         3, any 2",
        "HEALING, BACKUP,          2, primary",
        "HEALING, BACKUP,          3, any 2",
        "HEALING, HEALING,         2, primary",
        "HEALING, HEALING,         3, any 2",
        "HEALING, EXPIRY,          2, primary",
        "HEALING, EXPIRY,          3, any 2",
        "EXPIRY,  HEALING,         2, primary",
        "EXPIRY,  HEALING,         3, any 2",
        "EXPIRY,  EXPIRY,          2, primary",
        "BACKUP,  BACKUP,          2, primary",
        "BACKUP,  BACKUP,          2, all",
        "BACKUP,  BACKUP,          3, any 2",
    })
    void two_at_once(Work one, Work other, int places, String policy) {
        int most;
        int mostOfOther;
        try (var scene = new Scene(places, policy, 0)) {
            mostOfOther = scene.operations(other);
            most = scene.operations(one);
        }
        sample(most, 3, (number, first, random) -> {
            try (var scene = new Scene(places, policy, number);
                    var turns = turns(number, random)) {
                var pause = pause(random);
                var begun = scene.begin(turns, one, pause);
                var second = scene.begin(turns, other, pause);
                begun.steps(first);
                second.steps(random.nextInt(mostOfOther + 1));
                scene.requireWhole();
                begun.finish();
                second.finish();
                Races.requireDoneOrRefused(begun);
                Races.requireDoneOrRefused(second);
                assertThat(scene.vault.refusals).isEmpty();
                scene.requireHealed(one, other);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "BACKUP,  2, primary",
        "BACKUP,  2, all",
        "BACKUP,  3, any 2",
        "HEALING, 2, primary",
        "HEALING, 3, any 2",
        "EXPIRY,  2, primary",
        "EXPIRY,  3, any 2",
    })
    void one_place_goes_away_anywhere_and_comes_back(Work work, int places, String policy) {
        int most;
        try (var scene = new Scene(places, policy, 0)) {
            most = scene.operations(work);
        }
        for (int lost = 0; lost < places; lost++) {
            int away = lost;
            sample(most, 2, (number, first, random) -> {
                try (var scene = new Scene(places, policy, number);
                        var turns = turns(number, random)) {
                    var place = scene.vault.places.get(away);
                    var activity = scene.begin(turns, work, pause(random));
                    activity.steps(first);
                    place.goAway();
                    if (random.nextBoolean()) {
                        activity.steps(random.nextInt(most));
                        place.comeBack();
                    }
                    activity.finish();
                    place.comeBack();
                    Races.requireDoneOrRefused(activity);
                    scene.requireHealed(work);
                }
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BACKUP,  2, primary",
        "BACKUP,  2, all",
        "BACKUP,  3, any 2",
        "HEALING, 2, primary",
        "HEALING, 3, any 2",
        "EXPIRY,  2, primary",
        "EXPIRY,  3, any 2",
    })
    void killed_anywhere_and_done_again(Work work, int places, String policy) {
        int most;
        try (var scene = new Scene(places, policy, 0)) {
            most = scene.operations(work);
        }
        sample(most, 3, (number, first, random) -> {
            try (var scene = new Scene(places, policy, number);
                    var turns = turns(number, random)) {
                var activity = scene.begin(turns, work, pause(random));
                activity.steps(first);
                activity.kill();
                scene.requireWhole();
                work.in(scene.vault, scene.vault.stores(), MirroredVault.GRACE);
                scene.requireHealed(work);
                scene.vault.backUp();
                scene.requireHealedInDays();
                assertThat(scene.vault.refusals).isEmpty();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"primary", "all", "any 2"})
    void many_in_orders_by_chance_while_places_come_and_go(String policy) {
        int seeds = TORTURE ? 500 : 4;
        for (int seed = 0; seed < seeds; seed++) {
            var random = new Random(seed);
            try (var scene = new Scene(3, policy, seed);
                    var turns = new Turns(random)) {
                var activities = new ArrayList<Turns.Activity>();
                for (var work : List.of(Work.BACKUP, Work.BACKUP, Work.HEALING, Work.EXPIRY, Work.HEALING)) {
                    activities.add(scene.begin(turns, work, pause(random)));
                }
                while (!activities.isEmpty()) {
                    var activity = activities.get(random.nextInt(activities.size()));
                    var place = scene.vault.places.get(random.nextInt(3));
                    int chance = random.nextInt(40);
                    if (chance == 0) {
                        activity.kill();
                        activities.remove(activity);
                    } else if (chance <= 2) {
                        place.goAway();
                    } else if (chance <= 10) {
                        place.comeBack();
                    }
                    activity.steps(1 + random.nextInt(30));
                    if (activity.hasEnded()) {
                        activities.remove(activity);
                    }
                }
                scene.vault.places.forEach(Place::comeBack);
                scene.requireHealedInDays();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }
}
