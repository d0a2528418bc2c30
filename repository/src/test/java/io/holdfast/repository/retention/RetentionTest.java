package io.holdfast.repository.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.pack.BackupId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The policy, as a function: what stays, and the reason in words. */
class RetentionTest {

    private static final Instant NOW = Instant.parse("2026-03-31T12:00:00Z");
    private static final RetentionPolicy TEN_DAYS = RetentionPolicy.ofWindow(Duration.ofDays(10));

    private final List<Candidate> backups = new ArrayList<>();
    private final List<Branch> branches = new ArrayList<>();

    /** Named without regard to its age. */
    private BackupId backup(int generation, double daysAgo) {
        return backup(generation, daysAgo, daysAgo);
    }

    private BackupId backup(int generation, double recordedDaysAgo, double storedDaysAgo) {
        var id = BackupId.of(Instant.parse("2026-01-01T00:00:00Z").minusSeconds(backups.size()), BackupId.Kind.FULL);
        backups.add(new Candidate(id, generation, ago(recordedDaysAgo), ago(storedDaysAgo), true));
        return id;
    }

    private BackupId lacking(BackupId id) {
        backups.replaceAll(candidate -> candidate.id().equals(id) ? candidate.withoutWhole() : candidate);
        return id;
    }

    private static Instant ago(double days) {
        return NOW.minusSeconds((long) (days * 86_400));
    }

    private void branch(String name, double untilDaysAgo, BackupId... on) {
        branches.add(new Branch(name, Set.of(on), ago(untilDaysAgo)));
    }

    private List<Verdict> decide(RetentionPolicy policy, Hold... holds) {
        return Retention.decide(backups, branches, List.of(holds), policy, NOW);
    }

    private Set<BackupId> kept(RetentionPolicy policy, Hold... holds) {
        return decide(policy, holds).stream()
                .filter(Verdict.Keep.class::isInstance)
                .map(Verdict::backup)
                .collect(Collectors.toSet());
    }

    @Test
    void the_window_and_the_backup_before_it_stay() {
        var oldest = backup(1, 30);
        var anchor = backup(1, 12);
        var within = backup(1, 9);
        var newest = backup(1, 1);
        branch("the branch", 0, backups.stream().map(Candidate::id).toArray(BackupId[]::new));

        assertThat(decide(TEN_DAYS))
                .extracting(verdict -> verdict.backup() + ": " + String.join("; ", verdict.reasons()))
                .containsExactly(
                        oldest + ": older than 10 d, and nothing else keeps it",
                        anchor + ": the beginning of the last 10 d is restored from it on the branch",
                        within + ": stored within the last 10 d",
                        newest + ": the newest backup of generation 1; stored within the last 10 d");
    }

    @Test
    void a_branch_that_nothing_was_added_to_within_the_window_needs_no_backup_before_it() {
        var old = backup(1, 30);
        var newest = backup(1, 1);
        branch("left", 11, old);
        branch("current", 0, newest);

        assertThat(kept(TEN_DAYS)).containsExactly(newest);
    }

    @Test
    void each_branch_has_a_backup_of_its_own_before_the_window() {
        var common = backup(1, 30);
        var other = backup(1, 20);
        var newest = backup(1, 1);
        branch("one", 0, common, newest);
        branch("other", 5, common, other);

        assertThat(kept(TEN_DAYS)).containsExactlyInAnyOrder(common, other, newest);
    }

    @Test
    void the_newest_of_each_generation_stays_and_names_say_nothing() {
        backup(1, 400);
        var old = backup(1, 300);
        backup(2, 200);
        var newest = backup(2, 100);

        assertThat(kept(TEN_DAYS)).containsExactlyInAnyOrder(old, newest);
    }

    @Test
    void no_rule_relies_upon_a_backup_of_which_something_is_missing() {
        backup(1, 400);
        var month = backup(1, 61);
        lacking(backup(1, 60));
        var anchor = backup(1, 20);
        lacking(backup(1, 12));
        var within = lacking(backup(1, 9));
        var newest = lacking(backup(1, 1));
        branch("the branch", 0, backups.stream().map(Candidate::id).toArray(BackupId[]::new));

        assertThat(decide(TEN_DAYS.withKeeps(0, 0, 2)))
                .filteredOn(Verdict.Keep.class::isInstance)
                .extracting(verdict -> verdict.backup() + ": " + String.join("; ", verdict.reasons()))
                .containsExactly(
                        month + ": the newest of the month 2026-01",
                        anchor
                                + ": the newest backup of generation 1 of which nothing is missing; the beginning of the last 10 d is"
                                + " restored from it on the branch; the newest of the month 2026-03",
                        within + ": stored within the last 10 d",
                        newest + ": the newest backup of generation 1; stored within the last 10 d");
    }

    @Test
    void where_all_lack_something_all_count() {
        lacking(backup(1, 400));
        var second = lacking(backup(1, 300));
        var newest = lacking(backup(1, 200));

        assertThat(kept(TEN_DAYS.withMinimum(2))).containsExactlyInAnyOrder(second, newest);
    }

