package io.holdfast.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HoldfastExceptionTest {

    @Test
    void carries_a_hint_and_is_not_retryable_unless_it_says_so() {
        var problem = new NoSuchLighthouse();

        assertThat(problem).hasMessage("no lighthouse at 'Skerryvore'");
        assertThat(problem.hint()).isEqualTo("look at the chart");
        assertThat(problem.retryable()).isFalse();
    }

    @Test
    void every_kind_has_an_exit_code_of_its_own_that_shells_do_not_use() {
        var codes =
                Arrays.stream(ProblemKind.values()).map(ProblemKind::exitCode).toList();

        assertThat(codes).doesNotHaveDuplicates().allMatch(code -> code > 1 && code < 126);
    }

    private static final class NoSuchLighthouse extends HoldfastException {

        private static final long serialVersionUID = 1;

        NoSuchLighthouse() {
            super("no lighthouse at 'Skerryvore'", "look at the chart");
        }

        @Override
        public String code() {
            return "problem.no-such-lighthouse";
        }

        @Override
        public ProblemKind kind() {
            return ProblemKind.USAGE;
        }
    }
}
