package io.holdfast.cli.traffic;

import static io.holdfast.repository.store.s3.S3Traffic.Kind.DELETE;
import static io.holdfast.repository.store.s3.S3Traffic.Kind.LIST;
import static io.holdfast.repository.store.s3.S3Traffic.Kind.READ;
import static io.holdfast.repository.store.s3.S3Traffic.Kind.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObservedTrafficTest {

    private static final String SHOP = "s3://vault/shop";

    @TempDir
    private Path state;

    private Instant now = Instant.parse("2026-03-01T23:00:00Z");

    @Test
    void requests_are_added_up_by_day_over_all_processes() {
        try (var one = log(SHOP);
                var other = log(SHOP)) {
            one.request(WRITE, 100, 0);
            other.request(WRITE, 10, 0);
            one.request(LIST, 0, 5);
            now = now.plus(Duration.ofHours(2));
        }
        try (var later = log(SHOP)) {
            later.request(READ, 0, 7);
            later.request(DELETE, 0, 0);
        }

        var observed = observed();

        assertThat(observed.since()).contains(Instant.parse("2026-03-01T23:00:00Z"));
        assertThat(observed.days())
                .containsExactly(
                        new ObservedTraffic.Day(LocalDate.parse("2026-03-02"), new Traffic(2, 1, 1, 1, 110, 12)));
    }

    @Test
    void a_month_is_what_was_observed_at_the_same_rate() {
        try (var log = log(SHOP)) {
            log.request(WRITE, 1000, 0);
            now = now.plus(Duration.ofDays(3));
            log.request(WRITE, 1000, 0);
        }

        assertThat(observed().month()).contains(new Traffic(20, 0, 0, 0, 20_000, 0));
    }

    @Test
    void minutes_say_nothing_of_a_month() {
        try (var log = log(SHOP)) {
            log.request(WRITE, 1, 0);
            now = now.plus(Duration.ofMinutes(59));
        }

        assertThat(observed().days()).hasSize(1);
        assertThat(observed().month()).isEmpty();
    }

    @Test
    void a_process_that_runs_for_long_does_not_wait_for_its_end() {
        var log = log(SHOP);
        log.request(WRITE, 1, 0);
        assertThat(observed().days()).isEmpty();

        now = now.plus(Duration.ofMinutes(5));
        log.request(WRITE, 1, 0);

        assertThat(observed().days())
                .extracting(ObservedTraffic.Day::traffic)
                .containsExactly(new Traffic(2, 0, 0, 0, 2, 0));
    }

    @Test
    void what_others_asked_for_and_what_is_long_ago_does_not_count() {
        try (var other = log("s3://vault/other")) {
            other.request(READ, 0, 1);
        }
        try (var old = log(SHOP)) {
            old.request(READ, 0, 1);
        }
        now = now.plus(Duration.ofDays(31));

        assertThat(observed()).isEqualTo(new ObservedTraffic(Optional.empty(), java.util.List.of(), Optional.empty()));
    }

    @Test
    void a_line_that_was_cut_off_costs_only_itself() throws IOException {
        try (var log = log(SHOP)) {
            log.request(WRITE, 1, 0);
        }
        Files.writeString(
                state.resolve("requests/2026-03-01.jsonl"), "{\"repository\":\"s3://va", StandardOpenOption.APPEND);

        assertThat(observed().days()).hasSize(1);
    }

    @Test
    void files_go_when_nobody_asks_for_them_any_more() throws IOException {
        try (var log = log(SHOP)) {
            log.request(WRITE, 1, 0);
        }
        now = now.plus(Duration.ofDays(63));
        try (var log = log(SHOP)) {
            log.request(WRITE, 1, 0);
        }

        try (var files = Files.list(state.resolve("requests"))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("2026-05-03.jsonl");
        }
    }

    @Test
    void without_a_state_directory_nothing_is_noted() {
        try (var log = new TrafficLog(state.resolve("absent"), SHOP, () -> now)) {
            log.request(WRITE, 1, 0);
        }

        assertThat(state.resolve("absent")).doesNotExist();
    }

    private TrafficLog log(String repository) {
        return new TrafficLog(state, repository, () -> now);
    }

    private ObservedTraffic observed() {
        return ObservedTraffic.of(state, SHOP, now);
    }
}
