package io.holdfast.cli.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryLocationTest {

    private static final Path BASE = Path.of("/etc/holdfast");

    @ParameterizedTest
    @CsvSource({
        "s3://backups, ''",
        "s3://backups/, ''",
        "s3://backups/shop, shop/",
        "s3://backups/shop/, shop/",
        "s3://backups/a.b/c_d-1, a.b/c_d-1/"
    })
    void is_a_part_of_a_bucket(String text, String prefix) {
        assertThat(RepositoryLocation.parse(text, BASE))
                .isEqualTo(Parsed.value(new RepositoryLocation.Bucket("backups", prefix)));
    }

    @Test
    void is_a_folder_where_it_is_no_url() {
        assertThat(RepositoryLocation.parse("../r", BASE))
                .isEqualTo(Parsed.value(new RepositoryLocation.Folder(Path.of("/etc/r"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s3:backups",
                "s3:/backups",
                "s3://",
                "s3://B",
                "s3://backups//a",
                "s3://backups/../a",
                "s3://backups/a?b",
                "s3://backups/.a"
            })
    void is_refused_where_it_could_mean_something_else(String text) {
        assertThat(RepositoryLocation.parse(text, BASE)).isInstanceOf(Parsed.Refused.class);
    }

    @Test
    void of_an_unknown_scheme_is_refused_with_the_nearest() {
        assertThat(RepositoryLocation.parse("s4://backups/shop", BASE))
                .isEqualTo(Parsed.refused(
                        RepositoryLocation.DESCRIPTION + "; 's4://' is not known, the nearest is 's3://'"));
    }
}
