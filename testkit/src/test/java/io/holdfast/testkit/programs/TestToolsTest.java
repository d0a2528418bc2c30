package io.holdfast.testkit.programs;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.programs.TestTools.Absent;
import io.holdfast.testkit.programs.TestTools.Present;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestToolsTest {

    @TempDir
    Path checkout;

    @Test
    void are_found_from_a_module_below_the_checkout() throws IOException {
        var tools = complete(checkout.resolve(".holdfast/test-tools"));

        var found = TestTools.find(Map.of(), Files.createDirectories(checkout.resolve("a/b")));

        assertThat(found).isEqualTo(new Present(tools));
    }

    @Test
    void are_taken_from_where_the_variable_says() throws IOException {
        var tools = complete(checkout.resolve("elsewhere"));

        var found = TestTools.find(Map.of("HOLDFAST_TEST_TOOLS", tools.toString()), checkout);

        assertThat(found).isEqualTo(new Present(tools));
    }

    @Test
    void that_could_not_be_had_give_the_written_reason() throws IOException {
        var tools = Files.createDirectories(checkout.resolve(".holdfast/test-tools"));
        Files.writeString(tools.resolve("unavailable"), "python3 is not installed\n");

        assertThat(TestTools.find(Map.of(), checkout)).isEqualTo(new Absent("python3 is not installed"));
    }

    @Test
    void that_were_never_fetched_say_so() {
        assertThat(TestTools.find(Map.of(), checkout)).isEqualTo(new Absent("build/test-tools was not run"));
    }

    @Test
    void tests_that_were_not_run_are_listed_one_a_line() {
        var file = checkout.resolve("target/not-run.txt");

        new NotRun(file).add(List.of("A.one", "A.two"), "no python3");
        new NotRun(file).add(List.of("B.three"), "no python3");

        assertThat(file).hasContent("A.one\tno python3\nA.two\tno python3\nB.three\tno python3");
    }

    @Test
    void all_tests_of_a_skipped_class_are_listed() {
        assertThat(ClientProgramsCondition.tests(Sample.class))
                .containsExactly(Sample.class.getName() + ".outer", Sample.Inner.class.getName() + ".inner");
    }

    private static Path complete(Path tools) throws IOException {
        for (var name : List.of("postgres-18", "postgres-16")) {
            var bin = Files.createDirectories(tools.resolve(name).resolve("bin"));
            assertThat(Files.createFile(bin.resolve("psql")).toFile().setExecutable(true))
                    .isTrue();
        }
        return tools;
    }

    static class Sample {

        @Test
        void outer() {}

        @Nested
        class Inner {

            @Test
            void inner() {}
        }
    }
}
