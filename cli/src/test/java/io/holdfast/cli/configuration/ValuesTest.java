package io.holdfast.cli.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.plan.yaml.NearestName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "17, 17", "1B, 1", "2kB, 2000", "4MiB, 4194304", "1GB, 1000000000", "1TiB, 1099511627776"})
    void a_size_has_a_unit_of_1000_or_of_1024(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(Parsed.value(new ByteSize(bytes)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "4 MiB", "4M", "4mb", "-1", "1.5GB", "9999999999TB", "MiB"})
    void what_is_no_size_is_refused(String text) {
        assertThat(ByteSize.parse(text)).isInstanceOf(Parsed.Refused.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 1.0 kB",
        "1049, 1.0 kB",
        "1050, 1.1 kB",
        "999949, 999.9 kB",
        "999950, 1.0 MB",
        "1500000000, 1.5 GB",
        "999949999999999, 999.9 TB",
        "9223372036854775807, 9223372.0 TB"
    })
    void a_size_is_shown_in_the_unit_that_fits(long bytes, String text) {
        assertThat(new ByteSize(bytes)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "1s, PT1S", "10m, PT10M", "24h, PT24H", "7d, P7D"})
    void a_duration_has_a_unit(String text, Duration duration) {
        assertThat(TimeSpan.parse(text)).isEqualTo(Parsed.value(duration));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0s", "5", "1 h", "-1s", "1h30m", "PT1H", "1w"})
    void what_is_no_duration_is_refused(String text) {
        assertThat(TimeSpan.parse(text)).isInstanceOf(Parsed.Refused.class);
    }

    @Test
    void a_duration_may_be_never_where_that_makes_sense() {
        var type = ValueType.durationOrNever();

        assertThat(type.parse("never", Path.of(""))).isEqualTo(Parsed.value(Optional.empty()));
        assertThat(type.parse("30d", Path.of(""))).isEqualTo(Parsed.value(Optional.of(Duration.ofDays(30))));
        assertThat(type.parse("often", Path.of("")))
                .isEqualTo(Parsed.refused("never, or a duration such as 500ms, 1s, 10m, 24h or 7d"));
    }

    @Test
    void the_nearest_name_has_the_fewest_edits_and_swapped_letters_are_one() {
        assertThat(NearestName.distance("jbos", "jobs")).isEqualTo(1);
        assertThat(NearestName.distance("max_rate", "max-rate")).isEqualTo(1);
        assertThat(NearestName.distance("", "abc")).isEqualTo(3);
    }
}
