package io.holdfast.postgres.protect;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.wal.Lsn;
import io.holdfast.postgres.wal.TimelineId;
import io.holdfast.repository.pack.BackupId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreRatesTest {

    private static final Instant NOW = Instant.parse("2026-02-28T23:59:58Z");
    private static final long GB = 1_000_000_000;

    @TempDir
    private Path folder;

    private static Optional<Rate> measured(long bytes, Duration time) {
        return Rate.of(bytes, time, Rate.Basis.RESTORE, NOW);
    }

    private static Optional<TakenBackup> full(long readBytes) {
        return Optional.of(new TakenBackup(
                BackupId.of(NOW, BackupId.Kind.FULL),
                1,
                NOW,
                NOW.plusSeconds(10),
                new TimelineId(1),
                Lsn.NONE,
                2 * readBytes,
                readBytes,
                0));
    }

    @Test
    void where_nothing_was_measured_they_are_assumed_and_say_so() {
        assertThat(RestoreRates.of(folder, Optional.empty())).isEqualTo(RestoreRates.ASSUMED);
        assertThat(RestoreRates.of(folder.resolve("absent"), Optional.empty())).isEqualTo(RestoreRates.ASSUMED);
        assertThat(RestoreRates.ASSUMED.copy().measured()).isEmpty();
    }

    @Test
    void the_last_full_backup_stands_in_for_copying_but_not_for_replay() {
        var rates = RestoreRates.of(folder, full(GB));

        assertThat(rates.copy()).isEqualTo(new Rate(GB / 10, Rate.Basis.BACKUP, Optional.of(NOW.plusSeconds(10))));
        assertThat(rates.replay()).isEqualTo(Rate.ASSUMED_REPLAY);
    }

    @Test
    void what_restores_measured_counts_most_and_is_kept_until_it_is_measured_again() {
        RestoreRates.remember(folder, measured(GB, Duration.ofSeconds(4)), measured(GB, Duration.ofSeconds(40)));
        RestoreRates.remember(folder, measured(GB, Duration.ofSeconds(5)), Optional.empty());

        var rates = RestoreRates.of(folder, full(GB));

        assertThat(rates.copy()).isEqualTo(new Rate(GB / 5, Rate.Basis.RESTORE, Optional.of(NOW)));
        assertThat(rates.replay()).isEqualTo(new Rate(GB / 40, Rate.Basis.RESTORE, Optional.of(NOW)));
    }

    @Test
    void a_little_measures_nothing() {
        assertThat(measured(10_000_000, Duration.ofSeconds(1))).isEmpty();
        assertThat(measured(GB, Duration.ZERO)).isEmpty();
        assertThat(RestoreRates.of(folder, full(1000)).copy()).isEqualTo(Rate.ASSUMED_COPY);
    }

    @Test
    void a_file_that_makes_no_sense_is_as_good_as_none() throws IOException {
        Files.writeString(folder.resolve("restore-rates.json"), "{\"copy\": 7");

        assertThat(RestoreRates.of(folder, Optional.empty())).isEqualTo(RestoreRates.ASSUMED);
    }

    @Test
    void a_host_without_a_state_folder_is_left_alone() {
        RestoreRates.remember(folder.resolve("absent"), measured(GB, Duration.ofSeconds(4)), Optional.empty());

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void a_forecast_is_the_time_to_copy_and_to_replay() {
        var forecast = RestoreForecast.of(full(10 * GB).orElseThrow(), new Lsn(2 * GB), RestoreRates.ASSUMED);

        assertThat(forecast.copyTime()).isEqualTo(Duration.ofSeconds(400));
        assertThat(forecast.replayTime()).isEqualTo(Duration.ofSeconds(100));
        assertThat(forecast.total()).isEqualTo(Duration.ofSeconds(500));
    }
}
