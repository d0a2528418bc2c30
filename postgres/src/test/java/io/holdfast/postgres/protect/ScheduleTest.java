package io.holdfast.postgres.protect;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.archive.GapReason;
import io.holdfast.postgres.capture.WantedBackup;
import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.pack.BackupId;
import io.holdfast.repository.pack.BackupId.Kind;
import io.holdfast.testkit.SettableTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Facts in, decision out; what a host would do over days is played through on a clock that the test sets. */
class ScheduleTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final long GB = 1_000_000_000;

    private final SettableTime clock = SettableTime.nearMidnight();
    private final List<TakenBackup> taken = new ArrayList<>();
    private Optional<WantedBackup> wanted = Optional.empty();
    private Optional<BackupTrouble> trouble = Optional.empty();
    private long wal;
    private Duration took = Duration.ofMinutes(1);
    private long bytes = GB;
    private Duration quiet = Duration.ZERO;

    private Optional<Kind> decide(SchedulePolicy policy) {
        return switch (new Schedule(policy).decide(facts())) {
            case Decision.Take take -> Optional.of(take.kind());
            case Decision.Wait _ -> Optional.empty();
        };
    }

    private Schedule.Facts facts() {
        var past = taken.stream()
                .filter(backup -> !backup.begun().isAfter(clock.instant().plus(KnownBackups.TOLERANCE)))
                .toList();
        var newest = past.stream().reduce((_, last) -> last);
        var full =
                past.stream().filter(backup -> backup.id().kind() == Kind.FULL).reduce((_, last) -> last);
        var forecast = newest.map(backup -> RestoreForecast.of(backup, new Lsn(wal), RestoreRates.ASSUMED));
        return new Schedule.Facts(
                clock.instant(),
                new KnownBackups(newest, full, taken.size()),
                quiet,
                forecast.map(found -> OptionalLong.of(found.walBytes())).orElseGet(OptionalLong::empty),
                forecast,
                wanted,
                trouble);
    }

    private void take(Kind kind) {
        var begun = clock.instant();
        quiet = Duration.ZERO;
        taken.add(new TakenBackup(
                BackupId.of(begun, kind),
                1,
                begun,
                begun.plus(took),
                new TimelineId(1),
                new Lsn(wal),
                bytes,
                bytes,
                0));
        taken.sort(java.util.Comparator.comparing(backup -> backup.id().text()));
    }

    /** What is taken within a time, looking every minute, as a host does that is up. */
    private List<Kind> run(SchedulePolicy policy, Duration time, long walPerMinute) {
        var kinds = new ArrayList<Kind>();
        for (var end = clock.instant().plus(time); clock.instant().isBefore(end); ) {
            decide(policy).ifPresent(kind -> {
                take(kind);
                kinds.add(kind);
            });
            clock.advance(Duration.ofMinutes(1));
            quiet = quiet.plusMinutes(1);
            wal += walPerMinute;
        }
        return kinds;
    }

    @Nested
    class By_others {

        @Test
        void only_the_first_is_taken_and_none_however_old_it_becomes() {
            assertThat(run(SchedulePolicy.byOthers(), DAY.multipliedBy(40), 1 << 20))
                    .containsExactly(Kind.FULL);
        }

        @Test
        void one_after_wal_was_lost_does_not_wait_for_them() {
            take(Kind.FULL);
            wanted = Optional.of(new WantedBackup(GapReason.SLOT_LOST, clock.instant()));

            assertThat(decide(SchedulePolicy.byOthers())).contains(Kind.INCREMENTAL);
        }
    }

    @Nested
    class By_interval {

        private final SchedulePolicy daily = SchedulePolicy.every(DAY);

        @Test
        void the_first_is_full_and_all_others_are_incremental() {
            assertThat(run(daily, Duration.ofDays(4), 0))
                    .containsExactly(Kind.FULL, Kind.INCREMENTAL, Kind.INCREMENTAL, Kind.INCREMENTAL);
        }

        @Test
        void full_ones_come_as_often_as_they_are_wanted() {
            assertThat(run(daily.withFullEvery(Duration.ofDays(3)), Duration.ofDays(5), 0))
                    .containsExactly(Kind.FULL, Kind.INCREMENTAL, Kind.INCREMENTAL, Kind.FULL, Kind.INCREMENTAL);
        }

        @Test
        void runs_that_were_missed_are_caught_up_once() {
            run(daily, Duration.ofHours(1), 0);

            clock.advance(Duration.ofDays(30));
            quiet = Duration.ZERO;

            assertThat(run(daily, Duration.ofHours(23), 0)).containsExactly(Kind.INCREMENTAL);
        }

        @Test
        void a_restart_changes_nothing_since_the_repository_knows() {
            run(daily, Duration.ofHours(12), 0);
            quiet = Duration.ZERO;

            assertThat(decide(daily)).isEmpty();
            clock.advance(Duration.ofHours(12));
            assertThat(decide(daily)).contains(Kind.INCREMENTAL);
        }

        @Test
        void a_day_has_24_hours_also_when_summer_time_begins_and_ends() {
            var berlin = ZoneId.of("Europe/Berlin");
            for (var day : List.of("2026-03-29T00:30", "2026-10-25T00:30")) {
                taken.clear();
                clock.set(ZonedDateTime.of(java.time.LocalDateTime.parse(day), berlin)
                        .toInstant());
                assertThat(run(daily, DAY.plusMinutes(1), 0)).hasSize(2);
            }
        }

        @Test
        void a_clock_set_back_neither_floods_nor_starves() {
            run(daily, Duration.ofDays(10), 0);

            clock.advance(Duration.ofDays(-5));

            assertThat(run(daily, Duration.ofDays(5), 0)).hasSizeBetween(4, 6);
        }

        @Test
        void a_clock_that_was_years_ahead_costs_two_backups_and_no_more() {
            run(daily, Duration.ofHours(1), 0);
            clock.advance(Duration.ofDays(3650));
            assertThat(run(daily, Duration.ofHours(1), 0)).hasSize(1);

            clock.advance(Duration.ofDays(-3650));

            assertThat(run(daily, DAY, 0)).hasSize(1);
        }
    }

    @Nested
    class After_a_gap {

        private final SchedulePolicy daily = SchedulePolicy.every(DAY);

        @Test
        void a_backup_is_due_at_once_until_it_is_answered() {
            run(daily, Duration.ofMinutes(1), 0);
            assertThat(decide(daily)).isEmpty();

            wanted = Optional.of(new WantedBackup(GapReason.SLOT_LOST, clock.instant()));

            assertThat(decide(daily)).contains(Kind.INCREMENTAL);
        }

        @Test
        void one_that_failed_is_not_repeated_before_its_time() {
            wanted = Optional.of(new WantedBackup(GapReason.SLOT_LOST, clock.instant()));
            trouble = Optional.of(BackupTrouble.after(
                    Optional.empty(), BackupTrouble.Failure.cutOff(), clock.instant(), Duration.ZERO, new Random(1)));

            assertThat(decide(daily)).isEmpty();
            clock.advance(Duration.ofMinutes(1));
            assertThat(decide(daily)).contains(Kind.FULL);
        }
    }

    @Nested
    class By_volume_of_wal {

        private final SchedulePolicy policy = SchedulePolicy.every(DAY).withWalVolume(10 * GB);

        @Test
        void a_backup_is_due_when_so_much_follows_the_newest() {
            assertThat(run(policy, Duration.ofHours(5), GB / 6)).hasSize(1 + 4);
        }

        @Test
        void a_flood_does_not_make_backups_all_that_the_server_does() {
            took = Duration.ofMinutes(20);

            assertThat(run(policy, Duration.ofHours(4), 100 * GB)).hasSize(6);
        }
    }

    @Nested
    class By_restore_time {

        private final SchedulePolicy quarter = SchedulePolicy.every(DAY).withRto(Duration.ofMinutes(15));

        /** 1 GB at 50 MB/s leaves 880 s; at 20 MB/s half of that is 8.8 GB. */
        @Test
        void a_backup_is_due_when_half_of_the_time_for_replay_is_used_up() {
            take(Kind.FULL);
            clock.advance(Duration.ofMinutes(30));

            wal = 8 * GB;
            assertThat(decide(quarter)).isEmpty();
            wal = 9 * GB;
            assertThat(decide(quarter)).contains(Kind.INCREMENTAL);
        }

        @Test
        void the_objective_is_kept_however_steadily_the_server_writes() {
            take(Kind.FULL);
            for (int minute = 0; minute < 3 * 24 * 60; minute++) {
                clock.advance(Duration.ofMinutes(1));
                wal += GB / 2;
                decide(quarter).ifPresent(ScheduleTest.this::take);

                assertThat(facts().forecast().orElseThrow().total()).isLessThan(Duration.ofMinutes(15));
            }
            assertThat(taken).hasSizeBetween(200, 300);
        }

        @Test
        void an_objective_that_the_copy_alone_misses_makes_no_backups() {
            bytes = 1000 * GB;
            take(Kind.FULL);

            assertThat(run(quarter, Duration.ofHours(23), GB)).isEmpty();
        }

        @Test
        void without_wal_nothing_but_the_interval_counts() {
            assertThat(run(quarter, Duration.ofHours(23), 0)).containsExactly(Kind.FULL);
        }
    }

    @Test
    void every_decision_says_why() {
        var schedule = new Schedule(SchedulePolicy.every(DAY));
        assertThat(schedule.decide(facts()).reason()).isEqualTo("there is no backup yet");
        take(Kind.FULL);
        assertThat(schedule.decide(facts()).reason()).isEqualTo("the next is due at 2026-03-01T23:59:58Z");
        clock.set(Instant.parse("2026-03-01T23:59:58Z"));
        assertThat(schedule.decide(facts()).reason()).isEqualTo("the newest began at 2026-02-28T23:59:58Z");
    }
}
