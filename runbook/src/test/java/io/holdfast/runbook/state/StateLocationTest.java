package io.holdfast.runbook.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateLocationTest {

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://db.example:5432/runs?user=a&password=hunter2, jdbc:postgresql://db.example:5432/runs",
        "'jdbc:postgresql://one:5432,two:5433/runs?password=hunter2', 'jdbc:postgresql://one:5432,two:5433/runs'",
        "jdbc:postgresql://[::1]:5432/?password=p@hunter2/x, jdbc:postgresql://[::1]:5432/",
        "jdbc:postgresql:runs?password=hunter2, jdbc:postgresql:runs",
    })
    void it_prints_without_user_and_password(String url, String printed) {
        var location = new StateLocation.Database(url);

        assertThat(location.isUsable()).isTrue();
        assertThat(location).hasToString(printed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgres://localhost/x?user=a&password=hunter2",
                "postgresql://a:hunter2@localhost/x",
                "jdbc:postgresql://a:hunter2@localhost/x",
                "jdbc:postgresql://a:hunt?er2@localhost/x",
                "jdbc:postgresql://localhost:hunter2/x",
            })
    void one_that_no_driver_takes_is_refused_at_once_and_not_shown(String url) {
        var location = StateLocation.choose(Optional.empty(), Map.of("HOLDFAST_STATE_URL", url), Path.of("/usual"));

        assertThat(location.toString()).doesNotContain("hunt");
        assertThatThrownBy(() -> StateDatabase.open(location))
                .isInstanceOf(StateException.class)
                .hasMessage("HOLDFAST_STATE_URL is no JDBC URL of a PostgreSQL database")
                .hasNoCause();
    }

    @Test
    void without_an_answer_it_is_beneath_the_usual_folder_of_the_user() {
        var home = Path.of("/home/anna");

        assertThat(StateLocation.choose(Optional.empty(), Map.of(), StateLocation.usual("anna", home)))
                .isEqualTo(new StateLocation.Folder(Path.of("/home/anna/.local/share/holdfast/state")));
        assertThat(StateLocation.usual("root", home)).isEqualTo(Path.of("/var/lib/holdfast"));
        assertThat(StateLocation.usual("?", Path.of("?"))).isEqualTo(Path.of("/.local/share/holdfast"));
    }
}
