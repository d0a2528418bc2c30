package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StandardOutputTest {

    @Test
    void hands_on_what_is_written() throws IOException {
        var target = new ByteArrayOutputStream();

        try (var stdout = new StandardOutput(target)) {
            stdout.write('a');
            stdout.write(new byte[] {'b', 'c'});

            assertThat(target).hasToString("abc");
            assertThat(stdout.failure()).isEmpty();
        }
    }

    @Test
    void does_not_mind_a_reader_that_has_gone() throws IOException {
        try (var stdout = new StandardOutput(failing("Broken pipe"))) {
            stdout.write('a');
            stdout.write('b');

            assertThat(stdout.failure()).isEmpty();
        }
    }

    @Test
    void remembers_that_the_disk_was_full() throws IOException {
        try (var stdout = new StandardOutput(failing("No space left on device"))) {
            stdout.write('a');
            stdout.write('b');

            assertThat(stdout.failure()).get().extracting(Throwable::getMessage).isEqualTo("No space left on device");
        }
    }

    @Test
    void a_lost_result_is_told_and_has_an_exit_code() {
        var err = new StringWriter();

        var exitCode = new DefectLog(Path.of("unused"))
                .reportLostOutput(new PrintWriter(err), new IOException("No space left on device"));

        assertThat(exitCode).isEqualTo(8);
        assertThat(err.toString()).startsWith("ERROR: cannot write the result to stdout: No space left on device");
    }

    private static OutputStream failing(String reason) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(reason);
            }
        };
    }
}
