package io.holdfast.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.PostmasterFile.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostmasterFileTest {

    @TempDir
    Path dataDirectory;

    @ParameterizedTest
    @CsvSource({"'ready   ', READY", "standby, STANDBY", "stopping, STOPPING", "starting, STARTING"})
    void line_8_is_the_state(String line, State state) throws IOException {
        write("4711\n/data\n1700000000\n5432\n/tmp\n127.0.0.1\n  1 2\n" + line + "\n");

        assertThat(PostmasterFile.in(dataDirectory).stateOf(4711)).isEqualTo(state);
    }

    @Test
    void a_file_that_another_server_left_says_nothing_of_this_one() throws IOException {
        write("99\n/data\n1700000000\n5432\n/tmp\n127.0.0.1\n  1 2\nready   \n");

        assertThat(PostmasterFile.in(dataDirectory).stateOf(4711)).isEqualTo(State.STARTING);
    }

    @Test
    void a_file_that_is_absent_or_half_written_means_that_the_server_is_starting() throws IOException {
        assertThat(PostmasterFile.in(dataDirectory).stateOf(4711)).isEqualTo(State.STARTING);

        write("4711\n/data\n");

        assertThat(PostmasterFile.in(dataDirectory).stateOf(4711)).isEqualTo(State.STARTING);
    }

    private void write(String content) throws IOException {
        Files.writeString(dataDirectory.resolve("postmaster.pid"), content);
    }
}
