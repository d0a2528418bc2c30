package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HoldfastTest {

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Holdfast.run(new PrintWriter(out, true), new PrintWriter(err, true), new DefectLog(folder), arguments);
    }

    @Nested
    class Asked_about_itself {

        @Test
        void it_names_version_commit_and_java() {
            assertThat(run("--version")).isZero();

            assertThat(out.toString()).matches("holdfast \\d+\\.\\d+\\.\\d+\\S* \\(commit \\w+, Java \\d+.*\\)\\R");
        }

        @Test
        void its_help_lists_its_own_commands_and_those_of_floors_above() {
            assertThat(run("help")).isZero();

            assertThat(out.toString()).contains("completion", "lighthouse", "Exit codes");
        }

        @Test
        void the_help_of_one_command_is_the_same_either_way_round() {
            run("help", "lighthouse");
            var asked = out.toString();
            out.getBuffer().setLength(0);

            run("lighthouse", "--help");

            assertThat(asked).startsWith("Usage: holdfast lighthouse").isEqualTo(out.toString());
        }

        /** One that is alone on its command line is made without the others. */
        @ParameterizedTest
        @MethodSource("io.holdfast.cli.OwnCommands#names")
        void a_command_made_alone_is_the_same_as_among_all(String name) {
            assertThat(run("help", name)).isZero();
            var amongAll = out.toString();
            out.getBuffer().setLength(0);

            assertThat(run(name, "--help")).isZero();

            assertThat(out.toString()).contains("Usage: holdfast " + name).isEqualTo(amongAll);
        }

        @Test
        void its_completion_script_knows_every_command() {
            assertThat(run("completion")).isZero();

            assertThat(out.toString()).startsWith("#!/usr/bin/env bash").contains("lighthouse");
        }
    }

    @Nested
    class A_result {

        @Test
        void is_a_table_for_people() {
            assertThat(run("lighthouse", "lit")).isZero();

            assertThat(out.toString().lines()).containsExactly("NAME        METRES", "Skerryvore      48");
        }

        @Test
        void is_json_for_programs() {
            assertThat(run("lighthouse", "-o", "json", "lit")).isZero();

            assertThat(out.toString().replaceAll("\\s", "")).isEqualTo("[{\"name\":\"Skerryvore\",\"metres\":48}]");
        }
    }

    @Nested
    class Arguments_that_make_no_sense {

        @Test
        void name_the_nearest_command() {
            assertThat(run("lighthose")).isEqualTo(2);

            assertThat(err.toString().lines())
                    .containsExactly(
                            "ERROR: no such command: 'lighthose'",
                            "HINT: did you mean 'lighthouse'? Otherwise run 'holdfast --help'");
        }

        @Test
        void name_the_nearest_command_to_one_that_help_is_asked_for() {
            assertThat(run("help", "lighthose")).isEqualTo(2);

            assertThat(err.toString()).contains("did you mean 'lighthouse'?");
        }

        @Test
        void name_the_nearest_option() {
            assertThat(run("lighthouse", "--outptu", "json", "lit")).isEqualTo(2);

            assertThat(err.toString().lines())
                    .containsExactly(
                            "ERROR: unknown option: '--outptu'",
                            "HINT: did you mean '--output'? Otherwise run 'holdfast lighthouse --help'");
        }

        @Test
        void name_what_an_option_takes() {
            assertThat(run("lighthouse", "-o", "xml", "lit")).isEqualTo(2);

            assertThat(err.toString()).contains("[table, json]").contains("'xml'");
        }

        @Test
        void name_an_argument_too_many() {
            assertThat(run("lighthouse", "lit", "twice")).isEqualTo(2);

            assertThat(err.toString()).startsWith("ERROR: unexpected argument: 'twice'");
        }

        @Test
        void may_be_none_at_all() {
            assertThat(run()).isEqualTo(2);

            assertThat(err.toString().lines())
                    .containsExactly("ERROR: no command given", "HINT: run 'holdfast --help'");
        }
    }

    @Nested
    class A_problem {

        @Test
        void is_told_in_its_own_words_and_decides_the_exit_code() {
            assertThat(run("lighthouse", "dark")).isEqualTo(7);

            assertThat(err.toString().lines())
                    .containsExactly("ERROR: the lamp of 'Skerryvore' is out", "HINT: light it");
            assertThat(out.toString()).isEmpty();
        }

        @Test
        void is_one_json_object_on_stderr_for_programs() {
            assertThat(run("lighthouse", "-o", "json", "dark")).isEqualTo(7);

            assertThat(err.toString().strip())
                    .isEqualTo("{\"error\":{\"code\":\"lighthouse.lamp-out\","
                            + "\"message\":\"the lamp of 'Skerryvore' is out\",\"hint\":\"light it\","
                            + "\"retryable\":true,\"exitCode\":7}}");
            assertThat(out.toString()).isEmpty();
        }

        @Test
        void with_a_file_is_one_of_the_machine() {
            assertThat(run("lighthouse", "file")).isEqualTo(8);

            assertThat(err.toString()).startsWith("ERROR: cannot use '/no/such/lamp': no such file or directory");
        }

        @Test
        void shows_its_stack_when_asked() {
            assertThat(run("--debug", "lighthouse", "dark")).isEqualTo(7);

            assertThat(err.toString()).contains("LighthouseCommands.java:", "ERROR: the lamp");
        }
    }

    @Nested
    class A_defect {

        @Test
        void leaves_its_stack_in_a_file_and_says_where() throws IOException {
            assertThat(run("lighthouse", "sunk")).isEqualTo(70);

            try (var files = Files.list(folder)) {
                var trace = files.findFirst().orElseThrow();
                assertThat(err.toString().lines())
                        .containsExactly(
                                "ERROR: defect in holdfast: java.lang.IllegalStateException: secret chart",
                                "HINT: please report it; the stack trace is in " + trace);
                assertThat(trace).content().contains("IllegalStateException", "LighthouseCommands.java:");
            }
        }

        @Test
        void shows_its_stack_when_asked_and_leaves_no_file() {
            assertThat(run("lighthouse", "--debug", "sunk")).isEqualTo(70);

            assertThat(err.toString()).contains("LighthouseCommands.java:", "the stack trace is above");
            assertThat(folder).isEmptyDirectory();
        }

        @Test
        void of_the_machine_kind_is_told_as_well() {
            assertThat(run("lighthouse", "error")).isEqualTo(70);

            assertThat(err.toString()).startsWith("ERROR: defect in holdfast: java.lang.StackOverflowError: in a test");
        }

        @Test
        void is_told_even_where_no_file_can_be_written() {
            var nowhere = new DefectLog(folder.resolve("missing"));

            assertThat(nowhere.write(new IllegalStateException()))
                    .isEqualTo("no file, because '%s' cannot be written: use --debug"
                            .formatted(folder.resolve("missing")));
        }
    }
}
