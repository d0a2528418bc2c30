package io.holdfast.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.FetchedPrograms.Absent;
import io.holdfast.embedded.FetchedPrograms.Present;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchedProgramsTest {

    @TempDir
    Path checkout;

    @Test
    void are_found_from_a_module_below_the_checkout() throws IOException {
        var tools = complete(checkout.resolve(".holdfast/test-tools"));

        var found = FetchedPrograms.find(Map.of(), Files.createDirectories(checkout.resolve("a/b")));

        assertThat(found).isEqualTo(new Present(tools));
    }

    @Test
    void are_taken_from_where_the_variable_says() throws IOException {
        var tools = complete(checkout.resolve("elsewhere"));

        var found = FetchedPrograms.find(Map.of("HOLDFAST_TEST_TOOLS", tools.toString()), checkout);

        assertThat(found).isEqualTo(new Present(tools));
    }

    @Test
    void that_could_not_be_had_give_the_written_reason() throws IOException {
        var tools = Files.createDirectories(checkout.resolve(".holdfast/test-tools"));
        Files.writeString(tools.resolve("unavailable"), "python3 is not installed\n");

        assertThat(FetchedPrograms.find(Map.of(), checkout)).isEqualTo(new Absent("python3 is not installed"));
    }

    @Test
    void that_were_never_fetched_say_so() {
        assertThat(FetchedPrograms.find(Map.of(), checkout)).isEqualTo(new Absent("build/test-tools was not run"));
    }

    private static Path complete(Path tools) throws IOException {
        for (var name : List.of("postgres-18", "postgres-16")) {
            var bin = Files.createDirectories(tools.resolve(name).resolve("bin"));
            assertThat(Files.createFile(bin.resolve("psql")).toFile().setExecutable(true))
                    .isTrue();
        }
        return tools;
    }
}