    @Test
    void the_minimum_counts_in_the_newest_generation_only() {
        backup(1, 400);
        var old = backup(1, 300);
        backup(2, 200);
        var third = backup(2, 150);
        var second = backup(2, 120);
        var newest = backup(2, 100);

        assertThat(kept(TEN_DAYS.withMinimum(3))).containsExactlyInAnyOrder(old, newest, second, third);
    }

    @Test
    void the_last_of_so_many_days_weeks_and_months_stays() {
        for (int day = 100; day >= 0; day--) {
            backup(1, day + 0.2);
            backup(1, day);
        }

        var policy = RetentionPolicy.ofWindow(Duration.ZERO);
        assertThat(at(policy.withKeeps(3, 0, 0))).containsExactlyInAnyOrder(0, 1, 2);
        // 31 March is a Tuesday.
        assertThat(at(policy.withKeeps(0, 3, 0))).containsExactlyInAnyOrder(0, 2, 9);
        assertThat(at(policy.withKeeps(0, 0, 3))).containsExactlyInAnyOrder(0, 31, 59);
        assertThat(decide(policy.withKeeps(1, 1, 1)).getLast().reasons())
                .containsExactly(
                        "the newest backup of generation 1",
                        "stored within the last 0 ms",
                        "the newest of the day 2026-03-31",
                        "the newest of the week 2026-W14",
                        "the newest of the month 2026-03");
    }

    private List<Integer> at(RetentionPolicy policy) {
        var kept = kept(policy);
        return backups.stream()
                .filter(candidate -> kept.contains(candidate.id()))
                .map(candidate -> (int) Duration.between(candidate.at(), NOW).toDays())
                .toList();
    }

    @Test
    void days_without_a_backup_do_not_count() {
        var first = backup(1, 50);
        var second = backup(1, 20);
        var third = backup(1, 2);

        assertThat(kept(RetentionPolicy.ofWindow(Duration.ofHours(1)).withKeeps(3, 0, 0)))
                .containsExactlyInAnyOrder(first, second, third);
    }

    @Test
    void what_is_held_stays_and_says_for_whom() {
        var held = backup(1, 300);
        backup(1, 1);
        var hold = new Hold(3, Optional.of(held), Optional.empty(), "audit", "ops", ago(1), Optional.of(ago(-1)));

        assertThat(decide(TEN_DAYS, hold).getFirst().reasons())
                .containsExactly("hold 3 of ops: audit, until 2026-04-01T12:00:00Z");
    }

    @Test
    void a_clock_that_was_wrong_neither_takes_a_backup_away_nor_keeps_it_for_ever() {
        var behind = backup(1, 4000, 5);
        var ahead = backup(1, -4000, 40);
        var right = backup(1, 30);
        var newest = backup(1, 1);
        branch("the branch", 0, behind, ahead, right, newest);

        assertThat(kept(TEN_DAYS)).containsExactlyInAnyOrder(behind, right, newest);
    }

    @Test
    void the_order_in_which_facts_come_says_nothing() {
        var random = new Random(7);
        for (int i = 0; i < 60; i++) {
            backup(1 + random.nextInt(3), random.nextInt(100) + random.nextInt(5) / 10.0);
        }
        branch("one", 0, backups.stream().limit(40).map(Candidate::id).toArray(BackupId[]::new));
        branch("other", 3, backups.stream().skip(20).map(Candidate::id).toArray(BackupId[]::new));
        var policy = new RetentionPolicy(Duration.ofDays(7), 3, 4, 5, 6);
        var expected = kept(policy);

        for (int i = 0; i < 20; i++) {
            Collections.shuffle(backups, random);
            Collections.shuffle(branches, random);
            assertThat(kept(policy)).isEqualTo(expected);
        }
    }

    /** What any policy owes, whatever the facts. */
    @Test
    void the_newest_of_a_generation_all_that_is_young_and_a_way_to_the_beginning_stay_always() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            backups.clear();
            branches.clear();
            for (int i = random.nextInt(30) + 1; i > 0; i--) {
                backup(1 + random.nextInt(2), random.nextInt(60) + i / 100.0);
            }
            var on = new HashSet<BackupId>();
            backups.stream().filter(_ -> random.nextBoolean()).forEach(candidate -> on.add(candidate.id()));
            branch("branch", random.nextInt(20), on.toArray(BackupId[]::new));

            var kept = kept(TEN_DAYS);

            for (var generation : List.of(1, 2)) {
                backups.stream()
                        .filter(candidate -> candidate.generation() == generation)
                        .max(java.util.Comparator.comparing(Candidate::stored))
                        .ifPresent(newest -> assertThat(kept).contains(newest.id()));
            }
            for (var candidate : backups) {
                if (candidate.stored().isAfter(ago(10))) {
                    assertThat(kept).contains(candidate.id());
                }
            }
            if (branches.getFirst().until().isAfter(ago(10))) {
                backups.stream()
                        .filter(candidate -> on.contains(candidate.id())
                                && candidate.stored().isBefore(ago(10)))
                        .max(java.util.Comparator.comparing(Candidate::stored))
                        .ifPresent(anchor -> assertThat(kept).contains(anchor.id()));
            }
        }
    }

    @Test
    void a_policy_that_keeps_no_backup_at_all_is_none() {
        assertThatThrownBy(() -> new RetentionPolicy(Duration.ofDays(1), 0, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RetentionPolicy.ofWindow(Duration.ofDays(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
