package io.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A compiler plugin that is misconfigured says nothing and finds nothing. So the build compiles a few lines that must
 * be refused, with the settings that every module inherits, and this test reads why they were.
 */
class ChecksAreOnTest {

    private static String report = "";

    @BeforeAll
    static void compile_the_seeded_violations(@TempDir Path target) throws IOException, InterruptedException {
        var maven = Path.of(System.getProperty("maven.home", "/usr/share/maven"), "bin", "mvn");
        var command = List.of(
                maven.toString(),
                "--offline",
                "--batch-mode",
                "-Dstyle.color=never",
                "-Dmaven.repo.local=" + System.getProperty("maven.repo.local"),
                "-Dselftest.target=" + target,
                "--file="
                        + Path.of("../build/self-test/pom.xml").toAbsolutePath().normalize(),
                "compile");
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        var process = builder.start();
        process.getOutputStream().close();
        report = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
    }

    @Test
    void nullaway_refuses_a_null_where_none_may_be() {
        assertThat(report).containsPattern("ERROR.* .*Nullness\\.java:\\[12,.*\\[NullAway\\]");
    }

    @Test
    void error_prone_refuses_an_exception_that_is_not_thrown() {
        assertThat(report).containsPattern("ERROR.* .*Bugs\\.java:\\[9,.*\\[DeadException\\]");
    }

    @Test
    void a_warning_of_javac_is_an_error() {
        assertThat(report)
                .containsPattern("WARNING.* .*Warnings\\.java:\\[10,.* found raw type")
                .contains("warnings found and -Werror specified");
    }
}
