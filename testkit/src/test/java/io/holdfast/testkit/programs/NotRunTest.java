package io.holdfast.testkit.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotRunTest {

    @TempDir
    Path checkout;

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
